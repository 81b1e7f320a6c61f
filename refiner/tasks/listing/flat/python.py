"""Python on one line: two operands side by side begin a statement, keywords tell the depth.

All ways to indent the statements that Python's grammar and a writer's sense allow are followed;
only where one is left, and it parses, are the lines sure.
"""

from __future__ import annotations

import ast
import re
import warnings
from typing import TYPE_CHECKING

from refiner.analysis.lines import is_sentence_word
from refiner.analysis.prose import (
    is_rest_prose,
    is_sentence,
    sentence_start,
    squeezed,
    without_strings,
)
from refiner.tasks.listing.flat.layout import expanded
from refiner.tasks.listing.flat.lex import CLOSE, OPEN, Token, tokens
from refiner.tasks.listing.flat.model import Flattened
from refiner.tasks.listing.flat.python_nesting import HEADERS, Statement, nesting

if TYPE_CHECKING:
    from collections.abc import Iterator

_HEAD = re.compile(
    r"""(?<![\w.$@"'-])(?:
      @\w[\w.]*(?:\([^()]*\))?\s+(?:async\s+)?(?:def|class)\s
    | (?:async\s+)?def\s+\w+\s*\( | class\s+[A-Z]\w*\s*(?:\([^()]*\))?\s*:
    | from\s+[\w.]+\s+import\s | import\s+[a-z_][\w.]*(?:\s|,|$)
    | for\s+[\w, ()]+\s+in\s[^:]{1,80}: | while\s[^:]{1,80}: | if\s[^:]{1,80}:
    | with\s(?:[^:]{1,80}\sas\s+\w+|\w[\w.]*\([^():]{0,60}\))\s*: | try\s*:
    | print\(
    | [A-Za-z_][\w.]*(?:\[[^\]]*\])?(?:\s*,\s*[A-Za-z_]\w*)*\s*[-+*/]?=(?![=>])
    | [A-Za-z_][\w.]*\([^()]*\)\s+[A-Za-z_]
    )""",
    re.VERBOSE,
)
_SIMPLE = frozenset(
    ("import", "from", "return", "raise", "pass", "break", "continue", "del", "assert", "global",
     "nonlocal", "yield", "await")
)  # fmt: skip
_OPERATORS = frozenset(("and", "or", "not", "in", "is", "lambda", "as", "if", "else", "for"))
_KEYWORDS = HEADERS | _SIMPLE | _OPERATORS | {"async"}
_STRONG = re.compile(
    r"\w\(|^(?:def|class|for|while|if|import|from|with|try|@)\b|[\[{\"']", re.MULTILINE
)
# What other languages have where Python could be read: types before names, settings, objects.
_OTHERS = re.compile(r"=\s*new\s|(?<!\S)\w+=[^\s=,()]+\s+\w+=\S")
_OTHERS_BEHIND = re.compile(r"\s*[;{}=]")
_BEFORE = re.compile(r"(?:[.:;?!)\]…»”]|>>>)\s*$")
# What shows that a comment's line ended within it.
_IN_COMMENT = re.compile(
    r"\s#\s|\s[A-Za-z_][\w.]*\s*=\s|\s[a-z_][\w.]*\((?!\s)|\s(?:def|class)\s\w+\s*[(:]"
)
# A full stop, not an attribute's dot.
_DOT_APART = re.compile(r"\w\.\s+[A-Za-z]")
_INDENT = " " * 4
_LEAST = 2
_LEAST_LENGTH = 20


def find_python(line: str) -> Iterator[Flattened]:
    """Statements in a line of prose.

    Args:
        line: The line, no-break spaces made blanks, n characters.
    """
    bare = without_strings(line)
    at = 0
    while (head := _HEAD.search(bare, at)) is not None:
        at = head.end()
        statements = _statements(line, head.start())
        if len(statements) < _LEAST and not (statements and _is_wide(statements[0])):
            continue
        end = statements[-1].end
        text = "\n".join(one.text for one in statements)
        if (
            end - head.start() < _LEAST_LENGTH
            or not _STRONG.search(text)
            or not _is_flattened(statements, line)
            or _OTHERS.search(line[head.start() : end])
            or _OTHERS_BEHIND.match(line, end)
        ):
            continue
        if [one.word for one in statements[:2]] in (["with", "from"], ["with", "import"]):
            # The prose before names a statement of it.
            continue
        is_sure_start = not line[: head.start()].strip() or _BEFORE.search(line[: head.start()])
        if not (is_sure_start or statements[0].word in _KEYWORDS):
            continue
        at = end
        is_alone = is_rest_prose(line[end:]) and not _swallows(statements, line)
        yield Flattened(head.start(), end, "python", _indented(statements) if is_alone else None)


def _is_wide(statement: Statement) -> bool:
    """Whether a statement itself stood on several lines."""
    return "," in statement.text and len(expanded(statement.text)) > _LEAST


def _swallows(statements: list[Statement], line: str) -> bool:
    """Whether a comment may hold the code, or the sentence, that followed it."""
    comments = [one.comment.strip() for one in statements if one.comment]
    if any(_IN_COMMENT.search(without_strings(comment)) for comment in comments):
        return True
    is_last = bool(statements[-1].comment) and statements[-1].end >= len(line.rstrip())
    if is_last and (statements[-1].word in HEADERS or comments[-1].endswith("...")):
        return True
    return is_last and sentence_start(comments[-1], len("# ") + 1) is not None


def indented_python(rows: list[str]) -> str | None:
    """Lines that all stand in one column, indented again, or None where it is not sure.

    Args:
        rows: The lines, one statement each; a blank one stays where it is.
    """
    statements: list[Statement] = []
    for row in rows:
        bare = row.strip()
        found = _statements(bare, 0) if bare else []
        if len(found) != bool(bare) or (found and found[0].end < len(bare)):
            return None
        statements += found
    code = _indented(statements, is_flat=False)
    if code is None:
        return None
    lines = iter(code.split("\n"))
    return "\n".join(next(lines) if row.strip() else "" for row in rows)


def _is_flattened(statements: list[Statement], line: str) -> bool:
    """Whether a person would not have written the statements on one line.

    Blanks behind a header's colon are the indentation of its body.
    """
    return (
        len(statements) > _LEAST
        or any(_is_wide(one) for one in statements)
        or statements[0].word not in HEADERS - {"def", "class"}
        or line.startswith(_INDENT, statements[0].end)
    )


def _statements(line: str, start: int) -> list[Statement]:
    """The statements from a place on, as long as each is one."""
    found: list[Statement] = []
    pieces = list(tokens(line, start, "#"))
    number = 0
    while number < len(pieces):
        if pieces[number].kind == "comment":
            if not found:
                break
            last = found[-1]
            gap = line[last.end : pieces[number].start] or " "
            found[-1] = last._replace(
                comment=last.comment + gap + pieces[number].text, end=pieces[number].end
            )
            number += 1
            continue
        behind = _behind_statement(pieces, number)
        if _is_sentence_begun(pieces[number:behind]):
            behind -= 1
        text = line[pieces[number].start : pieces[behind - 1].end]
        word = pieces[number + (pieces[number].text == "async")].text
        if not _is_statement(text, word, is_first=not found):
            break
        found.append(Statement(squeezed(text), word, "", pieces[behind - 1].end))
        number = behind
    return found


def _is_sentence_begun(statement: list[Token]) -> bool:
    """Whether what a `return` gives is the first word of the prose behind it."""
    return (
        len(statement) > 1
        and statement[-2].text in {"return", "raise"}
        and statement[-1].text[0].isupper()
        and is_sentence_word(statement[-1].text.lower())
    )


def _behind_statement(pieces: list[Token], number: int) -> int:
    """The number of the first token behind a statement."""
    first = pieces[number].text
    if first == "async":
        first = pieces[min(number + 1, len(pieces) - 1)].text
    depth = 0
    lambdas = 0
    at = number
    while at < len(pieces):
        token = pieces[at]
        if token.kind == "comment":
            return at
        if at > number and depth == 0 and _begins(pieces, at, first):
            return at
        depth += (token.text in OPEN) - (token.text in CLOSE)
        if depth < 0 or token.text == ";":
            return max(at, number + 1)
        at += 1
        lambdas += token.text == "lambda"
        if token.text == ":" and depth == 0:
            if lambdas:
                lambdas -= 1
            elif first in HEADERS:
                return at
    return at


def _begins(pieces: list[Token], at: int, first: str) -> bool:
    """Whether a token outside of brackets begins a statement."""
    token, before = pieces[at], pieces[at - 1]
    if before.text == "*" and pieces[at - 2].text == "import":
        return True
    if not _ends_operand(before):
        return False
    if token.text in _OPERATORS:
        return token.text in {"if", "for", "else"} and _is_header(pieces, at)
    if token.text == "@":
        return _is_decorator(pieces, at)
    if token.text == "import":
        return first != "from"
    if token.text == "from":
        return first not in {"yield", "raise"}
    if token.kind == "string" and before.kind == "string":
        return False
    return token.kind in {"name", "number", "string"}


def _ends_operand(token: Token) -> bool:
    if token.kind == "name":
        return token.text not in _KEYWORDS or token.text in {"pass", "break", "continue"}
    return token.kind in {"number", "string", "close"}


def _is_header(pieces: list[Token], at: int) -> bool:
    """Whether an `if`, `for` or `else` behind an operand heads a block: its `:` comes first."""
    depth = 0
    for number in range(at + 1, len(pieces)):
        token = pieces[number]
        depth += (token.text in OPEN) - (token.text in CLOSE)
        if depth < 0:
            return False
        if depth == 0 and token.text == "else" and pieces[at].text == "if":
            return False
        if depth == 0 and token.text == ":":
            return pieces[at].text != "else" or number == at + 1
    return False


def _is_decorator(pieces: list[Token], at: int) -> bool:
    following = [piece.text for piece in pieces[at + 1 : at + 12]]
    return "def" in following or "class" in following


def _is_statement(text: str, word: str, *, is_first: bool) -> bool:
    """Whether Python takes a text for a statement that does something."""
    if word in _SIMPLE and is_sentence(text) and "(" not in text:
        return False
    if _DOT_APART.search(without_strings(text)):
        return False
    parsed = _parsed(_whole(text, word))
    if parsed is None or not parsed.body or _calls_number(parsed):
        return False
    body = parsed.body[0]
    if isinstance(body, ast.Delete):
        return not isinstance(body.targets[0], ast.Name)
    if isinstance(body, ast.Expr):
        value = body.value
        if isinstance(value, ast.Constant):
            return not is_first and isinstance(value.value, str)
        return isinstance(value, ast.Call | ast.Await | ast.Yield | ast.YieldFrom | ast.ListComp)
    return True


def _calls_number(parsed: ast.Module) -> bool:
    """Whether a number is called or indexed: `uid=1000(name)` is what a command prints, `1 [core]` settings."""
    return any(
        (isinstance(node, ast.Call) and isinstance(node.func, ast.Constant))
        or (isinstance(node, ast.Subscript) and isinstance(node.value, ast.Constant))
        for node in ast.walk(parsed)
    )


def _whole(text: str, word: str) -> str:
    """A statement with all that makes it parse alone."""
    if text.startswith("@"):
        return text + "\ndef f(): pass"
    if word in {"else", "elif"}:
        return f"if x: pass\n{text} pass"
    if word in {"except", "finally"}:
        return f"try: pass\n{text} pass"
    if word == "try":
        return f"{text} pass\nfinally: pass"
    if word in HEADERS:
        return f"{text} pass"
    return text


def _parsed(code: str) -> ast.Module | None:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(code)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def _indented(statements: list[Statement], *, is_flat: bool = True) -> str | None:
    """The statements a line each, or None where they could be nested in two ways.

    Args:
        statements: At least one.
        is_flat: Whether brackets that held several lines stand on one, too.
    """
    depths = nesting(statements)
    if depths is None:
        return None
    rows = []
    for depth, one in zip(depths, statements, strict=True):
        own = expanded(one.text) if is_flat else [one.text]
        own[-1] += one.comment
        rows += ["    " * depth + row for row in own]
    code = "\n".join(rows)
    if statements[-1].word in HEADERS:
        return code if _parsed(code + "\n" + "    " * (depths[-1] + 1) + "pass") else None
    return code if _parsed(code) else None
