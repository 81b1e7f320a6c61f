"""Settings: flag, environment (`REFINER_…`), the person's file, the graph's file, default.

The person's own file is `config.toml` in the user's configuration folder: settings for all
graphs, and a table `[graphs."/path/to/graph"]` for one, which wins over that graph's
`refiner.toml`. What a graph's file may not decide by itself is told in `refiner.trust`.
"""

from __future__ import annotations

import difflib
import logging
import os
import re
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator
from pydantic_settings import (
    BaseSettings,
    InitSettingsSource,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    SettingsError,
)

from refiner.cards import METADATA_PATTERNS, ExtractOptions
from refiner.errors import UsageError
from refiner.tasks import rule_names, task_names
from refiner.trust import is_trusted, reaching

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

FILE_NAME = "refiner.toml"
PERSONAL_FILE = "config.toml"
LOG = logging.getLogger("refiner")


Share = Annotated[float, Field(ge=0, le=1)]


class Price(BaseModel):
    """What a model costs, in USD per million tokens; `cached` for prompt tokens met before."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    input: float = Field(ge=0)
    output: float = Field(ge=0)
    cached: float | None = Field(default=None, ge=0)


class Settings(BaseSettings):
    """Every setting, with its default.

    Environment variables carry the field's name in capitals behind `REFINER_`; lists and
    tables are written as JSON there.
    """

    model_config = SettingsConfigDict(env_prefix="REFINER_", extra="forbid", frozen=True)

    card_tags: tuple[str, ...] = ("car", "card", "flashcard")
    passage_tags: tuple[str, ...] = ("ñspace",)
    metadata_patterns: tuple[str, ...] = METADATA_PATTERNS
    tasks: tuple[str, ...] = Field(default_factory=task_names)
    cloze_tag: str = "card"
    cloze_place: Literal["child", "inline"] = "child"
    mute: tuple[str, ...] = ()
    auto_accept: dict[str, Share] = Field(default_factory=dict)

    model: str = "local"
    base_url: str | None = None
    model_grade: Literal["small", "large"] | None = None
    images: Literal["none", "own", "remote"] = "none"
    api_key_env: str = "OPENAI_API_KEY"
    insecure: bool = False
    threads: int | None = Field(default=None, ge=1)
    concurrency: int = Field(default=8, ge=1)
    jobs: int | None = Field(default=None, ge=1, le=64)
    timeout_s: float = Field(default=120, gt=0)
    retry_s: float = Field(default=300, ge=0)
    requests_per_minute: int | None = Field(default=None, ge=1)
    tokens_per_minute: int | None = Field(default=None, ge=1)
    max_cost_usd: float | None = Field(default=None, ge=0)
    max_requests: int | None = Field(default=None, ge=0)
    max_minutes: float | None = Field(default=None, ge=0)
    prices: dict[str, Price] = Field(default_factory=dict)

    review_pages: bool = True
    quiet_s: float = Field(default=20, ge=0)
    ledger: Path | None = None

    @field_validator("tasks", "auto_accept")
    @classmethod
    def _tasks_are_known(
        cls, value: tuple[str, ...] | dict[str, float]
    ) -> tuple[str, ...] | dict[str, float]:
        _check_names("task", value, task_names())
        return value

    @field_validator("mute")
    @classmethod
    def _rules_are_known(cls, rules: tuple[str, ...]) -> tuple[str, ...]:
        _check_names("rule", rules, rule_names())
        return rules

    @property
    def extract_options(self) -> ExtractOptions:
        """What makes a block a card, a passage, or metadata."""
        return ExtractOptions(self.card_tags, self.passage_tags, self.metadata_patterns)

    @field_validator("metadata_patterns")
    @classmethod
    def _patterns_compile(cls, patterns: tuple[str, ...]) -> tuple[str, ...]:
        for pattern in patterns:
            try:
                re.compile(pattern)
            except re.error as error:
                message = f"`{pattern}` is not a valid regular expression: {error}"
                raise ValueError(message) from error
        return patterns

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - the signature is pydantic's
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - likewise
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Flags, then the environment, then the files."""
        files = (InitSettingsSource(settings_cls, dict(layer.values)) for layer in cls._layers())
        return (init_settings, env_settings, *files)

    @classmethod
    def _layers(cls) -> Sequence[Layer]:
        """The files' settings, the first wins."""
        return ()


@dataclass(frozen=True)
class Layer:
    """What one file says.

    Attributes:
        place: The file, and the table in it, for messages.
        values: Settings by name.
    """

    place: str
    values: Mapping[str, Any]


def _check_names(kind: str, names: Iterable[str], known: Sequence[str]) -> None:
    """Refuse a name that is none of the known ones, with the nearest of them.

    Raises:
        ValueError: It is unknown.
    """
    for name in names:
        if name not in known:
            near = difflib.get_close_matches(name, known, n=1)
            guess = f"did you mean `{near[0]}`?" if near else f"known: {', '.join(known)}"
            message = f"there is no {kind} `{name}`; {guess}"
            raise ValueError(message)


def load_settings(root: Path | None, flags: dict[str, Any] | None = None) -> Settings:
    """Put the settings together.

    What a graph's file may not decide is left out, and told as a warning of the logger `refiner`.

    Args:
        root: The graph's root, where `refiner.toml` may stand; None reads no such file.
        flags: What the command line says; None values count as not said.

    Raises:
        UsageError: A key that is unknown, with the nearest known one; a value that can't be;
            a file that is not valid TOML.
    """
    _check_environment()
    typed = {key: value for key, value in (flags or {}).items() if value is not None}
    layers = [layer for layer in _files(root) if layer.values]
    by_environment = {key for key in Settings.model_fields if _variable(key) in os.environ}
    layers = _without_stray_key(layers, {*typed, *by_environment})

    class FromFiles(Settings):
        @classmethod
        def _layers(cls) -> Sequence[Layer]:
            return layers

    try:
        return FromFiles(**typed)
    except (ValidationError, SettingsError) as error:
        raise UsageError(_problem(error, layers, typed)) from error


def personal_file() -> Path:
    """The person's own file of settings; it need not be there."""
    from platformdirs import user_config_path

    base = Path(os.environ.get("XDG_CONFIG_HOME") or user_config_path())
    return base / "refiner" / PERSONAL_FILE


def _files(root: Path | None) -> list[Layer]:
    """The person's table for this graph, the graph's file, the person's settings for all."""
    personal = personal_file()
    everywhere = dict(_read_toml(personal)[1])
    graphs = everywhere.pop("graphs", {})
    if root is None:
        return [Layer(str(personal), everywhere)]
    here: dict[str, Any] = next(
        (
            values
            for name, values in graphs.items()
            if Path(name).expanduser().resolve() == root.resolve()
        ),
        {},
    )
    file = root / FILE_NAME
    content, values = _read_toml(file)
    outside = reaching(values)
    if outside and not is_trusted(file, content):
        names = ", ".join(f"`{name}`" for name in outside)
        LOG.warning(
            "`%s` sets %s, which a graph may not decide by itself: not obeyed; "
            "`refiner trust` shows the file and asks you",
            file,
            names,
        )
        values = {key: value for key, value in values.items() if key not in outside}
    return [
        Layer(f'{personal} [graphs."{root}"]', here),
        Layer(str(file), values),
        Layer(str(personal), everywhere),
    ]


def _read_toml(path: Path) -> tuple[bytes, dict[str, Any]]:
    """A file's bytes and values; nothing where it is not there.

    Raises:
        UsageError: It can't be read, or is not valid TOML.
    """
    try:
        content = path.read_bytes()
        return content, tomllib.loads(content.decode("utf-8"))
    except FileNotFoundError:
        return b"", {}
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UsageError(f"`{path}` is not valid TOML: {error}; nothing was done") from error
    except OSError as error:
        raise UsageError(f"`{path}` can't be read: {error.strerror}") from error


def _without_stray_key(layers: list[Layer], typed: set[str]) -> list[Layer]:
    """The layers without an `api_key_env` that stands apart from the `base_url` in force.

    A key goes only to the host that was named together with it.
    """
    named = "base_url" in typed
    kept = []
    for layer in layers:
        values = dict(layer.values)
        if "api_key_env" in values and named:
            del values["api_key_env"]
            LOG.warning(
                "`api_key_env` in `%s` was not named together with the endpoint in use: not used",
                layer.place,
            )
        named = named or "base_url" in values
        kept.append(Layer(layer.place, values))
    return kept


def _check_environment() -> None:
    for name in os.environ:
        key = name.removeprefix("REFINER_").lower()
        if name.startswith("REFINER_") and key not in Settings.model_fields:
            raise UsageError(f"the environment variable `{name}` names no setting{_near(key)}")


def _variable(key: str) -> str:
    return f"REFINER_{key.upper()}"


def _problem(
    error: ValidationError | SettingsError, layers: Sequence[Layer], typed: Mapping[str, Any]
) -> str:
    """The first problem, in the words of the person's own file or flag."""
    if isinstance(error, SettingsError):
        return f"a setting from the environment can't be read: {error}"
    problem = error.errors(include_url=False, include_input=False)[0]
    key = str(problem["loc"][0])
    setting = ".".join(map(str, problem["loc"]))
    if _variable(key) in os.environ:
        place = f"the environment variable `{_variable(key)}`"
    elif key in typed:
        place = "the command line"
    else:
        place = next((f"`{layer.place}`" for layer in layers if key in layer.values), "a default")
    if problem["type"] == "extra_forbidden":
        return f"{place} has an unknown setting `{setting}`{_near(setting)}"
    message = problem["msg"].removeprefix("Value error, ")
    return f"{place}: `{setting}`: {message[:1].lower()}{message[1:]}"


def _near(key: str) -> str:
    near = difflib.get_close_matches(key, Settings.model_fields, n=1)
    return f"; did you mean `{near[0]}`?" if near else ""
