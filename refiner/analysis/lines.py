"""What kind of line each line of a text is: prose, code, a table's row, a caption, a list item.

Rules about sentences look at prose only, rules about white space leave tables and code alone,
and a listing is a run of code lines. Fenced code is blank here, because a text's protected
parts are blanked out before.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Literal, NamedTuple

from refiner.lang.language import values, word_union

if TYPE_CHECKING:
    from refiner.cards import Text
    from refiner.cards.text import GuardedKind

LineKind = Literal["blank", "prose", "code", "table", "caption", "item", "heading"]


class Line(NamedTuple):
    """A line of a text: half-open range of characters without its newline, and its kind.

    `is_yaml` tells that a code line has the shape `key: value`.
    """

    start: int
    end: int
    kind: LineKind
    is_yaml: bool = False


_PROSE_WORDS = word_union("lines.sentence_words")
_CAPTION = re.compile(
    rf"\s*(?:{'|'.join(values('lines.caption_nouns')) or '(?!)'})\s+\d+(?:[.\-–]\d+)*[.:]?(?:\s|$)"
)
_ITEM = re.compile(r"\s*(?:[-*+•◦▪–·✓]|\(?\d{1,2}[.)]|\(?[a-z][.)])\s+(?=\S)")
_TABLE_ROW = re.compile(r"\s*\|.*\|\s*$")
_GAP = re.compile(r"(?<=\S)[ \t\u00a0]{2,}(?=\S)")
_WORD = re.compile(r"(?<![\d_-])[^\W\d_]+(?![\d_])")
_WORDS_APART = re.compile(r"(?<![^\s(\"“])[^\W\d_]{2,}[,:;)]?(?=\s|$)")

_COMMANDS = (
    "docker|kubectl|git|npm|npx|yarn|pip|pip3|python|python3|java|javac|mvn|gradle|curl|wget|ssh|scp|"
    "helm|terraform|ansible|aws|gcloud|az|make|cmake|cargo|go|systemctl|apt-get|apt|yum|brew|chmod|"
    "chown|mkdir|grep|sed|awk|tar|redis-cli|psql|mysql|cp|mv|rm|ls|cat|rsync|openssl|gpg|jq|"
    "journalctl|crontab|useradd|usermod|mount|umount|iptables|ifconfig|ping|dig|nslookup|"
    "tcpdump|podman|minikube|etcdctl|vault|consul|nginx|poetry|uv|pnpm|dotnet|rails|dnf|apk"
)
_SQL = (
    r"SELECT|INSERT\s+INTO|UPDATE|DELETE\s+FROM|CREATE|ALTER|DROP|GRANT|WHERE|FROM|JOIN|"
    r"LEFT\s+JOIN|INNER\s+JOIN|GROUP\s+BY|ORDER\s+BY|HAVING|VALUES|SET|LIMIT|WITH"
)
_DOCKERFILE = "RUN|COPY|ADD|CMD|ENTRYPOINT|EXPOSE|ENV|WORKDIR|USER|VOLUME|ARG|LABEL|HEALTHCHECK"
_TYPES = "const|let|var|val|auto|int|long|float|double|boolean|bool|char|string|String|void"
_MODIFIERS = (
    "public|private|protected|static|final|abstract|override|synchronized|sealed|non-sealed"
)
_CODE = re.compile(
    rf"""
    \s*(?:
      \#\s?(?:!/|include\b|define\b) | >>>\s | \.\.\.\s\s
    | (?:{_MODIFIERS})\s+[\w<>\[\]@]+.*[{{;(=)]
    | (?:class|interface|enum|struct|trait|impl|record)\s+\w+[^.!?]*(?:\{{|:\s*$)
    | (?:export\s+)?(?:default\s+)?(?:async\s+)?(?:def|func|fn|function|fun|sub)\s+\w+\s*[(<].*
    | (?:import|package|using|require|include|from)\s+["'<@]?[\w.*/{{}}, $-]+["'>]?
      (?:\s+import\s+.+)?\s*;?\s*$
    | (?:{_TYPES})\s+[\w<>\[\]]+\s*[=;(:].*$
    | (?:if|for|while|switch|catch|elif|foreach)\s*\(.*
    | (?:if|for|while|elif|with)\s.*:\s*$
    | (?:else|try|finally|do)\s*[:{{]\s*$
    | (?:for\s+\w+\s+in|while|until)\s.*;\s*do\s*$ | if\s+\[.*;\s*then\s*$ | (?:done|fi|esac)\s*;?\s*$
    | (?:return|throw|throws|raise|yield|await|assert|echo|export|sudo|new|del)\s+[^\s,.]+
      (?:\s*[;(].*|\s+\S+)?;?\s*$
    | (?:{_SQL})\b\s*[\w*("`].*
    | (?:{_DOCKERFILE})\s+\S.*
    | (?:{_COMMANDS})\s+(?:--?\w|[a-z-]+\s+(?:--?\w|[\w./:-]+[/:.-])|[\w./-]+[/.]).*
    | ip\s+(?:-\d\s+)?(?:a|addr|address|link|route|neigh|rule|netns)\b.*
    | </?[A-Za-z][\w:.-]*(?:\s+[\w:.-]+\s*=.*)?/?>.*
    | <!(?:DOCTYPE|--) | <\?(?:xml|php)
    | // | /\*\*? | \*/ | \*\s@\w | @[A-Z]\w*(?:\(.*\))?\s*$ | @\w+(?:\.\w+)*\(.*
    | [{{}}\[\]()]+[;,]?\s*$ | \}}\s*(?:else|catch|finally|while)\b
    | --\w[\w-]*(?:[= ]\S+)?\s*\\?$
    | [\w.$\[\]"'*>-]+\s*(?:[+*/|&^:-]?=|:=|<-|=>|->)\s*\S.*
    )
    """,
    re.VERBOSE,
)
# Lines that are code behind code, though they read as words: `if node is None:`, `return`.
_STATEMENT = re.compile(
    r"\s*(?:(?:if|elif|for|while|with|except)\b.*:|(?:else|try|finally|do):?|(?:return|break|continue|pass|fi|done"
    r"|then|end|begin)\s*;?)\s*$"
)
_PROMPT = re.compile(r"\s*(?:[$%]\s[a-z./~]|[\w.-]+@[\w.-]+:\S*[$#]\s)")
_CODE_END = re.compile(r"(?:[{};]|=>|->|\\|\)\s*\{|/>|&&|\|\||\)\s*->|\);?\s*//.*)\s*$")
_CALL = re.compile(r"\s*[\w.$]+(?:\.\w+|::\w+)*\(.*\)\s*[;,]?\s*$")
_YAML = re.compile(
    r"\s*(?:-\s+)?[\"']?[A-Za-z_][\w./$-]*[\"']?:(?:\s+(?P<value>\S.*))?\s*$"
    r"|\s*-\s+[\"']?[\w./=:${}-]+[\"']?\s*$"
)
_YAML_TOP = re.compile(r"\s*(?:apiVersion|kind|metadata|spec|selector|version|services|image)\s*:")
_YAML_VALUE = re.compile(r"[\"'|>&*!{\[~]|[\w./:@$%=+,-]+(?:\s+#.*)?$")
_SYMBOL = re.compile(r"[{}()\[\];=<>|&$\\#@+/]")
_CODE_SIGN = re.compile(r"[{}\[\]=<>]|\w\(|\w\.\w|\w_\w|['\"]|;\s*$")
_SENTENCE_END = re.compile(r"[.!?…][\"'”’»)\]]*\s*$")

_PROSE_SHARE = 0.22
_SYMBOL_SHARE = 0.14
_FILLER = "¤"
_LEAST_WORDS = 4
_NARROW_GAP = 2
_HEADING_WORDS = 8


def masked(text: Text, shown: frozenset[GuardedKind] = frozenset()) -> str:
    """The text with fences blank and other protected parts filled, character for character.

    Unlike blanks, the filler keeps the words on both sides of inline code apart from a gap in
    a table's row.

    Args:
        text: The text.
        shown: Kinds of parts that stay as they are.
    """
    if not text.protected:
        return text.text
    chars = list(text.text)
    for part in text.protected:
        if part.kind in shown:
            continue
        filler = " " if part.kind in {"fence", "drawer"} else _FILLER
        for at in range(part.start, min(part.end, len(chars))):
            if chars[at] != "\n":
                chars[at] = filler
    return "".join(chars)


def indentation(text: Text, at: int) -> str:
    """The blanks before a line that are its own: more than those of the block.

    A text has no indentation outside fences; the page has.

    Args:
        text: The text.
        at: The line's first character.
    """
    span = text.span(at, at + 1)
    if span is None:
        return ""
    data = text.page.data
    line_start = data.rfind(b"\n", 0, span.start) + 1
    before = data[line_start : span.start].decode()
    own = before.removeprefix(text.continuation)
    return own if before.startswith(text.continuation) and not own.strip(" \t") else ""


@lru_cache(maxsize=4096)
def read_lines(text: str) -> tuple[Line, ...]:
    """Tell every line's kind.

    Args:
        text: A text as `masked` gives it, n characters.

    Returns:
        The lines in order; their ranges and the newlines between tile the text.
    """
    if "\n" not in text:
        return (_alone(text),)
    lines = []
    start = 0
    for written in text.split("\n"):
        kind, is_yaml = _kind(written)
        lines.append(Line(start, start + len(written), kind, is_yaml))
        start += len(written) + 1
    return _in_context(text, lines)


def is_sentence_word(word: str) -> bool:
    """Whether only sentences have a word (lower case): no keyword of code is one."""
    return word in _PROSE_WORDS


def prose_share(text: str) -> float:
    """Share of a text's words that only sentences have, 0 to 1."""
    words = _WORD.findall(text.lower())
    return sum(word in _PROSE_WORDS for word in words) / len(words) if words else 0.0


def is_prose_like(text: str) -> bool:
    """Whether a line reads as a sentence or a part of one."""
    words = _WORD.findall(text.lower())
    if len(words) < _LEAST_WORDS:
        return False
    return sum(word in _PROSE_WORDS for word in words) >= _PROSE_SHARE * len(words)


def _alone(text: str) -> Line:
    kind, is_yaml = _kind(text)
    if is_yaml and not _YAML_TOP.match(text):
        kind, is_yaml = "prose", False
    return Line(0, len(text), kind, is_yaml)


def _kind(line: str) -> tuple[LineKind, bool]:
    bare = line.strip()
    if not bare:
        return "blank", False
    if _CAPTION.match(line) or _TABLE_ROW.match(line):
        return ("caption" if line.strip()[0] != "|" else "table"), False
    yaml = _YAML.match(line)
    if yaml is not None and (yaml["value"] is None or _YAML_VALUE.match(yaml["value"])):
        return "code", True
    if _is_code(line):
        return "code", False
    return ("item" if _ITEM.match(line) else _prose_or_table(line)), False


def _prose_or_table(line: str) -> LineKind:
    gaps = _GAP.findall(line)
    if gaps and not is_prose_like(line) and (len(gaps) > 1 or len(gaps[0]) > _NARROW_GAP):
        return "table"
    return "prose"


def _is_code(line: str) -> bool:
    if _PROMPT.match(line):
        return True
    starts_as_code = bool(_CODE.match(line) or _CALL.match(line))
    if starts_as_code and _CODE_SIGN.search(line):
        return True
    if starts_as_code or is_prose_like(line):
        return starts_as_code and not is_prose_like(line)
    if _SENTENCE_END.search(line) or len(_WORDS_APART.findall(line)) > _LEAST_WORDS:
        return False
    if _CODE_END.search(line) and (_SYMBOL.search(line.rstrip(" ;")) or line[:1] in " \t"):
        return True
    solid = sum(not c.isspace() for c in line)
    return len(_SYMBOL.findall(line)) >= _SYMBOL_SHARE * solid and solid > _LEAST_WORDS


def _in_context(text: str, lines: list[Line]) -> tuple[Line, ...]:
    """Settle what a line alone can't tell: keys are YAML in company only, headings stand alone."""
    result: list[Line] = []
    for number, line in enumerate(lines):
        kind, is_yaml = line.kind, line.is_yaml
        written = text[line.start : line.end]
        before = lines[number - 1] if number else None
        after = lines[number + 1] if number + 1 < len(lines) else None
        if is_yaml and not (_YAML_TOP.match(written) or _is_yaml_company(before, after)):
            kind, is_yaml = "prose", False
        elif kind == "prose" and _is_inside_code(written, result, after):
            kind = "code"
        elif kind == "prose" and number == 0 and after and _is_heading(written):
            kind = "heading"
        result.append(Line(line.start, line.end, kind, is_yaml))
    return tuple(result)


def _is_yaml_company(before: Line | None, after: Line | None) -> bool:
    near = [line for line in (before, after) if line is not None]
    return any(line.is_yaml or line.kind == "caption" for line in near)


def _is_inside_code(written: str, before: list[Line], after: Line | None) -> bool:
    """Whether a line that is no prose stands between code, or is what a command printed."""
    if not before or before[-1].kind not in {"code", "table"}:
        return False
    if before[-1].kind == "code" and _STATEMENT.match(written):
        return True
    if is_prose_like(written):
        return False
    if _SENTENCE_END.search(written):
        return False
    is_before_code = after is not None and after.kind in {"code", "table"}
    is_deeper = written[:1] in " \t"
    return is_before_code or is_deeper or _is_output(written)


def _is_output(written: str) -> bool:
    words = _WORD.findall(written)
    return not any(word.lower() in _PROSE_WORDS for word in words) and (
        '"' in written or bool(_SYMBOL.search(written))
    )


def _is_heading(written: str) -> bool:
    return len(written.split()) <= _HEADING_WORDS and not re.search(r"[.:;,?!…]\s*$", written)
