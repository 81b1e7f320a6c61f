"""Shell commands on one line: each begins behind its prompt, or with a command's name."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING

from refiner.analysis.lines import is_sentence_word
from refiner.analysis.prose import is_sentence, sentence_start, squeezed, without_strings
from refiner.tasks.listing.flat.model import Flattened

if TYPE_CHECKING:
    from collections.abc import Iterator

_PROMPT = re.compile(
    r"(?<!\S)(?:\$(?=\s+(?:[a-z./~\\]|[A-Z_]+=))|%(?=\s+[a-z./~][\w./-]*(?:\s+[\w./$\"'-]|$))|[#>](?=\s+(?:[a-z][\w-]*|\./)\S*(?:\s|$))"
    r"|\[?[\w.-]+@[\w.-]+[: ][\w~/.-]*\]?[$#](?=\s)|PS [A-Z]:\\[\w\\]*>(?=\s))"
)
_SURE_PROMPT = re.compile(r"[$%]|.*@|PS ")
# Tools of which every call has a verb behind the name: two words that no argument is.
_VERBS = {
    "git": "add branch checkout cherry-pick clone commit config diff fetch init log merge mv pull "
    "push rebase remote reset restore revert rm show stash status switch tag",
    "docker": "build compose container cp exec image images inspect kill load login logs network "
    "ps pull push restart rm rmi run save start stats stop swarm tag volume",
    "docker-compose": "build down exec logs ps pull restart run start stop up",
    "podman": "build exec images logs ps pull push rm run start stop",
    "kubectl": "annotate api-resources apply attach autoscale cluster-info config cordon cp create "
    "delete describe drain edit exec explain expose get label logs patch port-forward proxy "
    "replace rollout run scale set taint top",
    "helm": "create dependency get history install lint list package pull repo rollback search "
    "show status template uninstall upgrade",
    "npm": "audit ci i init install link list outdated publish run start test uninstall update",
    "yarn": "add build init install remove run start test",
    "pip": "download freeze install list show uninstall",
    "pip3": "freeze install list show uninstall",
    "apt": "autoremove install list purge remove search show update upgrade",
    "apt-get": "autoremove clean install purge remove update upgrade",
    "yum": "info install list remove search update",
    "dnf": "info install list remove search update",
    "brew": "install list services uninstall update upgrade",
    "systemctl": "daemon-reload disable enable reload restart start status stop",
    "terraform": "apply destroy fmt graph import init output plan refresh show state validate",
    "vagrant": "box destroy halt init provision reload ssh status up",
    "ansible-galaxy": "collection init install list remove role",
    "python": "manage.py -m",
    "python3": "manage.py -m",
    "cargo": "add build check init new run test",
    "go": "build fmt get install mod run test vet",
    "mvn": "clean compile deploy install package test verify",
    "minikube": "addons dashboard delete ip service ssh start status stop tunnel",
    "aws": "configure ec2 ecr ecs eks iam lambda s3 sts",
    "conda": "activate create deactivate env install list remove update",
}  # fmt: skip
_TOOLS = "|".join(
    rf"{re.escape(tool)}\s+(?:{'|'.join(verbs.split())})" for tool, verbs in _VERBS.items()
)
_PLAIN = r"(?:mkdir|cd|chmod|chown|source|touch|rm|cp|mv)(?:\s+-\w+)*\s+[\w~./$*+,=:-]+"
_HEAD = re.compile(rf"(?<!\S)(?:sudo\s+)?(?:(?P<tool>{_TOOLS})|(?P<plain>{_PLAIN}))(?=\s|$)")
_JOINER = re.compile(r"(?:&&|\|\||\||;|\\|--|\bsudo|\bxargs|\bexec|\btime|\bdo|\bthen|-c)\s*$")
# Words that a command prints, and none is called with.
_PRINTED = re.compile(
    r"\w+=\d+\(|\s[A-Z][a-z]+\s[a-z]+|\s\d+%|:\s[A-Z]|\s[A-Z]{3,}\s+[A-Z]{3,}|\s\.\.\.(?:\s|$)"
    r"|\s[0-9a-f]{40}(?!\S)|\s\d{6}\s|:\d+:\d+:|\w!(?:\s|$)|\s\*\s\(|\s\.\s+\.\.(?:\s|$)"
    r"|\s\[\.\.\.\]|\s[\w-]+:\s|\bls\s.*\*\S*\s+\S|\s\./[\w.-]+\s+[a-z]\w+"
)
# Commands whose output may stand behind them, and what they may be given: nothing else is theirs.
_PRINTING = re.compile(
    r"[$%#>]?\s*(?:sudo\s+)?(?:(?P<bare>pwd|whoami|date|uname|hostname|uptime|jobs|id\s+\S+|which\s+\S+|type\s+\S+"
    r"|git\s+branch|git\s+cat-file\s+-?\w+\s+\S+|git\s+rev-list\s+\S+|docker\s+(?:ps|images|version))(?!\S)"
    r"|(?P<file>(?:cat|head|tail|wc|ls)(?!\S))|(?P<echo>echo\s+(?:\"[^\"]*\"|'[^']*'|\$\S+)(?!\S)))"
    r"(?P<rest>[^|>;&]*)(?:$|[|>;&])"
)
_OPTION = re.compile(r"-\S*|\+\S*|\$\S*")
_PATH = re.compile(r".*[./*~$<>\d-]")
_ENDED = re.compile(r"\w[,.;:]$")
_OPTIONS = re.compile(r"(?<!\S)--?\S+")
_WORD = re.compile(r"[^\W\d_]+")
# What a command printed: a table's head before its rows, what became of an object, a folder's files.
_TABLE = re.compile(
    r"\s[A-Z][A-Z-]+(?:\s+[A-Z][A-Z()-]+){2,}\s+[^\sA-Z]\S*\s|\s(?:[a-z]\w*[/.][\w./-]+|[a-z]+\s\"[^\"]+\")\s(?:created|configured|deleted)(?=\s|$)"
    r"|\s[d-](?:[r-][w-][xsS-]){3}\.?\s+\d|\ssha256:[0-9a-f]{12}"
)
_COMMENT = re.compile(r"\S\s+#\s")
_PLAIN_WORD = re.compile(r"[a-z]+")
_MANY = 3
_LEAST = 2


def find_shell(line: str) -> Iterator[Flattened]:
    """Sessions with prompts, and commands in a row.

    Args:
        line: The line, no-break spaces made blanks, n characters.
    """
    bare = without_strings(line)
    found = _session(line, bare) or _row_of_commands(line, bare)
    if found is not None:
        yield found


def _session(line: str, bare: str) -> Flattened | None:
    prompts = list(_PROMPT.finditer(bare))
    first = next((p for p in prompts if _SURE_PROMPT.match(p[0])), None) or _root(bare, prompts)
    if first is None:
        return None
    # A lone `#` or `>` between commands is a comment or a redirection.
    prompts = [p for p in prompts if p.start() >= first.start() and p[0][-1:] == first[0][-1:]]
    starts = [prompt.start() for prompt in prompts]
    if len(starts) < _LEAST:
        is_shown = _TABLE.search(bare, first.end()) is not None
        return Flattened(starts[0], len(line.rstrip()), "console", None) if is_shown else None
    end = sentence_start(bare, prompts[-1].end()) or len(line)
    rows = [
        _row(line[start:behind]) for start, behind in zip(starts, [*starts[1:], end], strict=True)
    ]
    if any(is_sentence(row.partition(" ")[2]) or _talks(row) for row in rows):
        if all(_talks(row) for row in rows):
            return None
        return Flattened(starts[0], end, "console", None)
    if any(_prints(row) for row in rows):
        return Flattened(starts[0], end, "console", None)
    is_sure = first[0] == "#" or not _COMMENT.search(bare, starts[0], end)
    return Flattened(starts[0], _trimmed(line, end), "bash", "\n".join(rows) if is_sure else None)


def _root(bare: str, prompts: list[re.Match[str]]) -> re.Match[str] | None:
    """The first prompt of root's session: each `#` stands before a command that is known."""
    signs = [prompt for prompt in prompts if prompt[0] == "#"]
    is_sure = len(signs) >= _LEAST and all(_HEAD.match(bare, prompt.end() + 1) for prompt in signs)
    return signs[0] if is_sure and bare.count("# ") == len(signs) else None


def _row_of_commands(line: str, bare: str) -> Flattened | None:
    """Commands without a prompt, each with a head that can't be another's argument."""
    heads = [m for m in _HEAD.finditer(bare) if not _JOINER.search(bare[: m.start()])]
    end = (sentence_start(bare, heads[0].end()) if heads else None) or len(line)
    # What the prose behind them names is no command.
    heads = [m for m in heads if m.start() < end]
    tools = [m for m in heads if m["tool"]]
    is_whole = bool(heads) and not bare[: heads[0].start()].strip()
    if len(heads) == 1 and tools and _TABLE.search(bare, heads[0].end()):
        return Flattened(heads[0].start(), len(line.rstrip()), "console", None)
    if len(heads) < _LEAST or not (tools or is_whole):
        return None
    starts = [match.start() for match in heads]
    rows = [
        _row(line[start:behind]) for start, behind in zip(starts, [*starts[1:], end], strict=True)
    ]
    if any(_talks(row) or _ENDED.search(row) for row in rows):
        return None
    if not tools and end < len(line):
        return None
    if any(row.endswith((" #", " >")) for row in rows):
        return Flattened(starts[0], end, "console", None)
    if any(_prints(row) for row in rows):
        return Flattened(starts[0], end, "console", None)
    return Flattened(starts[0], _trimmed(line, end), "bash", "\n".join(rows))


def _prints(row: str) -> bool:
    """Whether a row may hold what its command printed."""
    bare = without_strings(row)
    if _PRINTED.search(bare) or _is_told(bare):
        return True
    match = _PRINTING.match(bare)
    if match is None:
        return False
    rest = [word for word in match["rest"].split() if not _OPTION.fullmatch(word)]
    if match["file"]:
        return any(not _PATH.match(word) for word in rest[1:])
    return bool(rest)


def _is_told(bare: str) -> bool:
    """Whether words that no command is given stand at a row's end, or its command stands twice."""
    words = bare.split()
    last = max((n for n, word in enumerate(words) if not _PLAIN_WORD.fullmatch(word)), default=0)
    is_option = words[last][:1] in {"-", "+"} and "=" not in words[last]
    pairs = list(pairwise(words))
    return (last > _LEAST and len(words) - last - 1 - is_option >= _MANY) or len(set(pairs)) < len(
        pairs
    )


def _talks(row: str) -> bool:
    """Whether a row has words that only sentences have, outside of its strings."""
    words = _WORD.findall(_OPTIONS.sub("", without_strings(row).lower()))
    return sum(is_sentence_word(word) for word in words) > len(words) / 6


def _row(written: str) -> str:
    """A command, with a line behind each backslash that joins two."""
    return re.sub(r" \\ (?=\S)", " \\\\\n  ", squeezed(written))


def _trimmed(line: str, end: int) -> int:
    return len(line[:end].rstrip())
