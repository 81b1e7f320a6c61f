"""The small words of a language, and which of them are taken for another."""

from __future__ import annotations

from functools import cached_property

from pydantic import Field

from refiner.lang.sections.base import Pairs, Section, Words


class Grammar(Section):
    """What a proofreader may put in, take out and change.

    Attributes:
        missing: Small words that a hasty writer leaves out.
        stray: Small words that are left standing where a sentence was changed.
        prepositions: Any of them may stand for another.
        alike: Words that are taken for each other, or agree with different nouns, as pairs.
    """

    missing: Words = ()
    stray: Words = ()
    prepositions: Words = ()
    alike: Pairs = Field(default_factory=dict)

    @cached_property
    def swaps(self) -> frozenset[tuple[str, str]]:
        """Old and new word of every change from one small word to another."""
        both = {*self.alike.items(), *((b, a) for a, b in self.alike.items())}
        among = {(a, b) for a in self.prepositions for b in self.prepositions if a != b}
        return frozenset(both | among)
