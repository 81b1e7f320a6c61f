"""When a highlight came in, by the heading above it."""

from __future__ import annotations

from datetime import date

import pytest

from refiner.cards.dates import added_on, read_date

TITLES = {
    "Logseq's default": ("Jul 3rd, 2024", "MMM do, yyyy", date(2024, 7, 3)),
    "first": ("Jan 1st, 2023", "MMM do, yyyy", date(2023, 1, 1)),
    "second": ("Feb 22nd, 2023", "MMM do, yyyy", date(2023, 2, 22)),
    "long month": ("3 July 2024", "d MMMM yyyy", date(2024, 7, 3)),
    "ISO": ("2024-07-03", "yyyy-MM-dd", date(2024, 7, 3)),
    "underscores": ("2024_07_03", "yyyy_MM_dd", date(2024, 7, 3)),
    "weekday": ("Wednesday, 03.07.2024", "EEEE, dd.MM.yyyy", date(2024, 7, 3)),
    "two digits": ("3/7/24", "d/M/yy", date(2024, 7, 3)),
    "no journal": ("Soil", "MMM do, yyyy", None),
    "another format": ("2024-07-03", "MMM do, yyyy", None),
    "no such day": ("2024-02-31", "yyyy-MM-dd", None),
    "a month of two meanings": ("Ju 3rd, 2024", "MMM do, yyyy", None),
}


@pytest.mark.parametrize(("title", "written", "day"), TITLES.values(), ids=TITLES.keys())
def test_a_journal_s_title_is_read_in_the_graph_s_format(
    title: str, written: str, day: date | None
) -> None:
    assert read_date(title, written) == day


def test_the_innermost_heading_with_a_date_counts() -> None:
    chapter = (
        "Highlights first synced [[Jan 5th, 2023]]",
        "New highlights added [[May 14th, 2024]] at 3:04 PM",
        "Chapter 3",
    )
    assert added_on(chapter) == date(2024, 5, 14)
    assert added_on(chapter[:1]) == date(2023, 1, 5)
    assert added_on(("Chapter 3", "see [[Soil]]")) is None
