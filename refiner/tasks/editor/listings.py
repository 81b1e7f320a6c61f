"""Guards of a restored listing: the text's own characters in other lines, and code again.

A listing is found in the item by its characters, white space apart; what is proposed is made of
the page's own characters in the model's lines.
"""

from __future__ import annotations

import ast
import json
import re
import tomllib
from typing import TYPE_CHECKING, NamedTuple
from xml.parsers import expat

from refiner.tasks.editor.balance import open_depth
from refiner.tasks.editor.places import Place, bare
from refiner.tasks.listing.unfenced import OF_CODE

if TYPE_CHECKING:
    from collections.abc import Callable

    from refiner.cards import Text
    from refiner.tasks.editor.model import Listing
    from refiner.tasks.editor.view import ItemView

LEAST_LINES = 2
LEAST_LETTERS = 8
_LANGUAGE = re.compile(r"[a-z][a-z0-9+#.-]{0,18}")
_MARKS = frozenset("*_`^=")
_ELIDED = re.compile(r"\.\.\.|…")
_ALIASES = {
    "yml": "yaml",
    "sh": "bash",
    "shell": "bash",
    "shell-session": "console",
    "py": "python",
    "python3": "python",
    "js": "javascript",
    "ts": "typescript",
    "c++": "cpp",
    "golang": "go",
    "text": "",
    "plaintext": "",
    "none": "",
    "code": "",
}


class Restored(NamedTuple):
    """A listing that may be proposed.

    Attributes:
        place: What it replaces.
        code: The page's characters in their lines.
        language: As the fence names it, or "".
        rule: What had happened to it: `one-line`, `lost-indentation`.
        is_parsed: Whether a parser read it; None where there is none for it.
    """

    place: Place
    code: str
    language: str
    rule: str
    is_parsed: bool | None


class Unfit(NamedTuple):
    """Why a listing is not proposed.

    Attributes:
        guard: The guard's name, or "" where nothing would change.
        complaint: In words for the model.
        place: Where the listing stands, if it was found.
    """

    guard: str
    complaint: str
    place: Place | None = None


def judge_listing(listing: Listing, view: ItemView) -> Restored | Unfit:
    """Whether a listing may be proposed, and as what."""
    code = listing.code.strip("\n").replace("\r\n", "\n").expandtabs(4)
    code = re.sub(r"\A```[\w+-]*\n|\n```\Z", "", code)
    if "```" in code or "~~~" in code:
        return Unfit("fence", "give the code alone, without a fence")
    language = listing.language.strip().lower()
    language = _ALIASES.get(language, language)
    if language and _LANGUAGE.fullmatch(language) is None:
        return Unfit("language", "name the language in one word, as a fence does")
    found = _located(code, view)
    if isinstance(found, Unfit):
        return found
    text = view.texts[found.part]
    unfit = _untouchable(text, found, view)
    if unfit is not None:
        return unfit
    own = text.text[found.start : found.end]
    lines = _own_characters(own, code)
    complaint = _broken_words(own, lines)
    if complaint is not None:
        return Unfit("same-words", complaint, found)
    rows = lines.split("\n")
    if len(rows) < LEAST_LINES:
        return Unfit("", "one line is no listing", found)
    if _folded_lines(own) == _folded_lines(lines) and _indents(text, found) == _indents_of(lines):
        return Unfit("", "it stands so already", found)
    rule = "one-line" if own.count("\n") < len(rows) - 1 else "lost-indentation"
    is_parsed = parses(lines, language)
    unsound = _unsound(lines, language, is_parsed=is_parsed, is_cut=_is_cut(view, found))
    if unsound is not None:
        return unsound._replace(place=found)
    return Restored(found, lines, language, rule, is_parsed)


def _unsound(code: str, language: str, *, is_parsed: bool | None, is_cut: bool) -> Unfit | None:
    """Why restored code can't be what stood there, or None; what is cut may stay open."""
    if is_parsed is False and not is_cut and not _ELIDED.search(code):
        return Unfit("parses", f"this is not valid {language}: see to the indentation")
    depth = open_depth(code, language)
    if depth < 0 or (depth > 0 and not is_cut):
        return Unfit("balanced", "a block stays open, or closes without a beginning: leave it")
    return None


def _located(code: str, view: ItemView) -> Place | Unfit:
    wanted = bare(code).text
    if len(wanted) < LEAST_LETTERS:
        return Unfit("", "too short for a listing")
    found: list[Place] = []
    for number, text in enumerate(view.texts):
        held = bare(text.text)
        at = held.text.find(wanted)
        while at >= 0:
            found.append(Place(number, held.at[at], held.at[at + len(wanted) - 1] + 1))
            at = held.text.find(wanted, at + 1)
    if not found and wanted in "".join(bare(text.text).text for text in view.texts):
        return Unfit("", "it stands in several blocks")
    if not found:
        return Unfit("same-characters", "copy the code's characters, and change only white space")
    if len(found) > 1:
        return Unfit("unique", "this code stands several times: give the whole listing")
    return found[0]


def _untouchable(text: Text, place: Place, view: ItemView) -> Unfit | None:
    """Why what stands at a place can't be put into a fence, or None."""
    for part in text.protected:
        if part.kind not in OF_CODE and part.start < place.end and place.start < part.end:
            return Unfit("protected", "leave links, macros, and what is code already", place)
    around = text.text[place.start - 1 : place.start] + text.text[place.end : place.end + 1]
    if _MARKS & set(around):
        return Unfit("protected", "leave out what stands between marks of emphasis or code", place)
    before, behind = text.text[place.start - 1 : place.start], text.text[place.end : place.end + 1]
    own = text.text[place.start : place.end]
    if (before.isalnum() and own[0].isalnum()) or (behind.isalnum() and own[-1].isalnum()):
        return Unfit("whole", "give the whole listing, from its first word to its last", place)
    if view.is_settled(place):
        return Unfit("", "a rule mends this", place)
    return None


def _own_characters(own: str, code: str) -> str:
    """The model's lines, made of the page's characters."""
    letters = iter([char for char in own if not char.isspace()])
    made = "".join(char if char.isspace() else next(letters) for char in code)
    return "\n".join(row.rstrip() for row in made.replace("\u00a0", " ").split("\n"))


def _broken_words(own: str, code: str) -> str | None:
    """What is wrong where a word was cut in two, or two words became one."""
    before, after = bare(own), bare(code)
    for number in range(len(before.at) - 1):
        one, two = own[before.at[number]], own[before.at[number + 1]]
        if not (one.isalnum() and two.isalnum()):
            continue
        was_apart = before.at[number + 1] - before.at[number] > 1
        is_apart = after.at[number + 1] - after.at[number] > 1
        if was_apart != is_apart and not _is_lost_break(code, after.at[number : number + 2]):
            return f"words are as they stand: see `{one}{' ' * was_apart}{two}`"
    return None


def _is_lost_break(code: str, at: tuple[int, ...]) -> bool:
    """Whether a line break between two letters was lost: `falseboolean b2`, `7 % 2; // 1double c`.

    Only where a number ends before it, or the word that then begins a line stands elsewhere too.
    """
    if "\n" not in code[at[0] : at[1]]:
        return False
    word = re.match(r"\w+", code[at[1] :])
    if word is None:
        return False
    return code[at[0]].isdigit() or len(re.findall(rf"\b{word[0]}\b", code)) > 1


def _folded_lines(code: str) -> list[str]:
    return [" ".join(row.split()) for row in code.split("\n") if row.strip()]


def _indents(text: Text, place: Place) -> list[int]:
    from refiner.analysis.lines import indentation

    own = text.text[place.start : place.end]
    depths = []
    at = place.start
    for row in own.split("\n"):
        written = len(row) - len(row.lstrip())
        if row.strip():
            depths.append(written + len(indentation(text, at)))
        at += len(row) + 1
    return _nesting(depths)


def _indents_of(code: str) -> list[int]:
    return _nesting([len(row) - len(row.lstrip()) for row in code.split("\n") if row.strip()])


def _nesting(depths: list[int]) -> list[int]:
    """The level of each line: two or four blanks for one step in are the same."""
    levels = sorted(set(depths))
    return [levels.index(depth) for depth in depths]


def _is_cut(view: ItemView, place: Place) -> bool:
    """Whether the listing ends where the text is cut, by a sure rule or by its open brackets."""
    text = view.texts[place.part].text
    if text[place.end :].strip():
        return False
    own = text[place.start : place.end]
    is_open = any(own.count(a) > own.count(b) for a, b in ("{}", "[]", "()"))
    return is_open or any(
        found.task == "truncation" and found.part == place.part for found in view.findings
    )


def parses(code: str, language: str) -> bool | None:
    """Whether a parser reads the code, or None where there is none for its language."""
    read = _PARSERS.get(language)
    if read is None:
        return None
    try:
        read(code)
    except (ValueError, SyntaxError, RecursionError, expat.ExpatError, MemoryError):
        return False
    return True


def _python(code: str) -> None:
    if code.lstrip().startswith(">>>"):
        return
    ast.parse(code)


def _json(code: str) -> None:
    json.loads(code)


def _yaml(code: str) -> None:
    import yaml

    try:
        for _ in yaml.parse(code, Loader=yaml.SafeLoader):
            pass
    except yaml.YAMLError as error:
        raise ValueError(str(error)) from error


def _xml(code: str) -> None:
    parser = expat.ParserCreate()
    parser.Parse(code.strip().encode(), True)  # noqa: FBT003 - expat's positional `isfinal`


def _toml(code: str) -> None:
    tomllib.loads(code)


_PARSERS: dict[str, Callable[[str], None]] = {
    "python": _python,
    "json": _json,
    "yaml": _yaml,
    "xml": _xml,
    "toml": _toml,
}
