"""The mapped tables say what the packages say that they are made from."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from refiner.lang.detect import detect_language
from refiner.lang.detector import Detector
from refiner.lang.lexicon import LANGS, LEAST_COMMON, frequency, highest_frequency, is_at_least
from refiner.lang.wordlist import WordShares, read_shares

if TYPE_CHECKING:
    from pathlib import Path

TEXTS = (
    "¿Que es el acolchado?",
    "Tipus de sòl",
    "HVAD ER EN HAVN",
    "Qu’est-ce qu’un port",
    "x",
    "日本語のテキスト",
)


@pytest.mark.parametrize("lang", LANGS)
def test_a_table_has_each_word_with_its_share(lang: str) -> None:
    words = read_shares(lang, "large")
    table = WordShares(lang)
    assert {word: table.share(word) for word in words} == words
    assert not any(f"{word}qqq" in table for word in [*words][:5000])


@pytest.mark.parametrize("lang", LANGS)
def test_the_short_list_is_the_common_part_of_the_long_one(lang: str) -> None:
    common, words = read_shares(lang, "small"), read_shares(lang, "large")
    assert all(words[word] == share for word, share in common.items())
    least = min(common.values())
    assert all(word in common for word, share in words.items() if share >= least)
    rarest = next(word for word, share in common.items() if share == least)
    assert frequency(rarest, lang) == pytest.approx(LEAST_COMMON)


def test_a_bound_tells_the_same_as_the_frequency() -> None:
    for word in ("the", "harbour", "hypervisor", "xyzzyq", "puerto"):
        for least in (1.5, 3.0, 3.5, 5.2):
            assert is_at_least(word, "en", least) == (frequency(word, "en") >= least)
        assert highest_frequency(word) == max(frequency(word, lang) for lang in LANGS)


def test_the_detector_is_the_packages_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    languages = ("en", "es", "ca", "fr", "da", "ja")
    own = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    own.set_languages(languages)
    detector = Detector(languages)
    for text in TEXTS:
        expected = own.rank(text)
        ranked = detector.rank(text)
        assert dict(ranked) == pytest.approx(dict(expected), abs=1e-5)
        assert ranked[0][0] == expected[0][0]
    assert detect_language("Quina és la funció principal del fetge?") == "ca"
