"""The browser's pages and what their forms do.

All handlers run in one thread, the ledger's: one person clicks, and each answer is short.
"""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlencode
from zlib import crc32

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.applications import Starlette
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from refiner.errors import RefinerError
from refiner.messages import count_of
from refiner.review import answers
from refiner.review.browser.markup import IMAGES, ticked
from refiner.review.browser.views import (
    PAGE_SIZE,
    Filters,
    Part,
    card_view,
    choices_of,
    on_card,
    page_rows,
    short_words,
    shown_words,
)
from refiner.review.show import place_of, visible

if TYPE_CHECKING:
    from starlette.requests import Request

    from refiner.proposals import Proposal
    from refiner.review.answers import Answer, By
    from refiner.review.browser.desk import Desk

HERE = Path(__file__).parent
SANDBOX = {"content-security-policy": "sandbox; default-src 'none'; style-src 'unsafe-inline'"}


def make_app(desk: Desk) -> Starlette:
    """The application, without its guard."""
    pages = _Pages(desk)
    return Starlette(
        routes=[
            Route("/", pages.overview),
            Route("/card/{id}", pages.card),
            Route("/decide", pages.decide, methods=["POST"]),
            Route("/edit", pages.edit, methods=["POST"]),
            Route("/preview", pages.preview, methods=["POST"]),
            Route("/undo", pages.undo, methods=["POST"]),
            Route("/bulk", pages.bulk),
            Route("/bulk", pages.decide_bulk, methods=["POST"]),
            Route("/decided", pages.decided),
            Route("/apply", pages.plan),
            Route("/apply", pages.apply, methods=["POST"]),
            Route("/take-back", pages.take_back, methods=["POST"]),
            Route("/changes", pages.changes),
            Route("/assets/{path:path}", pages.asset),
            Mount("/static", StaticFiles(directory=HERE / "static")),
        ],
        exception_handlers={RefinerError: pages.failed},
    )


class _Pages:
    """The handlers."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self._templates = Environment(
            loader=FileSystemLoader(HERE / "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._templates.filters |= {
            "visible": visible,
            "place": place_of,
            "count_of": count_of,
            "ticked": ticked,
            "when": _when,
            "words": short_words,
        }

    async def overview(self, request: Request) -> Response:
        """The pages on which something waits, and their proposals."""
        pending = self.desk.pending()
        filters = Filters.of(request.query_params)
        chosen = filters.chosen(pending)
        rows = page_rows(self.desk, chosen)
        part = Part.of("n", _number(request.query_params.get("n")), len(chosen))
        pages = Part.of("pages", _number(request.query_params.get("pages")), len(rows))
        return self._page(
            request,
            "overview.html",
            filters=filters,
            rows=rows[pages.start : pages.end],
            pages=pages,
            shown=chosen[part.start : part.end],
            part=part,
            count=len(chosen),
            choices=choices_of(pending),
        )

    async def card(self, request: Request) -> Response:
        """One proposal with its card."""
        proposal = self.desk.ledger.proposal(request.path_params["id"])
        if proposal is None:
            return self._gone(request)
        return self._card(request, proposal, Filters.of(request.query_params))

    async def decide(self, request: Request) -> Response:
        """Accept or reject one proposal, as it was shown."""
        form = await _form(request)
        proposal = self._shown(form)
        if proposal is None:
            return self._gone(request)
        after = self._next(proposal, Filters.of(form))
        decision: Any = "accepted" if form.get("decision") == "accepted" else "rejected"
        return self._took(
            answers.decide(self.desk.ledger, [proposal], decision, "browser"), after, form
        )

    async def edit(self, request: Request) -> Response:
        """Accept one proposal in the person's own words."""
        form = await _form(request)
        proposal = self._shown(form)
        if proposal is None:
            return self._gone(request)
        filters = Filters.of(form)
        wording = answers.tidied(form.get("wording", ""))
        after = self._next(proposal, filters)
        try:
            answer = answers.edit(self.desk.ledger, proposal, wording, "browser")
        except answers.WordingError as error:
            return self._card(request, proposal, filters, wording=wording, problem=error.message)
        return self._took(answer, after, form)

    async def preview(self, request: Request) -> Response:
        """The diff of a wording that is being typed, and what the check says of it."""
        form = await _form(request)
        proposal = self.desk.ledger.proposal(form.get("id", ""))
        if proposal is None:
            return Response(status_code=404)
        wording = answers.tidied(form.get("wording", ""))
        return self._html(
            "preview.html",
            words=shown_words(proposal.before, wording),
            problems=answers.wording_problems(proposal, wording),
            notes=answers.wording_notes(proposal, wording),
        )

    async def undo(self, request: Request) -> Response:
        """Take one decision back: the one that is named, or the last that was given here."""
        form = await _form(request)
        named = form.get("id")
        if named:
            ids: tuple[str, ...] = (named,)
        elif self.desk.history:
            ids = self.desk.history.pop()
        else:
            return _to("/", Filters.of(form), "there is no answer to take back")
        answer = answers.undo(self.desk.ledger, ids)
        self.desk.ledger.check_in_place()
        self.desk.keeper.wish()
        if named and form.get("back") == "decided":
            return _to("/decided", Filters(), answer.message)
        return _to(f"/card/{ids[0]}", Filters.of(form), answer.message)

    async def bulk(self, request: Request) -> Response:
        """What one answer for all would decide, to confirm."""
        return self._bulk(request, dict(request.query_params))

    async def decide_bulk(self, request: Request) -> Response:
        """Decide on all of a kind, if they are still as many as were confirmed."""
        form = await _form(request)
        chosen = self._of_kind(form)
        if form.get("count") != str(len(chosen)):
            return self._bulk(request, form, "their number changed meanwhile; confirm again")
        if not chosen:
            return _to("/", Filters.of(form), "nothing of that kind waits")
        decision: Any = "accepted" if form.get("decision") == "accepted" else "rejected"
        answer = answers.decide(self.desk.ledger, chosen, decision, "browser", is_bulk=True)
        return self._took(answer, None, form)

    async def decided(self, request: Request) -> Response:
        """Every earlier decision that is not written yet."""
        number = _number(request.query_params.get("n"))
        rows = self.desk.ledger.decided(PAGE_SIZE + 1, number * PAGE_SIZE)
        return self._page(
            request,
            "decided.html",
            rows=rows[:PAGE_SIZE],
            number=number,
            has_more=len(rows) > PAGE_SIZE,
        )

    async def plan(self, request: Request) -> Response:
        """The pages that an apply would write, and earlier applies."""
        return self._page(
            request, "apply.html", plan=self.desk.plan(), writes=self.desk.ledger.writes(20)
        )

    async def apply(self, request: Request) -> Response:
        """Write what is accepted."""
        await _form(request)
        written = self.desk.apply()
        return _to("/apply", Filters(), "; ".join([written.message, *written.problems]))

    async def take_back(self, request: Request) -> Response:
        """Take one apply back."""
        form = await _form(request)
        written = self.desk.take_back(_number(form.get("number")))
        return _to("/apply", Filters(), "; ".join([written.message, *written.problems]))

    async def changes(self, request: Request) -> Response:
        """Whether something changed elsewhere since a page was made; Logseq's pages are read."""
        self.desk.keeper.wish()
        is_same = request.query_params.get("seen", "") == self._version()
        return JSONResponse({"changed": not is_same})

    async def asset(self, request: Request) -> Response:
        """An image of the graph's own `assets/`, and nothing else."""
        folder = (self.desk.root / "assets").resolve()
        path = (folder / request.path_params["path"]).resolve()
        kind = IMAGES.get(path.suffix.lower())
        if kind is None or not path.is_relative_to(folder) or not path.is_file():
            return Response(status_code=404)
        return Response(path.read_bytes(), media_type=kind, headers=SANDBOX)

    async def failed(self, request: Request, error: Exception) -> Response:
        """What kept an answer from being taken: a ledger that is gone, or a disk that is full."""
        message = error.message if isinstance(error, RefinerError) else str(error)
        hint = getattr(error, "hint", None)
        return self._page(request, "failed.html", status=500, problem=message, hint=hint)

    def _shown(self, form: dict[str, str]) -> Proposal | None:
        """A proposal in the state in which the form's page showed it."""
        from dataclasses import replace

        proposal = self.desk.ledger.proposal(form.get("id", ""))
        if proposal is None:
            return None
        seen: Any = form.get("state")
        return replace(proposal, state=seen) if seen in {"pending", "accepted"} else proposal

    def _next(self, proposal: Proposal, filters: Filters) -> str | None:
        """The proposal behind this one, or the first that waits."""
        ids = [p.id for p in filters.chosen(self.desk.pending())]
        at = ids.index(proposal.id) if proposal.id in ids else -1
        rest = ids[at + 1 :] or ids[: max(at, 0)]
        return rest[0] if rest else None

    def _took(self, answer: Answer, after: str | None, form: dict[str, str]) -> Response:
        self.desk.ledger.check_in_place()
        if answer.ids:
            self.desk.history.append(answer.ids)
            self.desk.keeper.wish()
        where = "/" if after is None else f"/card/{after}"
        return _to(where, Filters.of(form), answer.message)

    def _of_kind(self, form: dict[str, str]) -> list[Proposal]:
        shown = Filters.of(form).chosen(self.desk.pending())
        by: Any = form.get("by", "task")
        if by == "all":
            return shown
        like = self.desk.ledger.proposal(form.get("id", ""))
        if like is None or by not in {"task", "page", "rule"}:
            return []
        kind: By = by
        return answers.same_kind(shown, like, kind)

    def _bulk(self, request: Request, form: dict[str, str], problem: str = "") -> Response:
        chosen = self._of_kind(form)
        like = self.desk.ledger.proposal(form.get("id", "")) or next(iter(chosen), None)
        if like is None:
            return self._gone(request)
        decision = "accepted" if form.get("decision") == "accepted" else "rejected"
        return self._page(
            request,
            "bulk.html",
            filters=Filters.of(form),
            like=like,
            by=form.get("by", "task"),
            decision=decision,
            chosen=chosen[:20],
            count=len(chosen),
            pages=len({p.page for p in chosen}),
            problem=problem,
        )

    def _card(
        self,
        request: Request,
        proposal: Proposal,
        filters: Filters,
        *,
        wording: str | None = None,
        problem: str = "",
    ) -> Response:
        pending = filters.chosen(self.desk.pending())
        ids = [p.id for p in pending]
        at = ids.index(proposal.id) if proposal.id in ids else None
        view = card_view(self.desk, proposal)
        return self._page(
            request,
            "card.html",
            status=422 if problem else 200,
            **view,
            filters=filters,
            at=at,
            count=len(ids),
            previous=ids[at - 1] if at else None,
            following=self._next(proposal, filters),
            siblings=on_card(pending, proposal),
            problem=problem,
            typed=view["after"] if wording is None else wording,
            stands=answers.was_meanwhile(proposal.state),
        )

    def _gone(self, request: Request) -> Response:
        return self._page(request, "gone.html", status=404)

    def _page(self, request: Request, name: str, *, status: int = 200, **values: Any) -> Response:  # noqa: ANN401 - a template's values
        states: Counter[str] = Counter()
        for page, _, state, count in self.desk.ledger.counts():
            states[state] += count * self.desk.covers(page)
        return self._html(
            name,
            status,
            message=request.query_params.get("said", "")[:400],
            version=self._version(),
            problems=self.desk.keeper.problems,
            waiting=states["pending"],
            accepted=states["accepted"],
            has_history=bool(self.desk.history),
            **values,
        )

    def _html(self, name: str, status: int = 200, **values: Any) -> Response:  # noqa: ANN401 - a template's values
        return HTMLResponse(self._templates.get_template(name).render(**values), status)

    def _version(self) -> str:
        states: dict[str, int] = {}
        for _, _, state, count in self.desk.ledger.counts():
            states[state] = states.get(state, 0) + count
        parts = [f"{name}{count}" for name, count in sorted(states.items())]
        problems = str(self.desk.keeper.problems).encode()
        return "-".join([*parts, f"{crc32(problems):08x}"])


async def _form(request: Request) -> dict[str, str]:
    """A form's fields; only what the guard let through comes here."""
    body = await request.body()
    return dict(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True))


def _to(path: str, filters: Filters, said: str) -> Response:
    """Go on to a page, and say there what came of it."""
    query = urlencode([*filters.items, ("said", said)])
    return RedirectResponse(f"{path}?{query}", 303)


def _when(at: str) -> str:
    """A moment of the ledger in this machine's own time, to the minute."""
    return f"{datetime.fromisoformat(at).astimezone():%Y-%m-%d %H:%M}"


def _number(text: str | None) -> int:
    return int(text) if text and text.isdecimal() and len(text) < 10 else 0  # noqa: PLR2004 - digits
