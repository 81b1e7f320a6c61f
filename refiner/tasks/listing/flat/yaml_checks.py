"""Whether YAML that was read is all that stands there, and one thing only."""

from __future__ import annotations

import re

_MORE = re.compile(r"(?<!\S)[a-z_][\w.-]*:(?=\s|$)")
_STOP = re.compile(r"[.!?](?:\s|$)")
_BESIDE = 120
_NEAR = 6


def has_more(line: str, start: int, end: int) -> bool:
    """Whether keys of an unknown vocabulary stand beside what was read."""
    rest = line[end : end + _BESIDE]
    stop = _STOP.search(rest)
    before = line[:start].split()[-_NEAR:]
    return (
        _MORE.search(rest[: stop.start() if stop else len(rest)]) is not None
        or sum(word.endswith(":") for word in before) > 1
    )


def by_style(codes: set[tuple[int, str]]) -> str | None:
    """Where two ways differ only in how deep their lists stand, the flush one."""
    found = {code for _, code in codes}
    shapes = {re.sub(r"(?m)^ +", "", code) for code in found}
    if len(shapes) > 1 or len({_meaning(code) for code in found}) > 1:
        return None
    return min(found, key=len)


def _meaning(code: str) -> str:
    import yaml

    try:
        return repr(yaml.load(code, Loader=yaml.BaseLoader))  # noqa: S506  # strings only
    except yaml.YAMLError:
        return code


def parses(code: str) -> bool:
    """Whether a text is YAML."""
    import yaml

    try:
        list(yaml.parse(code, Loader=yaml.SafeLoader))
    except yaml.YAMLError:
        return False
    return True
