"""Guards of a correction: the least change of a slip, and nothing else.

A correction is split into the words that it changes. Each change has to be one of spelling,
spacing, agreement, or a function word; what says something else, or the same in a nicer way, is
refused. A change from one real word to another may be right and may be wrong: it is let through
with little confidence, for a person to see.
"""

from __future__ import annotations

import re
from difflib import SequenceMatcher
from typing import TYPE_CHECKING, NamedTuple

from refiner.analysis.terms import frequency_of
from refiner.lang.language import word_union
from refiner.lang.lexicon import LANGS, is_known_anywhere, plain_letters
from refiner.tasks.editor.places import Place, find_copies, plain
from refiner.tasks.editor.safety import unsafe

if TYPE_CHECKING:
    from collections.abc import Sequence

    from refiner.cards import Text
    from refiner.tasks.editor.model import Correction
    from refiner.tasks.editor.view import ItemView

SURE = 0.8
LIKELY = 0.65
UNSURE = 0.4
LETTERS_AT_MOST = 24
SHARE_AT_MOST = 0.15
LEAST_SHARE = 16
INSERTED_AT_MOST = 2
MOVED_AT_MOST = 1
CHANGES_AT_MOST = 6
SLIPS_AT_MOST = 2
# Commoner than this a word carries no meaning of its own.
FUNCTION = 5.2
NAME_KNOWN = 2.5
_TOKEN = re.compile(r"[^\W_]+(?:['’][^\W_]+)*|_|[^\w\s]")
_IDENTIFIER = re.compile(r"\w*\d\w*|\w*_\w*|[a-z]+[A-Z]\w*|[A-Z]{2,}s?|[A-Z][a-z]+[A-Z]\w*")
_ASKING_MARKS = frozenset("¿?¡!")
_SENTENCE_START = re.compile(r"(?:^|[.!?:…]\s|\n|[¿¡]|[-*•]\s)\W*$")


class Token(NamedTuple):
    """A word or a mark, in characters of its text."""

    text: str
    start: int
    end: int

    @property
    def is_word(self) -> bool:
        """Whether it has letters or digits."""
        return self.text[0].isalnum()


class Change(NamedTuple):
    """The least of a correction: what stands at a place, and what should."""

    place: Place
    new: str


class Judged(NamedTuple):
    """What came of a correction.

    Attributes:
        changes: What to change, ascending; empty where nothing would.
        confidence: How sure it is that the new text is right.
        guard: The guard that refuses it, or "", with its complaint.
    """

    changes: tuple[Change, ...] = ()
    confidence: float = 0.0
    guard: str = ""
    complaint: str = ""


class _RefusedError(Exception):
    def __init__(self, guard: str, complaint: str) -> None:
        super().__init__(complaint)
        self.guard = guard
        self.complaint = complaint


def judge_correction(correction: Correction, view: ItemView) -> Judged:
    """Whether a correction may be proposed, and what it changes."""
    try:
        place = _located(correction.old, view)
        return _judged(correction, place, view)
    except _RefusedError as refused:
        return Judged(guard=refused.guard, complaint=refused.complaint)


def _located(old: str, view: ItemView) -> Place:
    found = find_copies(view.texts, old)
    if not found:
        raise _RefusedError("exact", f"`{old}` does not stand in the item: copy it exactly")
    if len(found) > 1:
        times = len(found)
        raise _RefusedError("unique", f"`{old}` stands {times} times: copy the words around it too")
    return found[0]


def _judged(correction: Correction, place: Place, view: ItemView) -> Judged:
    text = view.texts[place.part]
    written = text.text[place.start : place.end]
    brought = unsafe(correction.new, written)
    if brought is not None:
        raise _RefusedError("safe", f"the new text holds {brought} that the old one had not")
    changes: list[Change] = []
    gone: list[Token] = []
    come: list[Token] = []
    confidence = SURE
    for old, new in _differences(written, correction.new, place.start):
        change = _as_change(old, new, place, correction.new, text)
        if text.touches_protected(change.place.start, change.place.end):
            raise _RefusedError("protected", "leave code, links, math and macros as they are")
        if view.is_settled(change.place):
            continue
        changes.append(change)
        before, after = [token.text for token in old], [token.text for token in new]
        if _glued(before) and _glued(before) == _glued(after):
            continue
        if not any(token.is_word for token in (*old, *new)):
            confidence = min(confidence, _judge_marks(before, after, text, change))
        gone += [token for token in old if token.is_word]
        come += [token for token in new if token.is_word]
    if sorted(_numbers(gone)) != sorted(_numbers(come)):
        raise _RefusedError("numbers", "leave numbers as they are")
    if gone or come:
        confidence = min(confidence, _Words(view, view.lang(place.part), text).judge(gone, come))
    size = sum(max(c.place.end - c.place.start, len(c.new)) for c in changes)
    if size > LETTERS_AT_MOST * max(1, len(changes)) or len(changes) > CHANGES_AT_MOST:
        raise _RefusedError("small", "change only the letters or the word that is wrong")
    return Judged(tuple(changes), confidence)


def _numbers(tokens: Sequence[Token]) -> list[str]:
    return re.findall(r"\d+", " ".join(token.text for token in tokens))


def changed_letters(changes: Sequence[Change], texts: Sequence[Text]) -> int:
    """How many letters of an item corrections change in all."""
    total = 0
    for place, new in changes:
        old = texts[place.part].text[place.start : place.end]
        total += _distance(old, new)
    return total


def is_rewritten(changes: Sequence[Change], texts: Sequence[Text]) -> bool:
    """Whether corrections change so much of an item that it is another text."""
    letters = sum(sum(char.isalpha() for char in text.text) for text in texts)
    return changed_letters(changes, texts) > max(LEAST_SHARE, SHARE_AT_MOST * letters)


def _tokens(text: str, at: int = 0) -> list[Token]:
    return [Token(m[0], m.start() + at, m.end() + at) for m in _TOKEN.finditer(text)]


def _differences(old: str, new: str, at: int) -> list[tuple[list[Token], list[Token]]]:
    """Runs of tokens that differ, with a neighbour where a space alone does."""
    before, after = _tokens(old, at), _tokens(new)
    matcher = SequenceMatcher(
        None, [plain(t.text) for t in before], [plain(t.text) for t in after], autojunk=False
    )
    return [
        (before[i1:i2], after[j1:j2])
        for tag, i1, i2, j1, j2 in matcher.get_opcodes()
        if tag != "equal"
    ] or _spacing(old, new, before, after)


def _spacing(
    old: str, new: str, before: list[Token], after: list[Token]
) -> list[tuple[list[Token], list[Token]]]:
    """Neighbours of which only the space between differs: `exponent.[Math]`, `provisioning .`."""
    base = before[0].start if before else 0
    lead = len(old) - len(old.lstrip())
    found = []
    for number in range(len(before) - 1):
        one, two = before[number], before[number + 1]
        gap = old[one.end - base + lead : two.start - base + lead]
        new_gap = new[after[number].end : after[number + 1].start]
        if bool(gap.strip(" \t\n")) == bool(new_gap.strip()) and bool(gap) != bool(new_gap):
            found.append((before[number : number + 2], after[number : number + 2]))
    return found


def _as_change(
    old: list[Token], new: list[Token], place: Place, wording: str, text: Text
) -> Change:
    """The change of some tokens, with the space beside them where a word comes or goes."""
    if old and new:
        start, end = old[0].start, old[-1].end
        return Change(Place(place.part, start, end), wording[new[0].start : new[-1].end])
    if old:  # a word goes, and one of the spaces beside it
        start, end = old[0].start, old[-1].end
        if start > 0 and text.text[start - 1].isspace():
            start -= 1
        elif end < len(text.text) and text.text[end] == " ":
            end += 1
        return Change(Place(place.part, start, end), "")
    first, last = new[0].start, new[-1].end
    before = _tokens(wording[:first])
    if before:  # a word comes behind the word that it stands behind
        told = len(before)
        own = _tokens(text.text[place.start : place.end], place.start)
        at = own[min(told, len(own)) - 1].end if own else place.start
        at = _behind(own, before, at)
        return Change(Place(place.part, at, at), wording[before[-1].end : last])
    behind = _tokens(wording[last:], last)
    gap = wording[last : behind[0].start] if behind else ""
    return Change(Place(place.part, place.start, place.start), wording[first:last] + gap)


def _behind(own: list[Token], before: list[Token], fallback: int) -> int:
    """Where the last of the words before an insertion ends in the text."""
    wanted = [plain(token.text) for token in before]
    matcher = SequenceMatcher(None, [plain(t.text) for t in own], wanted, autojunk=False)
    for block in reversed(matcher.get_matching_blocks()[:-1]):
        if block.b + block.size == len(wanted):
            return own[block.a + block.size - 1].end
    return fallback


def _glued(words: Sequence[str]) -> str:
    """Words without what stands between them: a space, a hyphen, the full stop of a sentence."""
    return re.sub(r"[-‐\u00ad.,;:]", "", "".join(words))


def _judge_marks(before: list[str], after: list[str], text: Text, change: Change) -> float:
    if plain("".join(before)) == plain("".join(after)):
        raise _RefusedError("style", "leave quotes and dashes as they are")
    beside = text.text[change.place.end :][:1], text.text[: change.place.start][-1:]
    if any(char.isdigit() for char in beside):
        raise _RefusedError("numbers", "leave numbers as they are")
    is_at_end = not text.text[change.place.end :].strip()
    if not before and after == ["."] and is_at_end:
        raise _RefusedError("style", "a full stop at the end is a matter of style")
    if set(before) | set(after) <= _ASKING_MARKS:
        return SURE
    if set("".join((*before, *after))) & set("`*_[]{}<>#$|\\=~^"):
        raise _RefusedError("protected", "leave markup and code as they are")
    return UNSURE


class _Words:
    """Judges the words that go and come in a correction."""

    def __init__(self, view: ItemView, lang: str, text: Text) -> None:
        self.view = view
        self.lang = lang
        self.text = text
        self.meaning = word_union("editor.meaning")

    def judge(self, gone: Sequence[Token], come: Sequence[Token]) -> float:
        """How sure a change of these words is.

        Raises:
            _RefusedError: It says something else.
        """
        moved, gone, come = _moved(gone, come)
        if sum(not _is_function(word.lower(), self.lang) for word in moved) > MOVED_AT_MOST:
            raise _RefusedError("order", "leave the order of words as it is")
        confidence = UNSURE if moved else SURE
        pairs, left, new = _paired(gone, come, self.lang)
        for old, word in pairs:
            confidence = min(confidence, self._pair(old, word.text))
        for word in new:
            if word.text.lower() in self.meaning or not _is_function(word.text.lower(), self.lang):
                raise _RefusedError("meaning", f"`{word.text}` says something new: only mend slips")
        if len(new) > INSERTED_AT_MOST:
            raise _RefusedError("small", "change only the letters or the word that is wrong")
        for word in left:
            if self._is_doubled(word):
                confidence = UNSURE  # rules mend it where they are sure: "had had" is right
                continue
            if word.text.lower() in self.meaning or not _is_function(word.text.lower(), self.lang):
                raise _RefusedError(
                    "meaning", f"without `{word.text}` the text says something else"
                )
        return min(confidence, LIKELY) if left or new else confidence

    def _is_doubled(self, word: Token) -> bool:
        """Whether the word stands twice in a row."""
        written = self.text.text
        near = rf"\b({re.escape(word.text)})\W+\1\b"
        around = written[max(0, word.start - len(word.text) - 2) : word.end + len(word.text) + 2]
        return re.search(near, around, re.IGNORECASE) is not None

    def _pair(self, token: Token, new: str) -> float:
        old = token.text
        one, two = old.lower(), new.lower()
        if one == two:
            if old.isupper() or new.isupper() or _IDENTIFIER.fullmatch(old):
                raise _RefusedError("names", f"leave `{old}` as it is written")
            return UNSURE
        is_at_start = _SENTENCE_START.search(self.text.text[: token.start]) is not None
        is_name = _is_name(old, self.view, is_at_start=is_at_start)
        if is_name and not _is_mended_name(old, new, self.view):
            raise _RefusedError("names", f"leave the name `{old}` as it is")
        is_word = is_known_anywhere(one, self.lang)
        if is_word and (one in self.meaning or two in self.meaning):
            raise _RefusedError("meaning", f"`{new}` says something else than `{old}`")
        slips = _distance(one, two)
        if plain_letters(one) == plain_letters(two):
            return SURE
        if not is_known_anywhere(two, self.lang) and two not in self.view.words:
            raise _RefusedError("words", f"`{new}` is not a word")
        if not is_word:
            if slips > max(SLIPS_AT_MOST, len(one) // 3):
                raise _RefusedError("spelling", f"`{new}` is another word than `{old}`")
            return SURE
        if _is_inflected(one, two, self.lang):
            return LIKELY
        if _is_function(one, self.lang) and _is_function(two, self.lang):
            return LIKELY
        if one[0] == two[0] and (slips <= 1 or sorted(one) == sorted(two)):
            return UNSURE
        raise _RefusedError("meaning", f"`{new}` is another word than `{old}`: only mend slips")


def _moved(
    gone: Sequence[Token], come: Sequence[Token]
) -> tuple[list[str], list[Token], list[Token]]:
    """Words that only stand elsewhere, and those that went and came for good."""
    left = list(come)
    moved: list[str] = []
    lost: list[Token] = []
    for word in gone:
        twin = next((one for one in left if one.text.lower() == word.text.lower()), None)
        if twin is None or (twin.text != word.text and len(gone) == len(come) == 1):
            lost.append(word)
            continue
        left.remove(twin)
        moved.append(word.text)
    return moved, lost, left


def _paired(
    gone: Sequence[Token], come: Sequence[Token], lang: str
) -> tuple[list[tuple[Token, Token]], list[Token], list[Token]]:
    """Words that became others, words that went, words that came."""
    left = list(come)
    pairs: list[tuple[Token, Token]] = []
    lost: list[Token] = []
    for word in gone:
        own = word.text.lower()
        near = min(left, key=lambda other: _distance(own, other.text.lower()), default=None)
        if near is not None and (
            _distance(own, near.text.lower()) <= max(1, len(own) // 2)
            or _is_inflected(own, near.text.lower(), lang)
        ):
            left.remove(near)
            pairs.append((word, near))
        else:
            lost.append(word)
    return pairs, lost, left


def _is_name(word: str, view: ItemView, *, is_at_start: bool) -> bool:
    if _IDENTIFIER.fullmatch(word):
        return True
    if not word[0].isupper():
        return False
    if not is_at_start:
        return True
    counts = view.book.words
    return counts.get(word.lower(), 0) > 1 and not any(
        frequency_of(word.lower(), lang) >= FUNCTION - 1 for lang in LANGS
    )


def _is_mended_name(old: str, new: str, view: ItemView) -> bool:
    """Whether a name was misspelled: it is none that is known, and the new one is."""
    one, two = old.lower(), new.lower()
    if _distance(one, two) > SLIPS_AT_MOST:
        return False
    if _IDENTIFIER.fullmatch(old):
        return (
            _other_uses(old, view) == 0
            and re.search(rf"\b{re.escape(new)}\b", view.written) is not None
        )
    is_met = view.book.words.get(one, 0) > 1
    is_known = any(frequency_of(one, lang) >= NAME_KNOWN for lang in LANGS)
    is_new_known = two in view.words or any(frequency_of(two, lang) >= NAME_KNOWN for lang in LANGS)
    return not is_met and not is_known and is_new_known


def _other_uses(name: str, view: ItemView) -> int:
    return len(re.findall(rf"\b{re.escape(name)}\b", view.written)) - 1


def _is_inflected(one: str, two: str, lang: str) -> bool:
    """Whether two words are forms of one: by their lemma, or by their endings alone."""
    import simplemma

    if lang in LANGS and simplemma.lemmatize(one, lang=lang) == simplemma.lemmatize(two, lang=lang):
        return True
    shared = 0
    for a, b in zip(plain_letters(one), plain_letters(two), strict=False):
        if a != b:
            break
        shared += 1
    tails = (len(one) - shared, len(two) - shared)
    return shared >= 3 and max(tails) <= 2 and shared >= 0.6 * max(len(one), len(two))  # noqa: PLR2004 - a stem, an ending


def _is_function(word: str, lang: str) -> bool:
    return len(word) < 2 or frequency_of(word, lang) >= FUNCTION  # noqa: PLR2004 - one letter


def _distance(one: str, two: str) -> int:
    """Letters to insert, delete, replace or swap with their neighbour, at least.

    Source: optimal string alignment.
    """
    rows = [list(range(len(two) + 1))]
    for i, a in enumerate(one, 1):
        row = [i]
        for j, b in enumerate(two, 1):
            best = min(row[-1] + 1, rows[-1][j] + 1, rows[-1][j - 1] + (a != b))
            if i > 1 and j > 1 and a == two[j - 2] and one[i - 2] == b:
                best = min(best, rows[-2][j - 2] + 1)
            row.append(best)
        rows.append(row)
    return rows[-1][-1]
