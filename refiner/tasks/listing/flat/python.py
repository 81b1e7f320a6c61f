"""Python on one line: two operands side by side begin a statement, keywords tell the depth.

All ways to indent the statements that Python's grammar and a writer's sense allow are followed;
only where one is left, and it parses, are the lines sure.
"""

from __future__ import annotations

import ast
import re
import warnings
from typing import TYPE_CHECKING, NamedTuple

from refiner.analysis.lines import is_sentence_word
from refiner.analysis.prose import (
    is_rest_prose,
    is_sentence,
    sentence_start,
    squeezed,
    without_strings,
)
from refiner.tasks.listing.flat.lex import CLOSE, OPEN, Token, tokens
from refiner.tasks.listing.flat.model import Flattened

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
_HEADERS = frozenset(
    ("def", "class", "if", "elif", "else", "for", "while", "try", "except", "finally", "with")
)
_JOINING = frozenset(("elif", "else", "except", "finally"))
_LOOPS = frozenset(("for", "while"))
_LEAVING = frozenset(("return", "raise", "break", "continue", "pass"))
_SIMPLE = frozenset(
    ("import", "from", "return", "raise", "pass", "break", "continue", "del", "assert", "global",
     "nonlocal", "yield", "await")
)  # fmt: skip
_OPERATORS = frozenset(("and", "or", "not", "in", "is", "lambda", "as", "if", "else", "for"))
_KEYWORDS = _HEADERS | _SIMPLE | _OPERATORS | {"async"}
_FOLLOWS = {
    "elif": frozenset(("if", "elif")),
    "else": frozenset(("if", "elif", "for", "while", "except")),
    "except": frozenset(("try", "except")),
    "finally": frozenset(("try", "except", "else")),
}
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
_INDENT = " " * 4
_LEAST = 2
_LEAST_LENGTH = 20
_MOST_WAYS = 64


class _Statement(NamedTuple):
    """A statement: its text, first word (behind `async`), comment, and the code's end with it."""

    text: str
    word: str
    comment: str
    end: int


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
        if len(statements) < _LEAST:
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
        is_sure_start = not line[: head.start()].strip() or _BEFORE.search(line[: head.start()])
        if not (is_sure_start or statements[0].word in _KEYWORDS):
            continue
        at = end
        is_alone = is_rest_prose(line[end:]) and not _swallows(statements, line)
        yield Flattened(head.start(), end, "python", _indented(statements) if is_alone else None)


def _swallows(statements: list[_Statement], line: str) -> bool:
    """Whether a comment may hold the code, or the sentence, that followed it."""
    comments = [one.comment.strip() for one in statements if one.comment]
    if any(_IN_COMMENT.search(without_strings(comment)) for comment in comments):
        return True
    is_last = bool(statements[-1].comment) and statements[-1].end >= len(line.rstrip())
    return is_last and sentence_start(comments[-1], len("# ") + 1) is not None


def indented_python(rows: list[str]) -> str | None:
    """Lines that all stand in one column, indented again, or None where it is not sure.

    Args:
        rows: The lines, one statement each; a blank one stays where it is.
    """
    statements: list[_Statement] = []
    for row in rows:
        bare = row.strip()
        found = _statements(bare, 0) if bare else []
        if len(found) != bool(bare) or (found and found[0].end < len(bare)):
            return None
        statements += found
    code = _indented(statements)
    if code is None:
        return None
    lines = iter(code.split("\n"))
    return "\n".join(next(lines) if row.strip() else "" for row in rows)


def _is_flattened(statements: list[_Statement], line: str) -> bool:
    """Whether a person would not have written the statements on one line.

    Blanks behind a header's colon are the indentation of its body.
    """
    return (
        len(statements) > _LEAST
        or statements[0].word not in _HEADERS - {"def", "class"}
        or line.startswith(_INDENT, statements[0].end)
    )


def _statements(line: str, start: int) -> list[_Statement]:
    """The statements from a place on, as long as each is one."""
    found: list[_Statement] = []
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
        found.append(_Statement(squeezed(text), word, "", pieces[behind - 1].end))
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
            elif first in _HEADERS:
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
    """Whether a number is called: `uid=1000(name)` is what a command prints."""
    return any(
        isinstance(node, ast.Call) and isinstance(node.func, ast.Constant)
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
    if word in _HEADERS:
        return f"{text} pass"
    return text


def _parsed(code: str) -> ast.Module | None:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(code)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def _indented(statements: list[_Statement]) -> str | None:
    """The statements a line each, or None where they could be nested in two ways."""
    ways: list[tuple[int, ...]] = [(0,)] if statements[0].word not in _JOINING else []
    for number in range(1, len(statements)):
        ways = [(*way, depth) for way in ways for depth in _depths(statements, way, number)]
        if len(ways) > _MOST_WAYS:
            return None
    if len(ways) != 1:
        return None
    code = "\n".join(
        "    " * depth + one.text + one.comment
        for depth, one in zip(ways[0], statements, strict=True)
    )
    if statements[-1].word in _HEADERS:
        return code if _parsed(code + "\n" + "    " * (ways[0][-1] + 1) + "pass") else None
    return code if _parsed(code) else None


def _depths(statements: list[_Statement], way: tuple[int, ...], number: int) -> Iterator[int]:
    """The depths at which a statement may stand."""
    before, word = statements[number - 1], statements[number].word
    if before.text.startswith("@"):
        yield way[-1]
        return
    if before.word in _HEADERS:
        yield way[-1] + 1
        return
    top = way[-1] - (before.word in _LEAVING)
    for depth in range(top, -1, -1):
        if _may_stand(statements, way, number, depth):
            yield depth
            if word in {"def", "class", "import", "from", "@"}:
                return


def _may_stand(statements: list[_Statement], way: tuple[int, ...], number: int, depth: int) -> bool:
    one = statements[number]
    above = _headers_above(way, depth)
    last = next((statements[n].word for n in range(number - 1, -1, -1) if way[n] == depth), "")
    if one.word in _JOINING:
        return last in _FOLLOWS[one.word]
    if last == "try":
        return False
    words = [statements[n].word for n in above]
    if one.word in {"def", "@"}:
        return _is_place_of_def(one.text, words, depth)
    if one.word in {"class", "import", "from"} or one.text.startswith(("if __name__", "@")):
        return depth == 0
    if one.word in {"return", "yield"} and "def" not in words:
        return False
    if one.word in {"break", "continue"} and not _LOOPS & set(words):
        return False
    # A loop that leaves in its first round is none.
    is_bare_leaving = one.word in {"return", "break", "raise"} and words[-1:] != []
    if is_bare_leaving and words[-1] in _LOOPS:
        return False
    return words[-1:] != ["class"] or one.text[:1] in "\"'" or "=" in one.text


def _is_place_of_def(text: str, words: list[str], depth: int) -> bool:
    """Methods stand in their class, functions at the top."""
    if re.search(r"\(\s*(?:self|cls)\b", text):
        return words == ["class"]
    return depth == 0


def _headers_above(way: tuple[int, ...], depth: int) -> list[int]:
    """The headers that hold a statement of a depth at the end of a way, outermost first."""
    return [max(n for n, d in enumerate(way) if d == wanted) for wanted in range(depth)]
