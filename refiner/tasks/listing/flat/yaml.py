"""YAML on one line: nested again by the keys that manifests have.

Every way to nest the keys that the vocabulary of `manifests.toml` allows is followed; only
where all of them end in the same lines are the lines sure.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal, NamedTuple

from refiner.analysis.prose import (
    STRING,
    is_rest_prose,
    is_sentence,
    sentence_start,
    without_strings,
)
from refiner.tasks.listing.flat.manifests import Kind, Schema, schemas
from refiner.tasks.listing.flat.model import Flattened
from refiner.tasks.listing.flat.yaml_checks import by_style, has_more, parses

if TYPE_CHECKING:
    from collections.abc import Iterator

_TOKEN = re.compile(
    r"(?<!\S)(?:(?P<dash>-)(?=\s+\S)|(?P<key>[\"']?[A-Za-z_][\w./$-]*[\"']?):(?=\s|$)"
    r"|(?P<document>---)(?=\s))"
)
_WORD = re.compile(
    rf"(?:{STRING.pattern})(?=\s|$)|\[[^\[\]]*\]|\{{[^{{}}]*\}}|\{{\{{[^{{}}]*\}}\}}\S*|[^\s\"'\[{{|>#&*]\S*"
)
_FLOW = re.compile(r"\[[^\[\]]*\]$|\{[^{}]*\}$")
_COMMENT = re.compile(r"(?:^|\s)#\s")
_LEAST_KEYS = 3
_LEAST_KEYS_OF_LIST = 2
_MOST_WAYS = 48
_DENSE_WORDS = 3
_DENSE_KEYS = 3
_MANY_KEYS = 4
_PLAIN_KEY = re.compile(r"[a-z][a-z0-9_.-]*")


class _Token(NamedTuple):
    """A dash, a key with its value ("" for none), or a value alone; where it stands.

    `is_word` tells that the value was cut behind its first word, which only a key that holds one
    word makes sure.
    """

    kind: Literal["dash", "key", "value", "document"]
    text: str
    value: str
    start: int
    value_start: int
    is_word: bool = False


class _Frame(NamedTuple):
    """An open map or list of a type, its keys so far, and its indentation."""

    kind: Literal["map", "list"]
    type: str
    seen: frozenset[str]
    indent: int


class _Way(NamedTuple):
    """One way to read the tokens so far.

    Attributes:
        frames: What is open, outermost first.
        pending: What the last key without a value may hold.
        dashes: Indentation of a dash that waits for its item, or None.
        rows: The lines so far.
    """

    frames: tuple[_Frame, ...]
    pending: tuple[Kind, ...] = ()
    dash: int | None = None
    rows: tuple[str, ...] = ()


def find_yaml(line: str) -> Iterator[Flattened]:
    """YAML in a line of prose.

    Args:
        line: The line, no-break spaces made blanks, n characters.
    """
    tokens = list(_tokens(line))
    found: list[Flattened] = []
    at = 0
    while at < len(tokens):
        one = _read_from(line, tokens, at)
        if one is not None:
            found.append(one)
            at = next((n for n, t in enumerate(tokens) if t.start >= one.end), len(tokens))
        else:
            at += 1
    if not found:
        guessed = (_dense(line, tokens, number) for number in range(len(tokens)))
        found = [one for one in guessed if one is not None][:1]
    yield from found


def nested(rows: list[str]) -> str | None:
    """Lines of YAML that all stand in one column, indented again, or None where it is not sure."""
    line = " ".join(row.strip() for row in rows)
    found = next(find_yaml(line), None)
    if found is None or found.code is None or found.start or found.end < len(line):
        return None
    return found.code if found.code.count("\n") == len(rows) - 1 else None


def _tokens(line: str) -> Iterator[_Token]:
    bare = without_strings(line)
    matches = list(_TOKEN.finditer(bare))
    for number, match in enumerate(matches):
        end = matches[number + 1].start() if number + 1 < len(matches) else len(line)
        rest = line[match.end() : end]
        start = match.end() + len(rest) - len(rest.lstrip())
        if match["document"]:
            yield _Token("document", "---", "", match.start(), match.end())
            continue
        if match["dash"]:
            yield _Token("dash", "-", "", match.start(), match.end())
            if rest.strip():
                yield _Token("value", "", rest.strip(), start, start)
        else:
            key = line[match.start() : match.end()].rstrip(":")
            yield _Token("key", key, rest.strip(), match.start(), start)


def _read_from(line: str, tokens: list[_Token], at: int) -> Flattened | None:
    """The YAML that begins at a token, or None where none does."""
    first = tokens[at]
    if first.kind == "value" or (first.kind == "document" and at + 1 >= len(tokens)):
        return None
    codes: set[tuple[int, str]] = set()
    longest = 0
    for schema in schemas():
        for way in _starts(schema, tokens, at):
            last, ways, end = _longest(line, tokens, at, way, schema)
            if not ways or last - at < longest - at or not _is_enough(tokens[at:last]):
                continue
            if last > longest:
                longest, codes = last, set()
            codes |= {(end, "\n".join(one.rows)) for one in ways}
    if not codes:
        return None
    ends = {end for end, _ in codes}
    broken = bool(_COMMENT.search(line[first.start : max(ends)])) or has_more(
        line, first.start, max(ends)
    )
    code = next(iter(codes))[1] if len({code for _, code in codes}) == 1 else None
    if code is None:
        code = by_style(codes)
    if broken or code is None or not parses(code) or len(ends) > 1:
        return Flattened(first.start, max(ends), "yaml", None)
    return Flattened(first.start, max(ends), "yaml", code)


def _is_enough(tokens: list[_Token]) -> bool:
    """Whether keys are many, and nested or listed: a lone setting in a sentence is no listing."""
    keys = [token for token in tokens if token.kind == "key"]
    has_dash = any(token.kind == "dash" for token in tokens)
    is_nested = any(not token.value for token in keys)
    is_object = any(token.text in {"apiVersion", "kind"} for token in keys)
    least = _LEAST_KEYS_OF_LIST if has_dash and (is_nested or len(keys) > 1) else _LEAST_KEYS
    values = [token.value.split() for token in tokens if token.kind == "value"]
    is_short = all(len(value) <= _DENSE_WORDS for value in values[:-1])
    is_plain_list = len(keys) == 1 and is_nested and is_short and len(values) >= _LEAST_KEYS
    return is_plain_list or (len(keys) >= least and (is_nested or has_dash or is_object))


def _starts(schema: Schema, tokens: list[_Token], at: int) -> Iterator[_Way]:
    """The types that the first key may be of."""
    number = at + (tokens[at].kind == "document")
    is_list = tokens[number].kind == "dash"
    number += is_list
    if number >= len(tokens) or tokens[number].kind != "key":
        return
    kind: Literal["map", "list"] = "list" if is_list else "map"
    for name, fields in schema.types.items():
        if tokens[number].text in fields:
            yield _Way((_Frame(kind, name, frozenset(), 0),))


def _longest(
    line: str, tokens: list[_Token], at: int, way: _Way, schema: Schema
) -> tuple[int, list[_Way], int]:
    """As many tokens as can be read: the number behind the last, the ways, the code's end."""
    ways = [way]
    best: tuple[int, list[_Way], int] = (at, [], 0)
    for number in range(at, len(tokens)):
        token = tokens[number]
        behind = tokens[number + 1].start if number + 1 < len(tokens) else len(line)
        # As the last token: its value ends where a sentence begins.
        ended = [
            (end, after)
            for end, cut in _cuts(line, token, behind)
            for before in ways
            for after in _step(before, cut, schema, is_last=True)
        ]
        if ended and token.kind != "dash":
            end = max(end for end, _ in ended)
            best = (number + 1, [after for e, after in ended if e == end], end)
        ways = [after for before in ways for after in _step(before, token, schema)]
        if not ways or len(ways) > _MOST_WAYS:
            break
    return best


def _cuts(line: str, token: _Token, behind: int) -> Iterator[tuple[int, _Token]]:
    """A token as the last of the code: where it ends, and what of its value is code."""
    if not token.value:
        rest = line[token.value_start : behind]
        if is_rest_prose(rest) and is_rest_prose(line[behind:]):
            yield token.start + len(token.text) + (token.kind == "key"), token
        return
    start = token.value_start
    if token.kind == "key" and token.value[0].isupper() and is_sentence(token.value):
        # The sentence behind a key that holds nothing.
        yield token.start + len(token.text) + 1, token._replace(value="")
        return
    word = _WORD.match(token.value)
    if word is not None:
        rest = line[start + word.end() :]
        if is_rest_prose(rest):
            is_sure = not rest.strip() or not rest.strip()[0].islower()
            yield start + word.end(), token._replace(value=word[0], is_word=not is_sure)
            if is_sure:
                return
    sentence = sentence_start(line, start + (word.end() if word else 1))
    if sentence is not None and sentence <= behind:
        value = line[start:sentence].strip()
        yield start + len(value), token._replace(value=value)
    elif behind == len(line) and not is_sentence(token.value):
        yield start + len(token.value), token


def _step(way: _Way, token: _Token, schema: Schema, *, is_last: bool = False) -> Iterator[_Way]:
    """All ways to read one more token."""
    if token.kind == "document":
        if not way.rows:
            yield way._replace(rows=("---",))
    elif token.kind == "dash":
        yield from _dash(way, schema)
    elif token.kind == "value":
        yield from _item(way, token)
    else:
        yield from _key(way, token, schema, is_last=is_last)


def _dash(way: _Way, schema: Schema) -> Iterator[_Way]:
    if way.dash is not None:
        return
    if way.pending:
        for kind in way.pending:
            if kind.kind == "list":
                indent = way.frames[-1].indent + (2 if schema.lists_deeper else 0)
                frame = _Frame("list", kind.type, frozenset(), indent)
                yield way._replace(frames=(*way.frames, frame), pending=(), dash=indent)
        return
    for number in range(len(way.frames) - 1, -1, -1):
        frame = way.frames[number]
        if frame.kind == "list":
            yield way._replace(frames=way.frames[: number + 1], dash=frame.indent)


def _item(way: _Way, token: _Token) -> Iterator[_Way]:
    if way.dash is None or way.frames[-1].type or not token.value:
        return
    if token.value[0] in "|>&*":
        return
    row = " " * way.dash + "- " + token.value
    yield way._replace(dash=None, rows=(*way.rows, row))


def _key(way: _Way, token: _Token, schema: Schema, *, is_last: bool) -> Iterator[_Way]:
    if way.dash is not None:
        parent = way.frames[-1]
        if parent.type:
            frame = _Frame("map", parent.type, frozenset(), way.dash + 2)
            base = way._replace(frames=(*way.frames, frame), dash=None)
            yield from _placed(base, token, schema, is_last=is_last, prefix=" " * way.dash + "- ")
        return
    if way.pending:
        for kind in way.pending:
            if kind.kind == "map":
                frame = _Frame("map", kind.type, frozenset(), way.frames[-1].indent + 2)
                base = way._replace(frames=(*way.frames, frame), pending=())
                yield from _placed(base, token, schema, is_last=is_last)
        return
    for number in range(len(way.frames), 0, -1):
        if way.frames[number - 1].kind == "map":
            base = way._replace(frames=way.frames[:number])
            yield from _placed(base, token, schema, is_last=is_last)


def _placed(
    way: _Way, token: _Token, schema: Schema, *, is_last: bool, prefix: str | None = None
) -> Iterator[_Way]:
    """The key in the innermost map of a way, where its type has it and it is not there yet."""
    frame = way.frames[-1]
    key = token.text.strip("\"'")
    fields = schema.types[frame.type]
    kinds = fields.get(key.removeprefix("ansible.builtin."), ())
    if not kinds and key.count(".") > 1 and "command" in fields:
        # A module of a collection.
        kinds = fields["command"]
    if not kinds and "*" in fields and not _is_structure(way, key, schema):
        kinds = fields["*"]
    if key in frame.seen or not kinds:
        return
    frames = (*way.frames[:-1], frame._replace(seen=frame.seen | {key}))
    row = (" " * frame.indent if prefix is None else prefix) + token.text + ":"
    if not token.value:
        held = tuple(kind for kind in kinds if kind.kind in {"map", "list"})
        if held or is_last:
            yield _Way(frames, held, None, (*way.rows, row))
        return
    if _holds(kinds, token.value, is_word=token.is_word):
        yield _Way(frames, (), None, (*way.rows, f"{row} {token.value}"))


def _is_structure(way: _Way, key: str, schema: Schema) -> bool:
    """Whether a map further out has a key of this name that no free map would have."""
    return any(
        frame.kind == "map"
        and any(k.kind in {"map", "list"} for k in schema.types[frame.type].get(key, ()))
        for frame in way.frames[:-1]
    )


def _holds(kinds: tuple[Kind, ...], value: str, *, is_word: bool) -> bool:
    """Whether a key of these kinds may have the value on its line."""
    if value[0] in "|>&*" or value.startswith("- "):
        return False
    for kind in kinds:
        if kind.kind == "text":
            if not is_word:
                return True
            continue
        if kind.kind == "word":
            match = _WORD.match(value)
            if match is not None and match.end() == len(value):
                return True
        elif _FLOW.match(value):
            return True
    return False


def _dense(line: str, tokens: list[_Token], at: int) -> Flattened | None:
    """YAML of an unknown vocabulary: short values, items and keys without a word of prose."""
    broken = line[: tokens[at].start].rstrip().endswith("--")
    last = at
    for number in range(at, len(tokens)):
        token = tokens[number]
        last = number
        if len(token.value.split()) > _DENSE_WORDS and token.value[0] not in "\"'[{":
            break
    run = tokens[at : last + 1]
    keys = [token for token in run if token.kind == "key"]
    has_dash = any(token.kind == "dash" for token in run)
    is_nested = any(
        not token.value and number + 1 < len(run) for number, token in enumerate(run)
        if token.kind == "key"
    )  # fmt: skip
    known = [any(key.text in t for s in schemas() for t in s.types.values()) for key in keys]
    least = 1 if broken else _LEAST_KEYS_OF_LIST
    if tokens[at].kind in {"document", "value"}:
        return None
    if is_nested and _is_strange(run, keys):
        return Flattened(tokens[at].start, tokens[last].value_start, "yaml", None)
    if sum(known) < least or not known[0]:
        return None
    is_dense = len(keys) >= _DENSE_KEYS and is_nested and has_dash
    if (broken and known and (has_dash or is_nested)) or is_dense:
        return Flattened(tokens[at].start, tokens[last].value_start, "yaml", None)
    return None


def _is_strange(run: list[_Token], keys: list[_Token]) -> bool:
    """Whether many keys of no vocabulary stand side by side, with values of a word or two."""
    return (
        len(keys) >= _MANY_KEYS
        and all(_PLAIN_KEY.fullmatch(key.text) for key in keys)
        and all(len(token.value.split()) < _DENSE_WORDS for token in run[:-1])
    )
