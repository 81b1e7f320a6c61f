"""Settings: flag over environment (`REFINER_…`) over `refiner.toml` over default."""

from __future__ import annotations

import difflib
import os
import re
import tomllib
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    SettingsError,
    TomlConfigSettingsSource,
)

from refiner.cards import METADATA_PATTERNS
from refiner.errors import UsageError

FILE_NAME = "refiner.toml"
TaskName = Literal["question", "typo", "whitespace", "cloze", "truncation", "listing", "flag"]
TASKS: tuple[TaskName, ...] = (
    "question",
    "typo",
    "whitespace",
    "cloze",
    "truncation",
    "listing",
    "flag",
)


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
    tasks: tuple[TaskName, ...] = TASKS
    cloze_tag: str = "card"
    cloze_place: Literal["child", "inline"] = "child"
    auto_accept: dict[TaskName, float] = Field(default_factory=dict)

    model: str = "local"
    base_url: str | None = None
    api_key_env: str = "OPENAI_API_KEY"
    insecure: bool = False
    threads: int | None = Field(default=None, ge=1)
    concurrency: int = Field(default=8, ge=1)
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

    @field_validator("metadata_patterns")
    @classmethod
    def _patterns_compile(cls, patterns: tuple[str, ...]) -> tuple[str, ...]:
        for pattern in patterns:
            try:
                re.compile(pattern)
            except re.error as error:
                message = f"`{pattern}` is no regular expression: {error}"
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
        """Flags, then the environment, then the file that the class names."""
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls)


def load_settings(root: Path | None, flags: dict[str, Any] | None = None) -> Settings:
    """Put the settings together.

    Args:
        root: The graph's root, where `refiner.toml` may stand; None reads no file.
        flags: What the command line says; None values count as not said.

    Raises:
        UsageError: A key that is unknown, with the nearest known one; a value that can't be;
            a file that is no TOML.
    """
    path = root / FILE_NAME if root is not None else None
    _check_environment()

    class FromFile(Settings):
        model_config = SettingsConfigDict(toml_file=path)

    said = {key: value for key, value in (flags or {}).items() if value is not None}
    try:
        return FromFile(**said)
    except tomllib.TOMLDecodeError as error:
        raise UsageError(f"`{path}` is no TOML: {error}; nothing was done") from error
    except OSError as error:
        raise UsageError(f"`{path}` can't be read: {error.strerror}") from error
    except (ValidationError, SettingsError) as error:
        raise UsageError(_told(error, path, said)) from error


def _check_environment() -> None:
    for name in os.environ:
        key = name.removeprefix("REFINER_").lower()
        if name.startswith("REFINER_") and key not in Settings.model_fields:
            raise UsageError(f"the environment variable `{name}` names no setting{_near(key)}")


def _told(error: ValidationError | SettingsError, path: Path | None, said: dict[str, Any]) -> str:
    """The first problem, in the words of the person's own file or flag."""
    if isinstance(error, SettingsError):
        return f"a setting from the environment can't be read: {error}"
    problem = error.errors(include_url=False, include_input=False)[0]
    key = str(problem["loc"][0])
    setting = ".".join(map(str, problem["loc"]))
    if f"REFINER_{key}".upper() in os.environ:
        place = f"the environment variable `REFINER_{key.upper()}`"
    else:
        place = "the command line" if key in said else f"`{path}`"
    if problem["type"] == "extra_forbidden":
        return f"{place} has an unknown setting `{setting}`{_near(setting)}"
    return f"{place}: `{setting}`: {problem['msg'][:1].lower()}{problem['msg'][1:]}"


def _near(key: str) -> str:
    near = difflib.get_close_matches(key, Settings.model_fields, n=1)
    return f"; did you mean `{near[0]}`?" if near else ""
