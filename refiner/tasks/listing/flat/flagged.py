"""Code on one line that is found, but whose lines no rule restores: HCL and Ruby."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from refiner.tasks.listing.flat.model import Flattened
from refiner.tasks.listing.flat.prose import without_strings

if TYPE_CHECKING:
    from collections.abc import Iterator

_HCL = re.compile(
    r"(?<![\w.])(?:resource|provider|variable|module|data|output|terraform|locals)\s+"
    r"(?:\"[^\"]*\"\s*){0,2}\{\s*\w+\s*(?:=|\"[^\"]*\"\s*\{|\{)"
)
_RUBY = re.compile(
    r"(?<![\w.])(?:end\s+end\b|(?:describe|context|class|module|def|it)\s[^.;{}]{1,60}\sdo\b(?=\s)"
    r"|\w+\s['\"][^'\"]*['\"]\s+do\s)"
)
_RUBY_END = re.compile(r"(?<![\w.])end(?!\w)")


def find_flagged(line: str) -> Iterator[Flattened]:
    """Blocks of Terraform's language, and of Ruby by their `do` and `end`.

    Args:
        line: The line, no-break spaces made blanks, n characters.
    """
    hcl = _HCL.search(line)
    if hcl is not None and "=" in line[hcl.start() :]:
        yield Flattened(hcl.start(), hcl.end(), "hcl", None)
    bare = without_strings(line)
    ruby = _RUBY.search(bare)
    if ruby is not None and _RUBY_END.search(bare):
        yield Flattened(ruby.start(), ruby.end(), "ruby", None)
