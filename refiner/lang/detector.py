"""py3langid's model, for the languages that a text may be in, without its start.

Unpacked by py3langid it takes half a second and 100 MB in each process. Kept as a table that is
mapped, and asked about few languages, it takes a millisecond, its memory is shared by all
processes, and numpy is not loaded.
"""

from __future__ import annotations

import json
import math
import unicodedata
from array import array
from collections import Counter
from typing import TYPE_CHECKING, Any

from refiner.kept import kept_table, package_folder

if TYPE_CHECKING:
    from collections.abc import Sequence

HEAD_BYTES = 4096
ROW = 8  # bits of the letter in a row of the automaton


class Detector:
    """A naive Bayes classifier over byte sequences, which an automaton finds.

    Args:
        languages: The languages that are told apart, by code; those that the model lacks are
            left out.

    Source:
        py3langid 0.4, `LanguageIdentifier.rank` with normalised probabilities.
    """

    def __init__(self, languages: Sequence[str]) -> None:
        source = package_folder("py3langid") / "data" / "model.npz.xz"
        table = kept_table("languages", source, lambda: _made(languages), " ".join(languages))
        head = json.loads(bytes(table[:HEAD_BYTES]))
        at = HEAD_BYTES
        parts = []
        for code, count in head["parts"]:
            size = count * array(code).itemsize
            parts.append(table[at : at + size].cast(code))
            at += size
        self._labels: list[str] = head["labels"]
        self._next, self._rows, self._found, self._weights, self._priors = parts

    def rank(self, text: str) -> list[tuple[str, float]]:
        """The languages with their probabilities, the likeliest first."""
        written = unicodedata.normalize("NFC", text.lower() if text.isupper() else text)
        data = written.encode("utf-8", errors="surrogatepass")
        width = len(self._labels)
        scores = [0.0] * width
        counts = self._counts(data)
        if counts:
            scores = [*self._priors]
            rows: dict[int, list[memoryview]] = {}
            for feature, count in counts.items():
                row = self._weights[feature * width : (feature + 1) * width]
                rows.setdefault(count, []).append(row)
            for count, alike in rows.items():
                weight = math.log1p(count)
                sums = map(sum, zip(*alike, strict=True))
                scores = [score + weight * each for score, each in zip(scores, sums, strict=True)]
        scale = 1 / math.sqrt(len(data) or 1)  # so that long texts are not surer than they may be
        highest = max(scores)
        powers = [math.exp((score - highest) * scale) for score in scores]
        total = sum(powers)
        ranked = zip(self._labels, (power / total for power in powers), strict=True)
        return sorted(ranked, key=lambda pair: -pair[1])

    def _counts(self, data: bytes) -> Counter[int]:
        """How often each sequence that the model knows occurs."""
        following, rows, ends = self._next, self._rows, self._found
        state = 0
        found = []
        for letter in data:
            state = following[(rows[state] << ROW) + letter]
            feature = ends[state]
            if feature >= 0:
                found.append(feature)
        return Counter(found)


def _made(languages: Sequence[str]) -> bytes:
    """The table: a head in JSON, then automaton, weights and priors as arrays."""
    from py3langid.langid import (
        MODEL_FILE,
        LanguageIdentifier,
    )

    model = LanguageIdentifier.from_model_file(MODEL_FILE)
    labels = set(model.labels)
    model.set_languages([lang for lang in languages if lang in labels])
    parts: list[tuple[str, Any]] = [
        ("I", model.tk_nextmove),
        ("I", model.tk_row),
        ("i", model.tk_output),
        ("f", model.nb_ptc.ravel().tolist()),
        ("f", model.nb_pc.tolist()),
    ]
    arrays = [array(code, values) for code, values in parts]
    head = {
        "labels": list(model.nb_classes),
        "parts": [(each.typecode, len(each)) for each in arrays],
    }
    packed = json.dumps(head).encode().ljust(HEAD_BYTES)
    return b"".join([packed, *(each.tobytes() for each in arrays)])
