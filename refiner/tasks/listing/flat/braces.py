"""Code with braces and semicolons on one line: Java, JavaScript, C, PHP, CSS and their like."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from refiner.analysis.lines import prose_share
from refiner.analysis.prose import is_sentence, sentence_start, squeezed, without_strings
from refiner.tasks.listing.code_language import code_language
from refiner.tasks.listing.flat.lex import OPEN, Token, tokens
from refiner.tasks.listing.flat.model import Flattened

if TYPE_CHECKING:
    from collections.abc import Iterator

_TYPE = (
    r"(?:(?:unsigned\s+)?(?:byte|short|int|long|float|double|boolean|bool|char|void|size_t)|String|Integer|Object"
    r"|[A-Z]\w*<[\w<>, ?\[\]]*>|[A-Z]\w+|std::\w+(?:<[\w:<>, ]*>)?|struct\s+\w+)(?:\s*\[\s*\]|\s*\*)*"
)
_HEAD = re.compile(
    rf"""(?<![\w.$@#-])(?:
      (?:public|private|protected|static|final|abstract|internal|export|default|async|synchronized)\s+
      (?:[\w<>\[\],?@]{{1,60}}\s+){{0,4}}?[\w$]+\s*(?:[(=;{{]|extends\b|implements\b)
    | (?:(?:extern|static|inline|const|volatile)\s+)*
      {_TYPE}\s*(?<![\w])(?<=[\s*\]>])\w+(?:\[\w*\])?\s*(?:=(?!=)|;|\([^()]*\)\s*[{{;]|,\s*\w+\s*[=;])
    | (?:const|let|var|auto)\s+(?:[\w$]+(?:\s*:\s*[\w<>\[\]]+)?|\{{[^{{}}]*\}}|\[[^\[\]]*\])\s*=(?!=)
    | (?:async\s+)?function\s*\*?\s*[\w$]*\s*\(
    | (?:class|interface|enum|record|struct|union|namespace|trait)\s+\w+[^;{{}}.=]{{0,80}}\{{
    | (?:for|while|if|switch|foreach)\s*\(
    | (?:try|do)\s*\{{
    | import\s+[\w.*{{}},$ :-]+(?:from\s+["'][^"']+["'])?\s*;
    | (?:package|using|use)\s+(?:static\s+)?[\w.*\\:]+(?:\{{[\w, ]*\}})?(?:\s+(?:as\s+\w+|=\s*[\w.]+))?\s*;
    | (?:pub(?:\([\w:]+\))?\s+)?(?:(?:unsafe|async|const)\s+)?(?:fn\s+\w+\s*[(<]|impl\b[^{{}};]{{1,60}}\{{|mod\s+\w+\s*\{{)
    | let\s+mut\s+\w+ | \#!?\[(?:derive|allow|test|cfg|macro_use|derive)\b[^\]]*\]
    | \#include\s*[<"][\w./]+[>"]
    | @[A-Z]\w+(?:\([^()]*\))?\s+(?=@|public|private|protected|class|interface|void|[A-Z]\w*\s)
    | <\?php\b | \$\w+(?:->\w+|\[[^\]]*\])*\s*[.+-]?=(?!=)
    | (?:return|throw|echo)\s[^;{{}}]{{1,120}};
    | [A-Za-z_$][\w$]*(?:(?:\.|->|::)[\w$]+)*\([^;{{}}]*\)\s*;
    | [A-Za-z_$][\w$]*(?:(?:\.|->)[\w$]+|\[[^\]]*\])*\s*[-+*/|&]?=\s*[^=;{{}}][^;{{}}]*;
    | [A-Za-z_$][\w$]*(?:\([^()]*\)|\.[\w$]+)*\(\s*(?:["'][^"']*["']\s*,\s*)?(?:async\s*)?(?:function\s*\(|\(?[\w, ]*\)?\s*=>)
    | (?:server|http|events|upstream\s+[\w.-]+|location\s+(?:[=~^*]+\s+)?/\S*)\s*\{{\s*[\w}}]
    | (?:@media\b[^{{}};]{{1,60}}|[.\#:*]?[\w-]{{1,40}}(?:[ ,>+~][ ]?[\w.\#:*\[\]="()-]{{1,40}}){{0,5}})\s?\{{
      \s*[\w-]+\s*:\s*[^;{{}}:]+;\s*(?:[\w-]+\s*:|\}})
    )""",
    re.VERBOSE,
)  # fmt: skip
_LITERAL_BEFORE = re.compile(r"(?:[=(,\[:?\]]|\b(?:return|const|let|var|import|export))\s*$")
# Two operands side by side: a line ended there without its `;`.
_SIDE_BY_SIDE = re.compile(
    r"\*/\s*\S|\}\)\s+[A-Za-z_$]|[\"'`]\s+(?!instanceof\b|in\b|of\b|as\b|from\b)[A-Za-z_$]"
)
# Rust's literals of structures.
_STRUCTURE = re.compile(r"(?:[=(,]|\breturn)\s*[A-Z]\w*(?:::\w+)*\s*$")
_VARIANT = re.compile(r"(?:\w+::)*[A-Z]\w*")
# A chain of calls, each on its line.
_CHAIN = re.compile(r"(?<=[\w)\]}])\s+(?=\.[A-Za-z]\w*\()")
# Blocks whose rows a comma ends, in Rust.
_COMMA_BLOCK = re.compile(r"\b(?:struct|enum|match)\b")
_RUST = re.compile(r"\bfn\s+\w+\s*[(<]|\blet\s+mut\b|\bimpl\b|\w!\(|#\[")
_BLOCK_IN_PARENS = re.compile(r"(?:=>|\)|\bfunction\b.*)\s*$")
_JOINED = re.compile(r"(?:else|catch|finally)\b")
_CASE = re.compile(r"(?:case\b[^;{}?]*|default\s*):(?!:)$")
_LABEL_BLOCK = re.compile(r"\bswitch\b.*\{$")
_ANNOTATION = re.compile(r"@[A-Z]\w*(?:\.\w+)*$")
_ATTRIBUTE = re.compile(r"#!?\[.*\]")
_DIRECTIVE = re.compile(r"#\s*include\s*[<\"][\w./]+[>\"]|<\?php\b|\?>")
# What shows that a comment's line ended within it.
_ENDED = re.compile(r"[;{]\s|\s//\s|/\*")
_SIGN = re.compile(r"[={}\[\]<>+*/&|\"]|\w\(|::|->")
_COMMENTS = re.compile(r"//.*")
# Sets in braces and semicolons stand in sentences, too.
_MOST_PROSE = 0.15
# Lines of the preprocessor, of SQL and of Perl, which other rules end.
_UNREAD = re.compile(
    r"(?<!\S)#\s?(?:if|ifdef|ifndef|endif|define|elif|pragma)\b|\b[A-Z]{4,}\s+[A-Z]{4,}\b.*;|\$\w+ ?\{"
)
_MOST_TOLD = 0.3
_MANY_WORDS = 8
_LONGEST_LITERAL = 80
_LEAST_ROWS = 2
_LEAST_LENGTH = 24
_LONGEST_HEAD = 160
_LANGS = frozenset(
    (
        "java",
        "javascript",
        "typescript",
        "c",
        "cpp",
        "csharp",
        "php",
        "css",
        "nginx",
        "dart",
        "rust",
    )
)
_TWO_BLANKS = frozenset(("css",))


class _Read(NamedTuple):
    """What was read: the rows with their depths, the code's end, whether it is sure."""

    rows: list[tuple[int, str]]
    end: int
    is_sure: bool


def find_braces(line: str) -> Iterator[Flattened]:
    """Statements in a line of prose.

    Args:
        line: The line, no-break spaces made blanks, n characters.
    """
    if ";" not in line and "{" not in line:
        return
    at = 0
    bare = without_strings(line)
    while (head := _HEAD.search(bare, at)) is not None:
        start = head.start()
        read = _Reader(line, start).read()
        at = max(read.end, head.end())
        size = read.end - start
        ends = sum(row.rstrip().endswith((";", "{", "}")) or "; " in row for _, row in read.rows)
        if size < _LEAST_LENGTH or ends < _LEAST_ROWS or len(read.rows) < _LEAST_ROWS:
            continue
        if any(_is_prose(row) for _, row in read.rows):
            continue
        plain = "\n".join(row for _, row in read.rows)
        if any(_talks(row) for _, row in read.rows):
            continue
        lang = code_language(plain)
        if not lang and prose_share(without_strings(_COMMENTS.sub("", plain))) > _MOST_PROSE:
            continue
        is_sure = (
            not _UNREAD.search(bare)
            and read.is_sure
            and (lang in _LANGS or (not lang and plain.count(";") >= _LEAST_ROWS))
        )
        unit = "  " if lang in _TWO_BLANKS else "    "
        code = "\n".join(unit * depth + row for depth, row in read.rows)
        yield Flattened(start, read.end, lang, code if is_sure else None)


def _talks(row: str) -> bool:
    """Whether a row of many words reads as a sentence, brackets and all."""
    bare = without_strings(_COMMENTS.sub("", row))
    return len(bare.split()) >= _MANY_WORDS and prose_share(bare) > _MOST_TOLD


def _is_prose(row: str) -> bool:
    """Whether a row is a part of a sentence: "return a number, or a list of them;"."""
    return _SIGN.search(without_strings(row[:-1])) is None and is_sentence(row)


class _Reader:
    """Reads statements from a place on, for as long as they are some."""

    def __init__(self, line: str, start: int) -> None:
        self.line = line
        self.tokens = list(tokens(line, start, "//"))
        self.number = 0
        self.rows: list[tuple[int, str]] = []
        self.end = start
        self.is_sure = True
        self.is_rust = _RUST.search(line, start) is not None
        self.open: list[str] = []  # what stands before each open block: `switch`, `do`, …
        self.closers: list[str] = []  # open brackets within the statement, blocks apart
        self.paren_marks: list[int] = []

    def read(self) -> _Read:  # noqa: C901, PLR0912, PLR0915  # one state machine, token by token
        """All statements."""
        row_start: int | None = None
        row = ""
        while self.number < len(self.tokens):
            token = self.tokens[self.number]
            if row_start is None and not row and not self._is_statement(token):
                break
            if token.kind == "comment":
                row, row_start = self._comment(token, row, row_start)
                self.number += 1
                continue
            if row_start is None:
                row_start = token.start
            if token.text == "..." and not row and row_start == token.start and self.open:
                # Dots for what is left out.
                self.number += 1
                self._emit(token.text)
                row_start, self.end = None, token.end
                continue
            row_text = row + self.line[row_start : token.end]
            self.number += 1
            if token.text in OPEN and (token.text != "{" or not self._is_block(row_text)):
                if token.text == "{" and not self._skip_literal(token):
                    return self._result()
                if token.text != "{":
                    self.closers.append(token.text)
                continue
            if token.text in ")]":
                if not self._closes(token.text):
                    self.is_sure = False
                    break
                if self._depth_of_parens() == 0 and _ATTRIBUTE.fullmatch(row_text.strip()):
                    self._emit(row_text)
                    row, row_start, self.end = "", None, token.end
                continue
            if token.text == "{" and self._text() == "}":
                row_text += "}"
                token = self.tokens[self.number]
                self.number += 1
                row, row_start = self._behind_block(token, row_text, row_text)
            elif token.text == "{":
                self._emit(row_text)
                self.open.append(row_text)
                self.paren_marks.append(len(self.closers))
                row, row_start = "", None
            elif token.text == "}":
                before = row + self.line[row_start : token.start]
                if before.strip():
                    self._emit(before)
                if not self.open or len(self.closers) != self.paren_marks[-1]:
                    self.is_sure = False
                    break
                header = self.open.pop()
                self.paren_marks.pop()
                row, row_start = self._behind_block(token, header)
            elif self._depth_of_parens() == 0 and (token.text == ";" or self._ends_member(token)):
                self._emit(row_text)
                row, row_start = "", None
            elif token.text == ":" and _CASE.match(row_text.strip()):
                self._emit(row_text, label=True)
                row, row_start = "", None
            elif self._is_own_row(row_text):
                self._emit(row_text)
                row, row_start = "", None
            if row_start is None and not row:
                self.end = token.end
        rest = (row + (self.line[row_start:] if row_start is not None else "")).strip()
        if rest and self.open and self.number >= len(self.tokens):
            # Stops in the middle of a statement.
            self._emit(rest)
            self.end = len(self.line.rstrip())
        elif rest:
            self.is_sure = False
        return self._result()

    def _result(self) -> _Read:
        if self.open and self.number < len(self.tokens):
            self.is_sure = False
        return _Read(self.rows, self.end, self.is_sure)

    def _emit(self, text: str, *, label: bool = False) -> None:
        depth = len(self.open) + sum(bool(_LABEL_BLOCK.search(header)) for header in self.open)
        if self.open and _LABEL_BLOCK.search(self.open[-1]):
            depth -= label
        starts = [match.end() for match in _CHAIN.finditer(without_strings(text))]
        if starts and text.rstrip().endswith("{"):
            self.is_sure = False
        pieces = [text[a:b] for a, b in pairwise([0, *starts, len(text)])]
        for number, piece in enumerate(pieces):
            self._row(depth + (number > 0), squeezed(piece))

    def _row(self, depth: int, written: str) -> None:
        if _SIDE_BY_SIDE.search(_COMMENTS.sub("", without_strings(written))):
            self.is_sure = False
        self.rows.append((depth, written))

    def _ends_member(self, token: Token) -> bool:
        """Whether a comma ends a field, a variant, or an arm of a `match`."""
        is_list = bool(self.open) and _COMMA_BLOCK.search(self.open[-1]) is not None
        return self.is_rust and token.text == "," and is_list

    def _text(self) -> str:
        """The next token, "" behind the last."""
        return self.tokens[self.number].text if self.number < len(self.tokens) else ""

    def _depth_of_parens(self) -> int:
        return len(self.closers) - (self.paren_marks[-1] if self.paren_marks else 0)

    def _closes(self, close: str) -> bool:
        if self._depth_of_parens() == 0 or OPEN[self.closers[-1]] != close:
            return False
        self.closers.pop()
        return True

    def _is_block(self, row: str) -> bool:
        before = row[:-1].rstrip()
        if row[:-1].endswith("$"):
            return False
        if self._depth_of_parens():
            return bool(_BLOCK_IN_PARENS.search(before))
        if self.is_rust and self._is_structure(before):
            return False
        return before.endswith("=>") or not _LITERAL_BEFORE.search(before)

    def _is_structure(self, before: str) -> bool:
        """Whether fields stand in the braces behind this, in Rust: a value, a variant, a pattern."""
        if _STRUCTURE.search(before):
            return True
        is_list = bool(self.open) and _COMMA_BLOCK.search(self.open[-1]) is not None
        return is_list and _VARIANT.fullmatch(before.strip()) is not None

    def _skip_literal(self, token: Token) -> bool:
        """Go behind a literal in braces; False where it is too long to stand on its row."""
        depth = 1
        while self.number < len(self.tokens) and depth:
            text = self.tokens[self.number].text
            if self.tokens[self.number].kind == "comment":
                self.is_sure = False
            depth += (text in OPEN) - (text in {")", "]", "}"})
            self.number += 1
        last = self.tokens[self.number - 1].end
        inside = without_strings(self.line[token.start : last])
        if depth or ";" in inside or last - token.start > _LONGEST_LITERAL:
            self.is_sure = False
            self.end = last
        return not depth

    def _behind_block(self, token: Token, header: str, row: str = "}") -> tuple[str, int | None]:
        """What a row begins with behind a `}`: the bracket alone ends it unless words go on.

        Args:
            token: The bracket.
            header: What stands before the block.
            row: What the bracket's row has so far.
        """
        self.end = token.end
        following = self.tokens[self.number] if self.number < len(self.tokens) else None
        if following is not None and (
            following.text in {";", ",", ")"}
            or (following.text in {".", "("} and following.start == token.end)
            or _JOINED.match(following.text)
            or (following.text == "while" and header.strip().startswith("do"))
        ):
            return row + (" " if following.kind == "name" else ""), None
        self._emit(row)
        return "", None

    def _is_own_row(self, row: str) -> bool:
        """Whether an annotation or a directive is whole: no `;` ends it."""
        bare = row.strip()
        if _DIRECTIVE.fullmatch(bare):
            return True
        following = self.tokens[self.number] if self.number < len(self.tokens) else None
        if (
            following is None
            or self._depth_of_parens()
            or following.text in {"(", ".", "interface"}
        ):
            return False
        return bool(_ANNOTATION.match(re.sub(r"\(.*\)$", "", bare)))

    def _comment(self, token: Token, row: str, row_start: int | None) -> tuple[str, int | None]:
        """A comment ends the row that it stands behind."""
        is_last = token.end >= len(self.line.rstrip())
        is_glued = token.end < len(self.line)
        if not is_last and not is_glued:
            self.is_sure = False
        if row or row_start is not None or _ENDED.search(token.text):
            self.is_sure = False
        if is_last and sentence_start(token.text, len("// ") + 1) is not None:
            # Where the comment ends and the prose begins is not sure.
            self.is_sure = False
        gap = self.line[: token.start]
        blanks = gap[len(gap.rstrip()) :] or " "
        if not is_last and self.line[token.end].isspace():
            self.is_sure = self.is_sure and self.line[token.end :].strip()[:1] == "}"
        if self.rows:
            depth, before = self.rows[-1]
            self.rows[-1] = depth, before + blanks + token.text
        self.end = token.end
        return row, row_start

    def _is_statement(self, token: Token) -> bool:
        """Whether code goes on: a bracket closes, or what follows reads as a statement."""
        rest = self.line[token.start :]
        if token.text == "}":
            return bool(self.open)
        if token.kind == "comment":
            return bool(self.rows)
        if rest.startswith("?>"):
            return bool(self.rows)
        if self.open and not is_sentence(rest):
            return True
        bare = without_strings(rest)
        return _HEAD.match(bare[:_LONGEST_HEAD]) is not None
