"""When a highlight came in: the date in the heading above it, in the graph's own format."""

from __future__ import annotations

import re
from datetime import date
from functools import lru_cache

MONTHS = (
    "january", "february", "march", "april", "may", "june",
    "july", "august", "september", "october", "november", "december",
)  # fmt: skip

# Source: the date patterns of Logseq's `:journal/page-title-format` (cljs-time's letters).
FIELDS = {
    "EEEE": r"[^\W\d]+",
    "EEE": r"[^\W\d]+",
    "E": r"[^\W\d]+",
    "yyyy": r"(?P<year>\d{4})",
    "yy": r"(?P<year>\d{2})",
    "MMMM": r"(?P<month>[^\W\d]+)",
    "MMM": r"(?P<month>[^\W\d]+)",
    "MM": r"(?P<month>\d{2})",
    "M": r"(?P<month>\d{1,2})",
    "dd": r"(?P<day>\d{2})",
    "do": r"(?P<day>\d{1,2})(?:st|nd|rd|th)",
    "d": r"(?P<day>\d{1,2})",
}
TOKEN = re.compile("|".join(FIELDS) + r"|[^\W\d_]+|.", re.DOTALL)
LINK = re.compile(r"\[\[([^\[\]]+)\]\]")
DEFAULT_FORMAT = "MMM do, yyyy"


def added_on(chapter: tuple[str, ...], title_format: str = DEFAULT_FORMAT) -> date | None:
    """The day on which the blocks under these headings came in, or None where none says.

    Args:
        chapter: Texts of the blocks above an item, outermost first, such as
            `New highlights added [[Jul 3rd, 2024]] at 3:04 PM`.
        title_format: The graph's `:journal/page-title-format`.
    """
    for heading in reversed(chapter):
        for link in reversed(LINK.findall(heading)):
            found = read_date(link, title_format)
            if found is not None:
                return found
    return None


def read_date(title: str, title_format: str = DEFAULT_FORMAT) -> date | None:
    """The day that a journal's title names, or None where it is no journal's title."""
    match = _pattern(title_format).fullmatch(title.strip())
    if match is None:
        return None
    fields = match.groupdict()
    try:
        month = _month(fields["month"])
        year = int(fields["year"])
        return date(year + 2000 if year < 100 else year, month, int(fields["day"]))  # noqa: PLR2004 - two-digit years
    except (KeyError, ValueError):
        return None


def _month(written: str) -> int:
    if written.isdigit():
        return int(written)
    starts = [i for i, name in enumerate(MONTHS, 1) if name.startswith(written.lower())]
    if len(starts) != 1:
        raise ValueError(written)
    return starts[0]


@lru_cache(maxsize=8)
def _pattern(title_format: str) -> re.Pattern[str]:
    parts = []
    for token in TOKEN.findall(title_format):
        field = FIELDS.get(token)
        parts.append(field if field is not None else re.escape(token))
    return re.compile("".join(parts), re.IGNORECASE)
