"""How common words are, read from the data that wordfreq brings.

The package itself is never imported: with its tokenizers that takes as long as a word list. The
long lists, as dicts, would take 0.1 s and 35 MB for each language in each process; as tables that
are mapped they take a millisecond, and their memory is shared.
"""

from __future__ import annotations

import gzip
import json
from array import array
from functools import cache
from typing import TYPE_CHECKING, Literal
from zlib import crc32

import msgpack

from refiner.kept import kept_table, package_folder

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

Size = Literal["small", "large"]

HEAD_BYTES = 64
LONGEST_BYTES = 255
EMPTY = 0
# An entry: the word's length in bytes, its centibels in two bytes, the word in UTF-8.
BEFORE_WORD = 3


def read_shares(lang: str, size: Size) -> dict[str, float]:
    """The share of all words that each word of a language has.

    Args:
        lang: A language that has such a list.
        size: `small` for words that occur once in a million or more, `large` for all; both give
            the same word the same share.

    Raises:
        ValueError: The file is not as wordfreq 3 writes it.
    """
    found: dict[str, float] = {}
    for centibels, words in _lists(lang, size):
        found.update(dict.fromkeys(words, _share(centibels)))
    return found


class WordShares:
    """The share of all words that each word of a language has, the rarest too.

    Args:
        lang: A language that has such a list.
    """

    def __init__(self, lang: str) -> None:
        table = kept_table(f"words-{lang}", _file(lang, "large"), lambda: _made(lang))
        slots = json.loads(bytes(table[:HEAD_BYTES]))["slots"]
        behind = HEAD_BYTES + 4 * slots
        self._mask = slots - 1
        self._slots = table[HEAD_BYTES:behind].cast("I")
        self._entries = table[behind:]

    def share(self, word: str) -> float:
        """The share of a lower-case word; 0 for one that was never met."""
        written = word.encode(errors="surrogatepass")
        size = len(written)
        entries, slots, mask = self._entries, self._slots, self._mask
        slot = crc32(written) & mask
        while (at := slots[slot]) != EMPTY:
            start = at + BEFORE_WORD
            if entries[at] == size and entries[start : start + size] == written:
                return _share(entries[at + 1] << 8 | entries[at + 2])
            slot = (slot + 1) & mask
        return 0.0

    def __contains__(self, word: str) -> bool:
        return self.share(word) > 0


@cache
def _share(centibels: int) -> float:
    share: float = 10.0 ** (-centibels / 100)
    return share


def _made(lang: str) -> bytes:
    """A hash table with open addressing: a head in JSON, slots, entries."""
    lists = [*_lists(lang, "large")]
    slots = 1 << (2 * sum(len(words) for _, words in lists) - 1).bit_length()
    places = array("I", bytes(4 * slots))
    entries = bytearray(1)  # no entry stands at 0, which marks an empty slot
    for centibels, words in lists:
        two = centibels.to_bytes(2)
        for word in words:
            written = word.encode()
            if len(written) > LONGEST_BYTES:
                continue
            slot = crc32(written) & (slots - 1)
            while places[slot]:
                slot = (slot + 1) & (slots - 1)
            places[slot] = len(entries)
            entries.append(len(written))
            entries += two
            entries += written
    head = json.dumps({"slots": slots}).encode().ljust(HEAD_BYTES)
    return b"".join([head, places.tobytes(), entries])


def _lists(lang: str, size: Size) -> Iterator[tuple[int, list[str]]]:
    """Words by how many centibels their share lies below 1.

    Source:
        wordfreq 3.1, `read_cBpack`: gzipped msgpack of a header, then one list for each centibel.
    """
    header, *lists = msgpack.unpackb(gzip.decompress(_file(lang, size).read_bytes()))
    if (header.get("format"), header.get("version")) != ("cB", 1):
        message = f"wordfreq's word list has the header {header!r}"
        raise ValueError(message)
    return ((centibels, words) for centibels, words in enumerate(lists) if words)


def _file(lang: str, size: Size) -> Path:
    return package_folder("wordfreq") / "data" / f"{size}_{lang}.msgpack.gz"
