"""What a graph's `logseq/config.edn` says."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from refiner.logseq.names import NameFormat

INDENTATIONS = {
    "tab": "\t",
    "two-spaces": "  ",
    "four-spaces": "    ",
    "eight-spaces": "        ",
}


class ConfigError(ValueError):
    """The configuration is no EDN map."""


@dataclass(frozen=True, slots=True)
class GraphConfig:
    """The keys that matter, with Logseq's own defaults.

    Attributes:
        pages_directory: `:pages-directory`; `journals_directory` likewise.
        hidden: `:hidden`: files and folders that are no part of the graph.
        file_name_format: `:file/name-format`; absent means `legacy`.
        journal_title_format: `:journal/page-title-format`.
        journal_file_format: `:journal/file-name-format`.
        workflow: `:preferred-workflow`: whether tasks are TODO/DOING or LATER/NOW.
        indentation: `:export/bullet-indentation`, as text.
    """

    pages_directory: str = "pages"
    journals_directory: str = "journals"
    hidden: tuple[str, ...] = ()
    file_name_format: NameFormat = "legacy"
    journal_title_format: str = "MMM do, yyyy"
    journal_file_format: str = "yyyy_MM_dd"
    workflow: str = "todo"
    indentation: str = "\t"


def read_config(data: bytes | None) -> GraphConfig:
    """Read `logseq/config.edn`.

    Args:
        data: The file's bytes; None where there is none, which is met in real graphs.

    Raises:
        ConfigError: It is no EDN, or no map.
    """
    if data is None or not data.strip():
        return GraphConfig()
    import edn_format

    try:
        said = edn_format.loads(data.decode())
    except (edn_format.EDNDecodeError, UnicodeDecodeError, ValueError) as error:
        raise ConfigError(f"is no EDN: {error}") from error
    if not isinstance(said, Mapping):
        raise ConfigError(f"holds no map but {type(said).__name__}")
    values = {str(getattr(key, "name", key)): value for key, value in said.items()}
    name_format = _name(values.get("file/name-format"), "legacy")
    workflow = _name(values.get("preferred-workflow"), "todo")
    return GraphConfig(
        pages_directory=_text(values.get("pages-directory"), "pages"),
        journals_directory=_text(values.get("journals-directory"), "journals"),
        hidden=_texts(values.get("hidden")),
        file_name_format="triple-lowbar" if name_format == "triple-lowbar" else "legacy",
        journal_title_format=_text(values.get("journal/page-title-format"), "MMM do, yyyy"),
        journal_file_format=_text(values.get("journal/file-name-format"), "yyyy_MM_dd"),
        workflow="now" if workflow == "now" else "todo",
        indentation=INDENTATIONS.get(_name(values.get("export/bullet-indentation"), "tab"), "\t"),
    )


def _text(value: Any, default: str) -> str:  # noqa: ANN401 - whatever EDN holds
    return value if isinstance(value, str) and value else default


def _texts(value: Any) -> tuple[str, ...]:  # noqa: ANN401 - whatever EDN holds
    """The strings of a vector, list or set; none where it is anything else, as in Logseq."""
    if isinstance(value, str | Mapping) or not isinstance(value, Iterable):
        return ()
    return tuple(item for item in value if isinstance(item, str))


def _name(value: Any, default: str) -> str:  # noqa: ANN401 - whatever EDN holds
    return default if value is None else str(getattr(value, "name", value)).lstrip(":")
