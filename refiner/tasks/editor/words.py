"""Whether the words that go and come in a correction say the same: spelling, agreement, small words.

A change from one real word to another may be right and may be wrong: it is let through with little
confidence, for a person to see.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from refiner.analysis.terms import frequency_of
from refiner.lang.language import language, word_union
from refiner.lang.lexicon import LANGS, is_known_anywhere, plain_letters

if TYPE_CHECKING:
    from collections.abc import Sequence

    from refiner.cards import Text
    from refiner.tasks.editor.view import ItemView

SURE = 0.8
LIKELY = 0.65
UNSURE = 0.4
INSERTED_AT_MOST = 2
MOVED_AT_MOST = 1
SLIPS_AT_MOST = 2
# Commoner than this a word carries no meaning of its own.
FUNCTION = 5.2
# Commoner than this a word may stand anywhere: `the`, `is`, `do`.
TINY = 5.9
# Words that share so many letters and so much of the longer one are of one stem: `undo`, `undoing`.
STEM_LETTERS = 4
SCRAP_LETTERS = 5
SMALL_LETTERS = 4
LONG_LETTERS = 10
STEM_SHARE = 0.6
VARIANT_LETTERS = 5
NAME_KNOWN = 2.5
_IDENTIFIER = re.compile(r"\w*\d\w*|\w*_\w*|[a-z]+[A-Z]\w*|[A-Z]{2,}s?|[A-Z][a-z]+[A-Z]\w*")
_SENTENCE_START = re.compile(r"(?:^|[.!?:…]\s|\n|[¿¡]|[-*•]\s)\W*$")


_LOOKS = str.maketrans({"1": "l", "I": "l", "0": "o", "5": "s", "|": "l"})


class Token(NamedTuple):
    """A word or a mark, in characters of its text."""

    text: str
    start: int
    end: int

    @property
    def is_word(self) -> bool:
        """Whether it has letters or digits."""
        return self.text[0].isalnum()


class RefusedError(Exception):
    """A correction that a guard refuses: its name, and the complaint."""

    def __init__(self, guard: str, complaint: str) -> None:
        super().__init__(complaint)
        self.guard = guard
        self.complaint = complaint


class Words:
    """Judges the words that go and come in a correction."""

    def __init__(self, view: ItemView, lang: str, text: Text) -> None:
        self.view = view
        self.lang = lang
        self.text = text
        known = language(lang)
        # Words of one language mean nothing in another: "se" is "if" in Portuguese alone.
        self.meaning = frozenset(known.editor.meaning) if known else word_union("editor.meaning")
        self.forms = known.editor.forms if known else {}
        self.variants = known.editor.variants if known else {}

    def judge(self, gone: Sequence[Token], come: Sequence[Token]) -> float:
        """How sure a change of these words is.

        Raises:
            RefusedError: It says something else.
        """
        moved, gone, come = _moved(gone, come)
        gone, come = _misread(gone, come)
        agreeing = len(gone)
        gone, come = self._without_forms(gone, come)
        agreeing -= len(gone)
        told = [word for word in moved if frequency_of(word, self.lang) < TINY]
        if len(told) > MOVED_AT_MOST:
            raise RefusedError("order", "leave the order of words as it is")
        confidence = UNSURE if moved else LIKELY if agreeing else SURE
        pairs, left, new = _paired(gone, come, self.lang)
        for old, word in pairs:
            confidence = min(confidence, self._pair(old, word.text))
        for word in new:
            if is_displaced(word.text, self.text):
                confidence = UNSURE  # a PDF set it apart from its sentence
            elif self._tells(word):
                raise RefusedError("meaning", f"`{word.text}` says something new: only mend slips")
        if len(new) > INSERTED_AT_MOST:
            raise RefusedError("small", "change only the letters or the word that is wrong")
        for word in left:
            if self._is_doubled(word) or self._is_stray(word):
                confidence = UNSURE  # rules mend it where they are sure: "had had" is right
            elif self._tells(word):
                raise RefusedError("meaning", f"without `{word.text}` the text says something else")
        if left and new and any(len(word.text) > SMALL_LETTERS for word in (*left, *new)):
            return UNSURE  # `days` for `hours`: common, and no small words
        return min(confidence, LIKELY) if left or new else confidence

    def _without_forms(
        self, gone: Sequence[Token], come: Sequence[Token]
    ) -> tuple[list[Token], list[Token]]:
        """The words without those that only became another form: `many` and `much`."""
        left, lost = list(come), []
        for word in gone:
            stem = self._stem(word)
            twin = next((one for one in left if stem and self._stem(one) == stem), None)
            if twin is None:
                lost.append(word)
            else:
                left.remove(twin)
        return lost, left

    def _stem(self, word: Token) -> str:
        """What stands for all forms of a word of meaning, or ""."""
        lower = word.text.lower()
        return self.forms.get(lower, lower if lower in self.meaning else "")

    def _tells(self, word: Token) -> bool:
        """Whether a word carries meaning, so that the text says something else without it."""
        lower = word.text.lower()
        return lower in self.meaning or not _is_function(lower, self.lang)

    def _is_stray(self, word: Token) -> bool:
        """Whether a word stands there by a PDF's or scan's doing: moved, or letters that say nothing."""
        text, lower = word.text, word.text.lower()
        if is_displaced(text, self.text):
            return True
        is_scrap = text.isalpha() and text.islower() and len(text) <= SCRAP_LETTERS
        is_met = self.view.book.words.get(lower, 0) > 1
        return is_scrap and not is_met and not is_known_anywhere(lower, self.lang)

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
                raise RefusedError("names", f"leave `{old}` as it is written")
            return UNSURE
        is_at_start = _SENTENCE_START.search(self.text.text[: token.start]) is not None
        is_name = _is_name(old, self.view, is_at_start=is_at_start)
        if is_name and not _is_mended_name(old, new, self.view):
            raise RefusedError("names", f"leave the name `{old}` as it is")
        is_word = is_known_anywhere(one, self.lang)
        if is_word and self._is_variant(one, two):
            raise RefusedError("style", f"leave `{old}`: it is right where it was written")
        if plain_letters(one) == plain_letters(two):
            return UNSURE if {one, two} <= self.meaning else SURE  # `si`, `sí`
        slips = distance(one, two)
        if is_word and (one in self.meaning or two in self.meaning):
            if slips == 1 and not {one, two} <= self.meaning:
                return UNSURE  # `of` for `or`
            raise RefusedError("meaning", f"`{new}` says something else than `{old}`")
        if not is_known_anywhere(two, self.lang) and two not in self.view.words:
            raise RefusedError("words", f"`{new}` is not a word")
        if not is_word:
            if slips > max(SLIPS_AT_MOST, len(one) // 3):
                raise RefusedError("spelling", f"`{new}` is another word than `{old}`")
            return SURE
        if _is_inflected(one, two, self.lang):
            return LIKELY
        if _is_function(one, self.lang) and _is_function(two, self.lang):
            return LIKELY
        if one[0] == two[0] and (slips <= 1 or sorted(one) == sorted(two) or _is_akin(one, two)):
            return UNSURE
        raise RefusedError("meaning", f"`{new}` is another word than `{old}`: only mend slips")

    def _is_variant(self, one: str, two: str) -> bool:
        """Whether both are right, each in its country or by an older rule: `colour`, `color`."""
        is_long = min(len(one), len(two)) >= VARIANT_LETTERS
        return any(
            {one, two} == {a, b} or (is_long and two in {one.replace(a, b), one.replace(b, a)})
            for a, b in self.variants.items()
        )


def is_displaced(word: str, text: Text) -> bool:
    """Whether the word stands all alone in a text, behind a sentence: a PDF moved it there."""
    alone = rf"(?:[.!?:]\s+|\n\s*|\A){re.escape(word)}\s*\.?\s*(?:\n|\Z)"
    return len(word) > 1 and re.search(alone, text.text.strip()) is not None


def _misread(gone: Sequence[Token], come: Sequence[Token]) -> tuple[list[Token], list[Token]]:
    """The words without those that a scan misread, and with those that it cut in two made whole.

    `rec1amar` is `reclamar`, `aII` is `all`; `despen- nsero` is one word, `despennsero`.
    """
    left, lost = list(come), []
    for word in gone:
        twin = next((one for one in left if is_misread(word.text, one.text)), None)
        if twin is None:
            lost.append(word)
        else:
            left.remove(twin)
    if len(lost) > len(left) == 1:
        whole = "".join(word.text for word in lost)
        if distance(whole.lower(), left[0].text.lower()) <= SLIPS_AT_MOST:
            lost = [Token(whole, lost[0].start, lost[-1].end)]
    return lost, left


def is_misread(old: str, new: str) -> bool:
    """Whether an old word is a new one with a digit or capital that looks like a letter."""
    if old == new or not re.search(r"\d|(?<=[a-z])I|^I[a-z]|l\d", old):
        return False
    is_word = new.isalpha() or re.fullmatch(r"\d+(?:st|nd|rd|th)", new) is not None
    return is_word and _as_read(old) == _as_read(new) and len(old) == len(new)


def _as_read(word: str) -> str:
    return word.translate(_LOOKS).lower()


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
        near = min(left, key=lambda other: distance(own, other.text.lower()), default=None)
        if near is not None and (
            distance(own, near.text.lower()) <= max(1, len(own) // 2)
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
    if distance(one, two) > max(SLIPS_AT_MOST, len(one) // 5):
        return False
    if _IDENTIFIER.fullmatch(old):
        return (
            _other_uses(old, view) == 0
            and re.search(rf"\b{re.escape(new)}\b", view.written) is not None
        )
    is_met = view.book.words.get(one, 0) > 1 and len(one) < LONG_LETTERS
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


def _is_akin(one: str, two: str) -> bool:
    """Whether two words share their stem: one may stand where the other was meant."""
    shared = next(
        (
            number
            for number, (a, b) in enumerate(
                zip(plain_letters(one), plain_letters(two), strict=False)
            )
            if a != b
        ),
        min(len(one), len(two)),
    )
    return shared >= max(STEM_LETTERS, STEM_SHARE * max(len(one), len(two)))


def _is_function(word: str, lang: str) -> bool:
    return len(word) < 2 or frequency_of(word, lang) >= FUNCTION  # noqa: PLR2004 - one letter


def distance(one: str, two: str) -> int:
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
