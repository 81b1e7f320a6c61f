"""What the ways of `refiner eval` share: the settings, the model's answers, what was lost."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from refiner.errors import UsageError
from refiner.messages import count_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from refiner.evals.asking import Asking
    from refiner.evals.baselines import Baseline
    from refiner.pipeline.report import Report
    from refiner.settings import Settings
    from refiner.tasks.model import TaskName

# Requests that never came to an answer, whatever the model would have said.
LOST = ("transport", "limit")


@dataclass(frozen=True)
class EvalRun:
    """What the command line says about the model and about what is printed."""

    flags: Mapping[str, str | bool | None]
    ledger: Path | None
    tasks: tuple[TaskName, ...]
    answers: Sequence[Path]
    batch_out: Path | None
    html: Path | None
    is_json: bool

    def settings(self, root: Path) -> Settings:
        """The settings of a graph, or of the samples' folder; nothing is sent for a file's sake.

        Raises:
            UsageError: A model that is unknown, or that no batch can be made for.
        """
        from refiner.evals.asking import RECORDED, never_sending
        from refiner.pipeline.options import model_choice
        from refiner.settings import load_settings

        settings = load_settings(root, {**self.flags, "ledger": self.ledger})
        if self.answers or self.batch_out is not None:
            if self.flags["model"] is None and settings.base_url is None:
                settings = settings.model_copy(update={"model": RECORDED})
            if settings.model in {"none", "local"} or settings.model.endswith(".gguf"):
                raise UsageError(
                    f"batches are for a model behind an endpoint, and `{settings.model}` is not one",
                    hint="leave `--model` out, or give the name that the requests were planned for",
                )
            settings = never_sending(settings)
        model_choice(settings).check()
        return settings

    def refine(self, asked: Asking) -> Report | None:
        """Run the pipeline as asked for; None where the plan was written instead.

        Raises:
            UserError: Not everything was answered.
        """
        from refiner.cli.output import say
        from refiner.cli.progress import shown_progress

        taken = asked.take(self.answers) if self.answers else None
        if taken is not None:
            say(
                f"recorded answers: took {taken.taken}, refused by guards {taken.refused}, "
                f"failed {taken.failed}, not in the plan {taken.unknown}"
            )
        if self.batch_out is not None:
            _write_batch(self.batch_out, asked)
            return None
        with shown_progress(quiet=self.is_json) as progress:
            report = asked.refine(progress)
        if taken is None:
            refuse_half_a_run(report)
        else:
            _tell_missing(report, self.answers)
        return report


def golden_of(baselines: Path, model: str) -> Baseline | None:
    """What a model is worth on all golden samples, or else on those of the largest part."""
    from refiner.evals.baselines import load_baselines

    own = [one for one in load_baselines(baselines) if one.choice.model == model]
    return max(own, key=lambda one: one.samples, default=None)


def _write_batch(path: Path, asked: Asking) -> None:
    from refiner.cli.output import say
    from refiner.llm.openai_api.batch_files import write_batch

    requests = list(asked.plan().values())
    for file, count in write_batch(path, requests, asked.settings.model, asked.ledger):
        say(f"{file}: {count_of(count, 'request')}")


def refuse_half_a_run(report: Report) -> None:
    """A model that was not heard on everything was not measured: its figures would be the rules'.

    An answer that the model cut short or refused to give is its own, and counts as none.

    Raises:
        UserError: Requests were lost on the way, or none was answered.
    """
    from refiner.errors import UserError

    is_silent = bool(report.failed) and not report.requests + report.cached
    if is_silent or any(report.failed[kind] for kind in LOST):
        failed = ", ".join(f"{times} {kind}" for kind, times in report.failed.items())
        raise UserError(
            f"not everything was answered, so nothing was scored: {failed} "
            f"({'; '.join(report.notes)})",
            hint="with `--ledger FILE` what was answered is kept, and the next run goes on",
        )


def _tell_missing(report: Report, files: Sequence[Path]) -> None:
    """Count the requests that files of answers say nothing about.

    Raises:
        UserError: They say nothing about any.
    """
    from refiner.cli.output import say
    from refiner.errors import UserError

    missing = report.failed["limit"]
    if missing and not report.cached:
        named = ", ".join(f"`{file}`" for file in files)
        raise UserError(
            f"{named}: holds an answer to none of the {missing} requests; nothing was scored",
            hint="`--batch-out FILE` writes them as they are planned now; `--model` has to be that "
            "of the plan",
        )
    if missing:
        verb = "request has" if missing == 1 else "requests have"
        say(f"{missing} {verb} no recorded answer; rules alone are scored there")
