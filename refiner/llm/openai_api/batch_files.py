"""Plans of any size as batch files, and their results read back, in bounded memory.

A plan goes into one file and those beside it, or into the files of a folder. A folder is resumed by
key: what stands in its files is not written a second time.
"""

from __future__ import annotations

import itertools
import json
import re
from collections import OrderedDict
from contextlib import ExitStack
from typing import IO, TYPE_CHECKING, Any, NamedTuple, Self

from refiner.errors import UserError
from refiner.llm.keys import Keys
from refiner.llm.openai_api.batch import REASK, BatchResult, batch_line, parsed, take

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from refiner.llm.model import Request
    from refiner.llm.store import Store

# Source: OpenAI, Batch API: at most 50,000 requests and 200 MB a file.
REQUESTS_AT_MOST = 50_000
BYTES_AT_MOST = 190_000_000
NAME = "requests-{:05}.jsonl"
REQUESTS = re.compile(r"requests-(\d{5,})\.jsonl")
KEY = re.compile(rb'\{"custom_id": "([^"]*)"')
OPEN_AT_MOST = 64


def is_folder(path: Path) -> bool:
    """Whether a plan's path names a folder: one that is there, or a name without a suffix."""
    return path.is_dir() or not (path.suffix or path.exists())


def write_batch(
    path: Path,
    requests: Iterable[Request],
    model: str,
    store: Store,
    failed_at: Mapping[str, float] | None = None,
) -> Iterator[tuple[Path, int]]:
    """Write requests as batch files, split where one would grow too large.

    Args:
        path: The first file, further ones are numbered `name-2.jsonl`; or a folder, whose files
            `requests-00001.jsonl` and so on are added to.
        requests: Not answered yet; taken one by one.
        model: The model's name at the endpoint.
        store: Knows whose answers the guards refused: these are asked with the complaint.
        failed_at: By key, when requests failed, in seconds since the epoch: what failed after a
            folder's file was written is written again.

    Yields:
        Each file and the number of its requests, once it is whole.

    Raises:
        UserError: A file can't be written, or read.
    """
    with ExitStack() as stack:
        planned = stack.enter_context(Keys())
        targets = _folder_targets(path, planned) if is_folder(path) else _file_targets(path)
        file: _BatchFile | None = None
        stack.callback(lambda: None if file is None else file.drop())
        for request in requests:
            asked = batch_line(request, model, store.refused(request.key))
            written_at = max((at for at, _ in planned.places(asked["custom_id"])), default=None)
            failed = (failed_at or {}).get(request.key)
            if written_at is not None and (failed is None or failed < written_at):
                continue
            line = json.dumps(asked, ensure_ascii=False).encode() + b"\n"
            if file is not None and not file.takes(line):
                yield file.close()
                file = None
            if file is None:
                file = _BatchFile(next(targets))
            file.add(line)
        if file is None and not is_folder(path):
            file = _BatchFile(next(targets))
        if file is not None:
            yield file.close()
            file = None


class _BatchFile:
    """A file under way; it has its name once it is whole."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.part = path.with_name(f"{path.name}.part")
        self.count = self.size = 0
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self.file = self.part.open("wb")
        except OSError as error:
            raise self._error(error) from error

    def takes(self, line: bytes) -> bool:
        """Whether a line still fits."""
        return self.count < REQUESTS_AT_MOST and self.size + len(line) <= BYTES_AT_MOST

    def add(self, line: bytes) -> None:
        """Write a request."""
        try:
            self.file.write(line)
        except OSError as error:
            raise self._error(error) from error
        self.count += 1
        self.size += len(line)

    def close(self) -> tuple[Path, int]:
        """Give it its name; the name, and the number of its requests."""
        try:
            self.file.close()
            self.part.replace(self.path)
        except OSError as error:
            raise self._error(error) from error
        return self.path, self.count

    def drop(self) -> None:
        """Remove what is half written."""
        self.file.close()
        self.part.unlink(missing_ok=True)

    def _error(self, error: OSError) -> UserError:
        return UserError(f"`{self.path}` can't be written: {error.strerror}")


def _file_targets(path: Path) -> Iterator[Path]:
    yield path
    for number in itertools.count(2):
        yield path.with_name(f"{path.stem}-{number}{path.suffix}")


def _folder_targets(folder: Path, planned: Keys) -> Iterator[Path]:
    """The names that are free in a folder; `planned` hears what its files hold, and since when."""
    last = 0
    for path in request_files(folder):
        last = max(last, int(path.stem.rpartition("-")[2]))
        try:
            written_at = int(path.stat().st_mtime)
            with path.open("rb") as lines:
                for line in lines:
                    found = KEY.match(line)
                    if found is not None:
                        planned.add(found[1].decode(), written_at)
        except OSError as error:
            raise UserError(f"`{path}` can't be read: {error.strerror}") from error
    return (folder / NAME.format(number) for number in itertools.count(last + 1))


def request_files(folder: Path) -> list[Path]:
    """The files of a plan in a folder, in their order."""
    if not folder.is_dir():
        return []
    return sorted(path for path in folder.iterdir() if REQUESTS.fullmatch(path.name))


def result_files(paths: Sequence[Path]) -> list[Path]:
    """Files of results; a folder stands for all `.jsonl` in it that are not of a plan.

    Raises:
        UserError: A folder holds none.
    """
    files: list[Path] = []
    for path in paths:
        if not path.is_dir():
            files.append(path)
            continue
        found = sorted(p for p in path.glob("*.jsonl") if not REQUESTS.fullmatch(p.name))
        if not found:
            raise UserError(f"`{path}` holds no results: expected files that end in `.jsonl`")
        files += found
    return files


class Read(NamedTuple):
    """What came of reading results.

    Attributes:
        result: How many were taken, refused, failed and unknown.
        before: How many are of requests that were answered before.
        problems: Files that can't be read, and lines that are no results; the others were taken.
    """

    result: BatchResult
    before: int
    problems: tuple[UserError, ...]


def read_results(paths: Sequence[Path], requests: Iterable[Request], store: Store) -> Read:
    """Take results of any number into the store, in the order of the requests.

    Args:
        paths: JSON lines, as an engine wrote them, in any order.
        requests: Those that are still unanswered; taken one by one, while results are left.
        store: Keeps the answers, and those that the guards refuse for the next plan's re-ask.
    """
    counts = dict.fromkeys(BatchResult._fields, 0)
    problems: list[UserError] = []
    with Keys() as index, _Lines(paths) as lines:
        before = _index(paths, index, store, problems)
        left = index.count()
        for request in requests if left else ():
            places = index.places(request.key)
            if places:
                found = [parsed(lines.at(*place)) for place in places]
                # A re-ask's result means nothing before the answer that it is about.
                ordered = sorted(filter(None, found), key=_is_reask)
                for result in ordered:
                    counts[take(result, request, store)] += 1
                index.remove(request.key)
                left -= 1
                if not left:
                    break
        counts["unknown"] += index.lines()
    return Read(BatchResult(**counts), before, tuple(problems))


def _is_reask(result: dict[str, Any]) -> bool:
    return bool(result["custom_id"].endswith(REASK))


def _index(paths: Sequence[Path], index: Keys, store: Store, problems: list[UserError]) -> int:
    """Note where the results stand that are not in the store; how many are there already."""
    before = 0
    for file, path in enumerate(paths):
        place = 0
        try:
            with path.open("rb") as lines:
                for number, line in enumerate(lines, 1):
                    start, place = place, place + len(line)
                    if not line.strip():
                        continue
                    result = parsed(line)
                    if result is None:
                        problems.append(_no_result(f"{path}:{number}"))
                        continue
                    key = result["custom_id"].removesuffix(REASK)
                    if key.isascii() and store.answer(key) is not None:
                        before += 1
                    else:
                        index.add(ascii(key) if not key.isascii() else key, file, start)
        except OSError as error:
            problems.append(UserError(f"`{path}` can't be read: {error.strerror}"))
    return before


def _no_result(place: str) -> UserError:
    return UserError(
        f"`{place}` is not a batch result: expected a JSON object with `custom_id`; the other lines "
        "were taken"
    )


class _Lines:
    """Lines of many files by their place; a few files are held open."""

    def __init__(self, paths: Sequence[Path]) -> None:
        self._paths = paths
        self._open: OrderedDict[int, IO[bytes]] = OrderedDict()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        for file in self._open.values():
            file.close()

    def at(self, file: int, place: int) -> bytes:
        """The line that begins at a byte of a file."""
        lines = self._open.pop(file, None) or self._paths[file].open("rb")
        self._open[file] = lines
        if len(self._open) > OPEN_AT_MOST:
            self._open.popitem(last=False)[1].close()
        lines.seek(place)
        return lines.readline()
