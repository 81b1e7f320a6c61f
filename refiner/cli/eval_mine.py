"""`refiner eval --mine`: a run held against the person's own decisions."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from refiner.cli.eval_run import golden_of
from refiner.errors import UserError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from refiner.cli.eval_run import EvalRun
    from refiner.evals.baselines import Baseline
    from refiner.evals.metrics import Metric
    from refiner.evals.mine import Outcome, Part, PrivateSet
    from refiner.ledger import Ledger
    from refiner.settings import Settings

WITH_EXAMPLES = "with your wordings"


@dataclass(frozen=True)
class Beside:
    """What is run beside the model: another one, or itself with the person's wordings."""

    model: str | None
    with_examples: bool


def score_mine(run: EvalRun, graph: Path, baselines: Path, beside: Beside) -> None:
    """Run the model, or two, on the items that the person decided on, and print the figures.

    Raises:
        UserError: Nothing was decided there yet, or not everything was answered.
    """
    from refiner.cli.output import say
    from refiner.evals.mine import private_set
    from refiner.graph.target import locate
    from refiner.ledger import Ledger, ledger_path

    target = replace(locate([graph]), pages=None)
    settings = run.settings(target.root)
    path = ledger_path(target.root, settings.ledger)
    if not path.exists():
        raise _undecided(target.root)
    with Ledger(path) as ledger:
        private = private_set(target, ledger, settings, run.tasks)
        if not private.decisions:
            raise _undecided(target.root)
        say(_told(private))
        mine = _Mine(private, ledger, run)
        runs = [(settings.model, mine.outcomes(settings))]
        if beside.model is not None:
            other = _other(run, target.root, beside.model)
            runs.append((other.model, mine.outcomes(other)))
        if beside.with_examples:
            found = mine.outcomes_with_examples(settings)
            if found is None:
                say("this model was asked about no question on the dev pages that you worded anew")
            else:
                runs.append((f"{settings.model} {WITH_EXAMPLES}", found))
    _print(runs, golden_of(baselines, settings.model), is_json=run.is_json)


def _other(run: EvalRun, root: Path, model: str) -> Settings:
    """The settings with another model; the endpoint is the other's only where it has one."""
    other = replace(run, flags={**run.flags, "model": model})
    if model in {"none", "local"} or model.endswith(".gguf"):
        other = replace(other, flags={**other.flags, "base_url": None})
        settings = other.settings(root)
        return settings.model_copy(update={"base_url": None})
    return other.settings(root)


@dataclass(frozen=True)
class _Mine:
    """A person's decisions, and the run that is held against them."""

    private: PrivateSet
    ledger: Ledger
    run: EvalRun

    def outcomes(self, settings: Settings) -> list[Outcome]:
        """What a model proposes on each decision."""
        from refiner.evals.mine import asking, outcomes

        with asking(self.private, settings, self.ledger, self.run.tasks) as asked:
            self.run.refine(asked)
            return outcomes(self.private, asked)

    def outcomes_with_examples(self, settings: Settings) -> list[Outcome] | None:
        """The held-out half, with the dev half's own wordings as examples; None without any."""
        from refiner.evals.few_shot import answer_with_examples, examples_of
        from refiner.evals.mine import asking, blank_ledger, outcomes

        dev = self.private.of("dev")
        with blank_ledger() as blank:
            with asking(dev, settings, blank, self.run.tasks) as asked:
                examples = examples_of(dev.decisions, asked)
            if not examples:
                return None
            held_out = self.private.of("held-out")
            with asking(held_out, settings, blank, self.run.tasks) as asked:
                answer_with_examples(asked, examples)
                self.run.refine(asked)
                return outcomes(held_out, asked)


def _print(
    runs: Sequence[tuple[str, list[Outcome]]], golden: Baseline | None, *, is_json: bool
) -> None:
    from refiner.cli.output import data_line
    from refiner.evals.metrics import as_json
    from refiner.evals.mine import PARTS
    from refiner.evals.mine_metrics import gains, mine_metrics
    from refiner.evals.table import print_mine

    for part in PARTS:
        measured: list[tuple[str, list[Metric]]] = [
            (name, metrics) for name, found in runs if (metrics := mine_metrics(found, part))
        ]
        # The run with examples comes last, and has no dev half.
        last, found = runs[max(len(measured) - 1, 0)]
        gained = gains(runs[0][1], found, part) if len(measured) > 1 else []
        if is_json:
            for name, metrics in measured:
                for metric in metrics:
                    data_line({"part": part, "model": name, **as_json(metric)})
            for metric in gained:
                data_line({"part": part, "model": last, **as_json(metric)})
        else:
            print_mine(_title(part), measured, golden, gained)


def _title(part: Part) -> str:
    return "dev pages" if part == "dev" else "held-out pages"


def _told(private: PrivateSet) -> str:
    decisions = private.decisions
    right = sum(one.is_right for one in decisions)
    own = sum(one.wording is not None for one in decisions)
    pages = len({one.proposal.page for one in decisions})
    gone = f"; {private.gone} more are about items that are gone" if private.gone else ""
    return (
        f"{_counted(len(decisions), 'decision')} on {_counted(pages, 'page')}: {right} accepted, "
        f"{own} of them in your own words, {len(decisions) - right} rejected{gone}"
    )


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def _undecided(root: Path) -> UserError:
    return UserError(
        f"nothing was decided in `{root}` yet; nothing was scored",
        hint=f"`refiner review {root}` is where decisions are made",
    )
