"""Page titles and file names, in both of Logseq's formats.

Source: logseq, deps/common util (`name-normalize`), src/main/frontend/util/fs.cljs
(`file-name-sanity`), and the config key `:file/name-format`.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Literal
from urllib.parse import unquote

NameFormat = Literal["legacy", "triple-lowbar"]

# What no file system takes, and what Logseq escapes besides.
RESERVED = re.compile(r'[<>:"\\|?*\x00-\x1f%#]')
LEGACY_RESERVED = re.compile(r'[:\\*?"<>|#%/]')
WINDOWS_NAMES = re.compile(r"(?i)(?:con|prn|aux|nul|com\d|lpt\d)")


def title_from_file_name(name: str, name_format: NameFormat) -> str:
    """The title that a file name stands for.

    Args:
        name: The file's name with its ending, as `a___b%3Fc.md`.
        name_format: The graph's `:file/name-format`.
    """
    stem = re.sub(r"\.(?:md|markdown|org|txt)$", "", name)
    if name_format == "triple-lowbar":
        return unquote(stem.replace("___", "/"))
    return unquote(stem).replace(".", "/") if "%" not in stem else unquote(stem)


def file_name_from_title(title: str, name_format: NameFormat) -> str:
    """The file name, with `.md`, that Logseq gives a page of this title."""
    title = unicodedata.normalize("NFC", title)
    if name_format == "legacy":
        return LEGACY_RESERVED.sub(_escaped, title) + ".md"
    stem = RESERVED.sub(_escaped, title.replace("___", "%5F%5F%5F")).replace("/", "___")
    if WINDOWS_NAMES.fullmatch(stem):
        stem += "___"
    return re.sub(r"[. ]$", lambda match: f"%{ord(match[0]):02X}", stem) + ".md"


def page_key(title: str) -> str:
    """A title as Logseq compares titles: NFC, lower case."""
    return unicodedata.normalize("NFC", title).lower()


def _escaped(match: re.Match[str]) -> str:
    return "".join(f"%{byte:02X}" for byte in match[0].encode())
