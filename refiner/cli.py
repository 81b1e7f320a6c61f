"""The commands: flags to stages, results to the screen, errors to exit codes."""

from __future__ import annotations

import sys
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from refiner.cli_batch import batch_app
from refiner.cli_eval import evaluate
from refiner.errors import RefinerError, UsageError, UserError
from refiner.options import (
    BaseUrl,
    Graph,
    Ids,
    Insecure,
    Json,
    LedgerFile,
    Model,
    PageGlob,
    Paths,
    Quiet,
    Tasks,
)
from refiner.version import VERSION

if TYPE_CHECKING:
    from collections.abc import Sequence

    from refiner.pipeline import Selection
    from refiner.proposals import Proposal
    from refiner.session import Session

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    help="Better flashcards and passages for a Logseq graph: proposed, reviewed, then written.",
)
app.add_typer(batch_app, name="batch")
app.command("eval")(evaluate)

WAITING = 3
INTERRUPTED = 130


def _version(value: bool) -> None:  # noqa: FBT001 - typer's callback
    if value:
        typer.echo(f"refiner {VERSION}")
        raise typer.Exit


@app.callback()
def _main(
    *,
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    """Better flashcards and passages for a Logseq graph: proposed, reviewed, then written."""


@app.command()
def refine(
    paths: Paths = None,
    *,
    graph: Graph = None,
    ledger: LedgerFile = None,
    model: Model = None,
    base_url: BaseUrl = None,
    insecure: Insecure = False,
    task: Tasks = None,
    page: PageGlob = None,
    tag: Annotated[str | None, typer.Option(help="Only items with this tag.")] = None,
    since: Annotated[
        str | None, typer.Option(help="Only items that came in on this day (YYYY-MM-DD) or later.")
    ] = None,
    limit: Annotated[int | None, typer.Option(min=1, help="At most so many items.")] = None,
    fresh: Annotated[bool, typer.Option("--fresh", help="Look at unchanged pages too.")] = False,
    retry_failed: Annotated[
        bool, typer.Option("--retry-failed", help="Only what failed before.")
    ] = False,
    max_cost: Annotated[
        float | None, typer.Option(min=0, help="USD; sending stops before.")
    ] = None,
    max_requests: Annotated[int | None, typer.Option(min=0, help="Requests sent at most.")] = None,
    max_minutes: Annotated[float | None, typer.Option(min=0, help="Minutes of asking.")] = None,
    auto: Annotated[
        str | None, typer.Option(help="Accept these tasks at once, as `typo,whitespace`.")
    ] = None,
    reapply: Annotated[
        bool, typer.Option("--reapply", help="Accept and write what was accepted before.")
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show the plan; send and keep nothing.")
    ] = False,
    batch_out: Annotated[
        Path | None, typer.Option(help="Write the plan as batch requests; send nothing.")
    ] = None,
    quiet: Quiet = False,
    as_json: Json = False,
) -> None:
    """Find what is wrong and propose better. Never touches a source page."""
    from refiner.deciding import auto_accept, with_auto
    from refiner.session import open_session

    flags = {
        "model": model,
        "base_url": base_url,
        "insecure": insecure or None,
        "max_cost_usd": max_cost,
        "max_requests": max_requests,
        "max_minutes": max_minutes,
        "ledger": ledger,
    }
    selection = _selection(page, since, limit, tag, task, is_fresh=fresh, only_failed=retry_failed)
    with open_session(paths or [], graph, flags, is_writing=not dry_run) as session:
        from refiner import pipeline, terminal

        settings = with_auto(session.settings, auto)
        _told_finished(session)
        if dry_run or batch_out is not None:
            report, by_task, unsent = pipeline.dry_run(
                session.target, settings, session.ledger, selection
            )
            if batch_out is not None:
                from refiner.llm.batch import write_batch

                requests = list(unsent.values())
                for path, count in write_batch(batch_out, requests, settings.model, session.ledger):
                    typer.echo(f"{path}: {count} requests", err=True)
            else:
                terminal.print_plan(report, by_task, settings)
            return
        problems = session.review.read()[1] if settings.review_pages else []
        with terminal.progress_watcher(quiet=quiet) as watcher:
            report = pipeline.refine(session.target, settings, session.ledger, selection, watcher)
        if as_json:
            for proposal in session.pending("pending", "accepted"):
                terminal.data_line(_as_json(proposal))
        accepted = 0
        if settings.auto_accept or reapply:
            accepted = auto_accept(_with(session, settings), session.pending(), reapply=reapply)
        if reapply:
            _applied(session, as_commit=False)
        _write_review(session, problems)
        if not quiet:
            pending = session.count_pending()
            terminal.print_report(report, settings, pending)
            if accepted:
                terminal.say(f"accepted {accepted} by your settings; `refiner apply` writes them")
            if pending:
                terminal.say(
                    f"next: `refiner review{_shown(paths)}` or `refiner diff{_shown(paths)}`"
                )
        _told_problems(problems)


@app.command()
def cards(
    paths: Paths = None,
    *,
    graph: Graph = None,
    page: PageGlob = None,
    as_json: Json = False,
) -> None:
    """List the cards and passages."""
    from refiner.pipeline import list_items
    from refiner.settings import load_settings
    from refiner.targets import locate
    from refiner.terminal import data_line, say

    target = locate(paths or [], graph)
    counts = {"card": 0, "passage": 0}
    for path, item in list_items(target, load_settings(target.root), page):
        counts[item.kind] += 1
        if as_json:
            data_line(
                {
                    "page": path,
                    "line": item.line,
                    "kind": item.kind,
                    "tags": item.tags,
                    "question": item.question.text,
                    "answer": item.answer,
                    "lang": item.lang,
                    "id": item.id,
                    "chapter": item.chapter,
                    "hash": item.hash,
                }
            )
        else:
            first = item.question.text.partition("\n")[0]
            typer.echo(f"{path}:{item.line}  {item.kind:7}  {item.lang or '??'}  {first[:80]}")
    if not as_json:
        say(f"{counts['card']} cards, {counts['passage']} passages")


@app.command()
def diff(
    paths: Paths = None,
    *,
    graph: Graph = None,
    ledger: LedgerFile = None,
    task: Tasks = None,
    page: PageGlob = None,
    accepted: Annotated[bool, typer.Option("--accepted", help="Only what is accepted.")] = False,
    stat: Annotated[bool, typer.Option("--stat", help="Counts alone.")] = False,
    check: Annotated[bool, typer.Option("--check", help="Exit 3 when something waits.")] = False,
    as_json: Json = False,
) -> None:
    """Show what is proposed as a patch that `git apply` takes."""
    from refiner.deciding import choose
    from refiner.session import open_session

    with open_session(paths or [], graph, {"ledger": ledger}, is_writing=False) as session:
        found = session.pending("accepted") if accepted else session.pending("pending", "accepted")
        chosen = choose(found, tasks=_task_names(task), page=page)
        if as_json:
            from refiner.terminal import data_line

            for proposal in chosen:
                data_line(_as_json(proposal))
        else:
            _print_diff(session, chosen, is_stat=stat)
    if check and chosen:
        raise typer.Exit(WAITING)


@app.command()
def review(
    paths: Paths = None,
    *,
    graph: Graph = None,
    ledger: LedgerFile = None,
    task: Tasks = None,
    page: PageGlob = None,
    min_confidence: Annotated[float, typer.Option(min=0, max=1, help="0 to 1.")] = 0.0,
) -> None:
    """Decide one by one, in the terminal."""
    from rich.console import Console

    from refiner.deciding import choose
    from refiner.review import terminal
    from refiner.session import open_session

    with open_session(paths or [], graph, {"ledger": ledger}, is_writing=True) as session:
        problems = session.review.read()[1]
        _told_finished(session)
        chosen = choose(
            session.pending(),
            tasks=_task_names(task),
            page=page,
            least_confidence=min_confidence,
        )
        console = Console(highlight=False)
        if not chosen:
            console.print("nothing waits for review")
        elif not sys.stdin.isatty():
            raise UserError(
                "`refiner review` needs a terminal; nothing was decided",
                hint="`refiner diff` shows the proposals, `refiner accept ID…` accepts",
            )
        else:
            taken, refused = terminal.review(chosen, session.ledger, console, typer.getchar)
            console.print(
                f"accepted {taken}, rejected {refused}; `refiner apply` writes", markup=False
            )
        _write_review(session, problems)
        _told_problems(problems)


@app.command()
def accept(
    ids: Ids = None,
    *,
    graph: Graph = None,
    ledger: LedgerFile = None,
    task: Tasks = None,
    page: PageGlob = None,
    everything: Annotated[bool, typer.Option("--all", help="All that is pending.")] = False,
) -> None:
    """Accept proposals, by id or by --task and --page."""
    _decide("accepted", ids, graph, ledger, task, page, everything=everything)


@app.command()
def reject(
    ids: Ids = None,
    *,
    graph: Graph = None,
    ledger: LedgerFile = None,
    task: Tasks = None,
    page: PageGlob = None,
    everything: Annotated[bool, typer.Option("--all", help="All that is pending.")] = False,
) -> None:
    """Reject proposals, by id or by --task and --page: they are never made again."""
    _decide("rejected", ids, graph, ledger, task, page, everything=everything)


@app.command()
def apply(
    paths: Paths = None,
    *,
    graph: Graph = None,
    ledger: LedgerFile = None,
    everything: Annotated[
        bool, typer.Option("--all", help="Accept what is pending first.")
    ] = False,
    auto: Annotated[str | None, typer.Option(help="Accept these tasks first.")] = None,
    commit: Annotated[bool, typer.Option("--commit", help="Make one git commit of it.")] = False,
) -> None:
    """Write what is accepted, here or on the review pages in Logseq."""
    from refiner.deciding import auto_accept, with_auto
    from refiner.session import open_session

    with open_session(paths or [], graph, {"ledger": ledger}, is_writing=True) as session:
        _told_finished(session)
        problems = session.review.read()[1]
        if everything:
            for proposal in session.pending():
                wording = session.ledger.wording(proposal.id)
                session.ledger.decide([proposal.id], "accepted", "command", wording=wording)
        auto_accept(_with(session, with_auto(session.settings, auto)), session.pending())
        failed = _applied(session, as_commit=commit)
        _write_review(session, problems)
        _told_problems([*problems, *failed])


@app.command()
def undo(
    ids: Ids = None,
    *,
    path: Annotated[Path | None, typer.Option(help="A page or the graph; default: here.")] = None,
    graph: Graph = None,
    ledger: LedgerFile = None,
) -> None:
    """Take the last apply back, or the proposals named."""
    from refiner import applying
    from refiner.session import open_session

    names, named_paths = _ids_or_paths(ids)
    paths = [path] if path is not None else named_paths
    with open_session(paths, graph, {"ledger": ledger}, is_writing=True) as session:
        _told_finished(session)
        full = None
        if names:
            known = [id_ for id_, _, _ in session.ledger.applied((), everything=True)]
            full = {_completed(known, name) for name in names}
        report = applying.undo(session.target.root, session.ledger, full, session.target.covers)
        _write_review(session, [])
        if not report.proposals and not report.problems:
            typer.echo("there is nothing to take back", err=True)
        else:
            _told_written("took back", report)
        _told_problems(report.problems)


@app.command()
def status(
    paths: Paths = None,
    *,
    graph: Graph = None,
    ledger: LedgerFile = None,
    check: Annotated[bool, typer.Option("--check", help="Exit 3 when something waits.")] = False,
    as_json: Json = False,
) -> None:
    """What is pending, accepted, rejected, applied and stale, and what a run would do."""
    from refiner.session import open_session
    from refiner.status import print_status, status_rows

    with open_session(paths or [], graph, {"ledger": ledger}, is_writing=False) as session:
        rows = status_rows(session)
        print_status(session, rows, as_json=as_json)
    if check and any(row.counts.get("pending") for row in rows):
        raise typer.Exit(WAITING)


@app.command()
def doctor(
    paths: Paths = None,
    *,
    graph: Graph = None,
    ledger: LedgerFile = None,
    model: Model = None,
    base_url: BaseUrl = None,
    insecure: Insecure = False,
) -> None:
    """Check graph, ledger, review pages and model; measure the model's speed."""
    from refiner.doctor import examine

    flags = {"model": model, "base_url": base_url, "insecure": insecure or None, "ledger": ledger}
    if not examine(paths or [], graph, flags, typer.echo):
        raise typer.Exit(1)


@app.command()
def init(
    path: Annotated[Path, typer.Argument(help="The graph.")] = Path(),
    *,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Write without asking.")] = False,
) -> None:
    """Look at a graph and write a `refiner.toml` that fits it."""
    from refiner.initial import propose_settings
    from refiner.settings import FILE_NAME
    from refiner.targets import locate

    target = locate([path])
    text, told = propose_settings(target)
    for line in told:
        typer.echo(line, err=True)
    typer.echo(text)
    file = target.root / FILE_NAME
    if file.exists():
        raise UserError(f"`{file}` is there already; it was left as it is")
    if yes or (sys.stdin.isatty() and typer.confirm(f"write this to {file}?")):
        from refiner.graph.write import replace_file

        replace_file(file, None, text.encode())
        typer.echo(f"wrote {file}", err=True)
    else:
        typer.echo("nothing was written; `refiner init --yes` writes it", err=True)


@app.command()
def watch(
    path: Annotated[Path, typer.Argument(help="The graph.")] = Path(),
    *,
    ledger: LedgerFile = None,
    model: Model = None,
    base_url: BaseUrl = None,
) -> None:
    """Refine after each sync, once the graph has been quiet for a while."""
    from refiner.watching import watch_graph

    watch_graph(path, {"ledger": ledger, "model": model, "base_url": base_url}, typer.echo)


def main() -> None:
    """Run the tool: exit code 0 done, 1 error, 2 usage, 3 something waits, 130 interrupted."""
    try:
        app()
    except RefinerError as error:
        sys.stdout.flush()
        sys.stderr.write(f"error: {error.message}\n")
        if error.hint:
            sys.stderr.write(f"\nhint: {error.hint}\n")
        sys.exit(error.exit_code)
    except SystemExit as ended:
        if ended.code == INTERRUPTED:  # typer has met Ctrl-C
            _interrupted()
        raise
    except KeyboardInterrupt:
        _interrupted()
        sys.exit(INTERRUPTED)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(0)


def _interrupted() -> None:
    from refiner.llm.endpoint import leave

    sys.stderr.write("interrupted: what was answered and decided is kept; run it again to go on\n")
    leave(INTERRUPTED)


def _selection(
    page: str | None,
    since: str | None,
    limit: int | None,
    tag: str | None,
    tasks: list[str] | None,
    *,
    is_fresh: bool,
    only_failed: bool,
) -> Selection:
    from refiner.pipeline import Selection

    day = None
    if since is not None:
        try:
            day = datetime.strptime(since, "%Y-%m-%d").date()  # noqa: DTZ007 - a day, no time
        except ValueError:
            raise UsageError(f"`--since {since}` is no day: expected YYYY-MM-DD") from None
    names = _task_names(tasks)
    return Selection(
        glob=page,
        since=day,
        limit=limit,
        tag=tag,
        tasks=names or None,
        only_failed=only_failed,
        is_fresh=is_fresh,
    )


def _task_names(tasks: Sequence[str] | None) -> tuple[Any, ...]:
    import difflib

    from refiner.settings import TASKS

    for name in tasks or ():
        if name not in TASKS:
            near = difflib.get_close_matches(name, TASKS, n=1)
            guess = f"; did you mean `{near[0]}`?" if near else f"; known are {', '.join(TASKS)}"
            raise UsageError(f"there is no task `{name}`{guess}")
    return tuple(tasks or ())


def _decide(
    decision: Any,  # noqa: ANN401 - a literal
    ids: list[str] | None,
    graph: Path | None,
    ledger: Path | None,
    task: list[str] | None,
    page: str | None,
    *,
    everything: bool,
) -> None:
    from refiner.deciding import choose
    from refiner.session import open_session

    tasks = _task_names(task)
    names, paths = _ids_or_paths(ids)
    if not (names or tasks or page or everything):
        raise UsageError("say which: ids, `--task`, `--page`, or `--all`; nothing was decided")
    with open_session(paths, graph, {"ledger": ledger}, is_writing=True) as session:
        problems = session.review.read()[1]
        found = session.pending("pending", "accepted")
        chosen = choose(found, ids=names, tasks=tasks, page=page)
        if not chosen:
            raise UserError(
                "no pending proposal matches; nothing was decided",
                hint="`refiner status` shows what is pending",
            )
        count = session.ledger.decide([p.id for p in chosen], decision, "command")
        _write_review(session, problems)
    typer.echo(f"{decision} {count}", err=True)


def _ids_or_paths(words: Sequence[str] | None) -> tuple[list[str], list[Path]]:
    """Ids and paths of a command that takes both: a word that exists on disk is a path."""
    names = [word for word in words or () if not Path(word).exists()]
    return names, [Path(word) for word in words or () if Path(word).exists()]


def _completed(known: Sequence[str], name: str) -> str:
    found = [id_ for id_ in known if id_.startswith(name)]
    if len(set(found)) != 1:
        raise UserError(f"no single applied proposal begins with `{name}`; nothing was taken back")
    return found[0]


def _as_json(proposal: Proposal) -> dict[str, Any]:
    from refiner.proposals import proposal_json

    return proposal_json(proposal)


def _with(session: Session, settings: Any) -> Session:  # noqa: ANN401 - the settings
    from dataclasses import replace

    return replace(session, settings=settings)


def _print_diff(session: Session, proposals: Sequence[Proposal], *, is_stat: bool) -> None:
    from itertools import groupby

    from refiner.applying import compose_page
    from refiner.deciding import wordings
    from refiner.graph.write import read_file
    from refiner.patch import print_patch
    from refiner.proposals import page_diff

    patches = []
    for page, found in groupby(proposals, key=lambda p: p.page):
        group = list(found)
        data = read_file(session.target.root / page)
        new, _, refused = compose_page(data, group, wordings(session.ledger, group))
        patches.append((page, len(group), page_diff(page, data, new)))
        for id_, reason in refused:
            typer.echo(f"{id_} is left out: {reason}", err=True)
    print_patch(patches, is_stat=is_stat)


def _applied(session: Session, *, as_commit: bool) -> list[RefinerError]:
    from refiner.applying import apply_accepted
    from refiner.carrying import item_pairs

    target = session.target

    def carry(old: bytes, new: bytes) -> list[tuple[str, str]]:
        return item_pairs(old, new, session.settings)

    if target.is_graph:
        _told_held(session)
    report = apply_accepted(target.root, session.ledger, target.covers, carry)
    if not report.proposals and not report.problems and not report.refused:
        typer.echo("nothing is accepted; `refiner review` decides", err=True)
    else:
        _told_written("wrote", report)
    for id_, reason in report.refused:
        typer.echo(f"left as it is: {id_}: {reason}", err=True)
    if as_commit and report.pages:
        from refiner.deciding import commit

        count = len(report.proposals)
        name = commit(target.root, report.pages, f"refiner: {count} accepted proposals")
        typer.echo(f"committed {name}", err=True)
    return report.problems


def _told_held(session: Session) -> None:
    """Warn of pages that Logseq may hold open with unsaved edits."""
    import time

    from refiner.graph.held import saved_lately

    pages = {proposal.page for proposal in session.pending("accepted")}
    for page in sorted(pages):
        if saved_lately(session.target.root, page, time.time()):
            typer.echo(
                f"note: `{page}` was saved a moment ago. If Logseq has it open, Logseq takes over what "
                "is written now; a block that you are typing in there may win over it, and "
                "`logseq/bak` then keeps the other version",
                err=True,
            )


def _told_written(what: str, report: Any) -> None:  # noqa: ANN401 - a WriteReport
    pages = len(report.pages)
    typer.echo(
        f"{what} {len(report.proposals)} proposals on {pages} {'page' if pages == 1 else 'pages'}",
        err=True,
    )


def _told_finished(session: Session) -> None:
    for page in session.finished:
        typer.echo(f"finished a write of `{page}` that was interrupted", err=True)


def _write_review(session: Session, problems: Sequence[RefinerError]) -> None:
    from refiner.errors import PageError

    if not session.settings.review_pages:
        return
    try:
        session.review.write([p.path for p in problems if isinstance(p, PageError)])
    except PageError as error:
        typer.echo(f"note: no review page: {error.message}; decide in the terminal", err=True)


def _told_problems(problems: Sequence[RefinerError]) -> None:
    """Say every problem but the last, which ends the command."""
    for problem in problems[:-1]:
        typer.echo(f"error: {problem.message}", err=True)
    if problems:
        raise problems[-1]


def _shown(paths: Sequence[Path] | None) -> str:
    return "".join(f" '{path}'" if " " in str(path) else f" {path}" for path in paths or ())
