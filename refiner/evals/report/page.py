"""One page of HTML that opens offline, whatever it reports.

All text of samples is escaped, and the page's policy lets nothing run or load but the page's own
style and script, by their hashes.
"""

from __future__ import annotations

import base64
import hashlib
from html import escape
from importlib.resources import files
from typing import TYPE_CHECKING

from refiner.lang.language import languages

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from refiner.evals.report.plots import Series
    from refiner.pipeline.report import Report

# In the order of a figure's rows.
LANGS = {"all": "all languages", **{one.code: one.name for one in languages()}}
ANYTHING_WRONG = "not right"


def html_page(title: str, head: str, chosen: str, main: Iterable[str]) -> str:
    """The whole page.

    Args:
        title: As plain text; everything else is HTML.
        head: Of `page_head`.
        chosen: The filters.
        main: Figures and samples.
    """
    style, script = _own_file("page.css"), _own_file("page.js")
    policy = (
        f"default-src 'none'; style-src 'sha256-{_digest(style)}'; "
        f"script-src 'sha256-{_digest(script)}'; base-uri 'none'; form-action 'none'"
    )
    parts = [
        '<!doctype html><html lang="en"><head><meta charset="utf-8">',
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        '<meta name="color-scheme" content="light dark">',
        f"<title>{escape(title)}</title><style>{style}</style></head><body>",
        '<a class="skip" href="#samples">Skip to the samples</a>',
        head,
        chosen,
        "<main>",
        *main,
        f"</main><script>{script}</script></body></html>",
    ]
    return "".join(parts)


def page_head(name: str, facts: Iterable[tuple[str, str]]) -> str:
    """What was measured, and a line of facts."""
    told = "".join(f"<div><dt>{key}</dt><dd>{escape(value)}</dd></div>" for key, value in facts)
    return (
        f'<header class="top"><h1>refiner eval: <em>{escape(name)}</em></h1>'
        f'<dl class="facts">{told}</dl></header>'
    )


def sent_facts(report: Report) -> list[tuple[str, str]]:
    """What a run sent."""
    usage = report.usage
    return [
        ("requests", f"{report.requests:,} sent, {report.cached:,} recorded"),
        ("tokens", f"{usage.prompt_tokens:,} in, {usage.completion_tokens:,} out"),
        ("time", f"{report.seconds:,.1f} s"),
    ]


def filters(
    tasks: Sequence[str],
    langs: Collection[str],
    series: Sequence[Series],
    verdicts: Sequence[str],
) -> str:
    """The choices that the page's script acts on."""
    choices = [
        ("task", [(task, task) for task in tasks], ""),
        ("language", [(lang, LANGS.get(lang, lang)) for lang in sorted(langs)], ""),
        ("model", [(str(one.number), one.label) for one in series], ""),
        ("verdict", [(v, v) for v in (ANYTHING_WRONG, *verdicts)], ANYTHING_WRONG),
    ]
    selects = "".join(_select(name, options, chosen) for name, options, chosen in choices)
    return (
        f'<form class="filters" role="search" aria-label="Filters">{selects}<label class="wide">'
        'text<input id="text" type="search" autocomplete="off" placeholder="in the samples">'
        "</label></form>"
    )


def _select(name: str, options: Iterable[tuple[str, str]], chosen: str) -> str:
    written = "".join(
        f'<option value="{escape(value)}"{" selected" if value == chosen else ""}>'
        f"{escape(label)}</option>"
        for value, label in options
    )
    return (
        f'<label>{name}<select id="{name}"><option value="">all</option>{written}</select></label>'
    )


def legend(series: Sequence[Series]) -> str:
    """Which mark is which model's."""
    items = "".join(
        f'<li data-model="{one.number}"><svg width="18" height="18" aria-hidden="true">'
        f"{one.mark('50%', 9)}</svg> {escape(one.label)}{'' if one.number else ', this run'}</li>"
        for one in series
    )
    before = (
        '<li><svg width="18" height="18" aria-hidden="true"><rect class="before" x="50%" y="1" '
        'width="3" height="16"/></svg> baseline of this run</li>'
        if series[0].before
        else "<li>this run has no baseline yet</li>"
    )
    return (
        f'<ul class="legend">{items}{before}<li><svg width="30" height="18" aria-hidden="true">'
        '<line class="s0" x1="2" x2="28" y1="9" y2="9"/></svg> 95 % interval</li></ul>'
    )


def _own_file(name: str) -> str:
    return files(__package__).joinpath(name).read_text(encoding="utf-8")


def _digest(text: str) -> str:
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
