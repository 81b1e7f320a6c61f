"""Proofreading: slips made into clean sentences of the samples, and the clean ones themselves.

`python -m eval.ablations.grammar [LEDGER]`. Each sentence is asked by itself.
"""

from __future__ import annotations

import random
import sys
import tempfile
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from eval.ablations.asked import SAMPLES, Asked, head, row
from refiner.evals.samples import load_samples
from refiner.lang.language import language
from refiner.ledger import Ledger
from refiner.llm.choice import ModelChoice
from refiner.pipeline.detect import read_book
from refiner.pipeline.options import plan_options
from refiner.pipeline.request import make_request
from refiner.settings import load_settings
from refiner.tasks.model import Ask
from refiner.tasks.typo.proofread import Doubts, Proofreading, chosen, sentences
from refiner.tasks.typo.task import TASK

if TYPE_CHECKING:
    from collections.abc import Iterator

    from refiner.llm.model import Request

EACH_LANGUAGE = 40
SEED = 5
LEAST = (1.5, 3.0, 4.0, 6.0)
MODEL = ModelChoice("local")


class Case(NamedTuple):
    """A sentence as it is asked, and as it should read."""

    lang: str
    written: str
    right: str
    kind: str


def clean_sentences() -> dict[str, list[str]]:
    """Sentences of samples that hold no typo, by language."""
    extract = plan_options(load_settings(SAMPLES, {"model": "none"})).extract
    found: dict[str, dict[str, None]] = {"en": {}, "es": {}, "ca": {}}
    for sample in load_samples(SAMPLES, None, ["cloze", "truncation"], 1):
        _, book = read_book(sample.page, sample.name, extract)
        for item in book.items:
            ruled = TASK.detect(item, book)
            for one in sentences(item, book, ruled, is_typed=False):
                lang = item.lang or item.answer_lang
                if lang in found and one.written.endswith("."):
                    found[lang][one.written] = None
    return {lang: [*some] for lang, some in found.items()}


def cases() -> Iterator[Case]:
    """Clean sentences, and as many with one slip."""
    chance = random.Random(SEED)  # noqa: S311 - a draw, no secret
    for lang, some in clean_sentences().items():
        chance.shuffle(some)
        for text in some[:EACH_LANGUAGE]:
            yield Case(lang, text, text, "clean")
        for text in some[EACH_LANGUAGE : 2 * EACH_LANGUAGE]:
            made = slip(text, lang, chance)
            if made is not None:
                yield made


def slip(text: str, lang: str, chance: random.Random) -> Case | None:
    """A sentence with a small word left out, put in, or changed; None where it has none."""
    known = language(lang)
    if known is None:
        return None
    small, prepositions = known.grammar.missing, known.grammar.prepositions
    words = text.split(" ")
    places = [at for at in range(1, len(words) - 1) if words[at] in small]
    kind = chance.choice(("left out", "too many", "another"))
    if kind == "too many":
        words.insert(chance.randrange(2, len(words) - 1), chance.choice(small))
    elif not places:
        return None
    elif kind == "left out":
        del words[chance.choice(places)]
    else:
        at = chance.choice(places)
        words[at] = chance.choice([one for one in prepositions if one != words[at]])
    return Case(lang, " ".join(words), text, kind)


def as_request(case: Case) -> Request:
    """What the tool asks about a sentence."""
    ask = Ask(
        variables={"sentences": case.written},
        answer_model=Doubts,
        lang=case.lang,
        prompt="grammar",
        copying=Proofreading(case.lang),
    )
    return make_request("typo", ask, MODEL)


def mended(case: Case, doubts: Doubts, least: float) -> str:
    """The sentence with what is proposed."""
    text = case.written
    for one in reversed([*chosen(doubts, least)]):
        text = text[: one.start] + one.new + text[one.end :]
    return text


def grammar(ledger: Ledger) -> None:
    """Slips mended, spoilt and left, and clean sentences changed, by how sure both signs are."""
    asked = {case: as_request(case) for case in cases()}
    answers = Asked(ledger, [*asked.values()])
    head("least weight", "slips", "mended", "changed otherwise", "clean sentences", "changed")
    for least in LEAST:
        counts: Counter[str] = Counter()
        for case, one in asked.items():
            doubts = answers.of(one)
            if not isinstance(doubts, Doubts):
                continue
            text = mended(case, doubts, least)
            is_clean = case.kind == "clean"
            counts["clean" if is_clean else "slips"] += 1
            if text == case.written:
                continue
            counts["spoilt" if is_clean else "mended" if text == case.right else "other"] += 1
        row(least, *(counts[name] for name in ("slips", "mended", "other", "clean", "spoilt")))


def main() -> None:
    """Ask about every sentence, print the table."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(folder) / "ledger.db"
        with Ledger(path) as ledger:
            grammar(ledger)


if __name__ == "__main__":
    main()
