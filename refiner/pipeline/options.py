"""From settings to what the stages work with."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

from refiner.cards import ExtractOptions
from refiner.errors import NotInstalledError
from refiner.llm.choice import ModelChoice
from refiner.llm.prompt import load_prompt
from refiner.pipeline.select import EVERYTHING, Selection
from refiner.tasks import asking_tasks
from refiner.tasks.model import TaskOptions
from refiner.version import VERSION

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from refiner.graph.target import Target
    from refiner.ledger import Ledger
    from refiner.pipeline.engine import Engine
    from refiner.settings import Settings
    from refiner.tasks.model import TaskName


@dataclass(frozen=True)
class PlanOptions:
    """The settings that decide what is found and asked on a page.

    Attributes:
        tasks: The tasks that look at it, in the order of their proposals.
        extract: Which blocks are items.
        task: What tasks look at.
        mute: Rules about which nothing is asked or proposed.
        is_large: Whether one request asks a large model for the whole item.
        images: Which images are sent along: none, the graph's own, or remote ones too.
    """

    tasks: tuple[TaskName, ...]
    extract: ExtractOptions = field(default_factory=ExtractOptions)
    task: TaskOptions = field(default_factory=TaskOptions)
    mute: tuple[str, ...] = ()
    is_large: bool = False
    images: Literal["none", "own", "remote"] = "none"


@dataclass(frozen=True)
class Frame:
    """What each page of a run is looked at with: plain values, which travel to a worker.

    Attributes:
        root: The graph's root.
        title_format: The graph's `:journal/page-title-format`.
        selection: Which items are meant.
        options: What is found and asked.
        model: Which model answers.
        digests: By task, the digest of all but the page that decides what it proposes.
    """

    root: Path
    title_format: str
    selection: Selection
    options: PlanOptions
    model: ModelChoice
    digests: Mapping[str, str]


@dataclass(frozen=True)
class Run:
    """What the stages of one run share.

    Attributes:
        target: The graph, and which of its pages are meant.
        settings: All settings.
        ledger: The graph's.
        selection: Which items are meant.
        options: What is found and asked.
        model: Which model answers.
        engine: Where pages are looked at and requests sent from; None for here.
    """

    target: Target
    settings: Settings
    ledger: Ledger
    selection: Selection
    options: PlanOptions
    model: ModelChoice
    engine: Engine | None = None

    @classmethod
    def of(
        cls,
        target: Target,
        settings: Settings,
        ledger: Ledger,
        selection: Selection = EVERYTHING,
        model: ModelChoice | None = None,
    ) -> Run:
        """A run with the options and, if none is given, the model of the settings."""
        choice = model or model_choice(settings)
        options = replace(plan_options(settings, selection.tasks), is_large=choice.is_large)
        return cls(target, settings, ledger, selection, options, choice)

    @cached_property
    def digests(self) -> dict[str, str]:
        """By task, the digest of all but the page that decides what it proposes."""
        return {name: task_digest(name, self.options, self.model) for name in self.options.tasks}

    @property
    def frame(self) -> Frame:
        """What each page is looked at with."""
        return Frame(
            root=self.target.root,
            title_format=self.target.config.journal_title_format,
            selection=self.selection,
            options=self.options,
            model=self.model,
            digests=self.digests,
        )


def plan_options(settings: Settings, tasks: Sequence[TaskName] | None = None) -> PlanOptions:
    """The settings that decide what is found and asked."""
    return PlanOptions(
        tasks=tuple(name for name in settings.tasks if tasks is None or name in tasks),
        extract=settings.extract_options,
        mute=settings.mute,
        task=TaskOptions(
            cloze_tag=settings.cloze_tag,
            cloze_place=settings.cloze_place,
            card_tags=settings.card_tags,
            passage_tags=settings.passage_tags,
        ),
        is_large=model_choice(settings).is_large,
        images=settings.images,
    )


def model_choice(settings: Settings) -> ModelChoice:
    """The model that the settings name."""
    return ModelChoice(
        settings.model,
        settings.base_url,
        settings.api_key_env,
        insecure=settings.insecure,
        threads=settings.threads,
        grade=settings.model_grade,
    )


def usable_model(settings: Settings) -> tuple[ModelChoice, str | None]:
    """The model that a run really has: none where a part of it is not installed.

    Returns:
        The model, and why it is not the one that the settings name, or None.

    Raises:
        UserError: The settings name a model that is unknown or unsafe.
        ModelError: The embedded model can't be loaded.
    """
    choice = model_choice(settings)
    try:
        choice.check()
    except NotInstalledError as error:
        return ModelChoice("none"), f"{error.message}: rules worked alone; {error.hint}"
    return choice, None


def task_digest(task: str, options: PlanOptions, model: ModelChoice) -> str:
    """16 hex digits over all but the page that decides what a task proposes."""
    extract, settings = options.extract, options.task
    parts: list[Any] = [
        VERSION,
        extract.card_tags,
        extract.passage_tags,
        extract.metadata_patterns,
        [settings.cloze_tag, settings.cloze_place] if task == "cloze" else [],
    ]
    parts += [["mute", *options.mute]] if options.mute else []
    if model.is_large and task in _asked_of_large():
        parts += [load_prompt("card").id, load_prompt("passage").id, model.identity]
        parts += [options.images] if options.images != "none" else []
    elif task in asking_tasks() and not model.is_none:
        parts += [load_prompt(task).id, model.identity]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:16]


def _asked_of_large() -> frozenset[str]:
    """The tasks that a large model is asked for; their module is loaded for such a model alone."""
    from refiner.tasks.editor.model import asked_of_large

    return asked_of_large()
