"""What a person's wordings are worth as few-shot examples, on a person who is simulated.

`python -m eval.simulated_person [MODEL] [EACH]`: the vague questions of the golden samples become a
graph, a page each; the embedded model (or MODEL) rewrites them; a person with a seed decides. Of what
meets the sample's criteria they accept half and put the rest in their own words, of what does not
they reject half and word the rest. Their words are the sample's own good questions, or the same with
a habit that an example can teach (an opening that they always type). Then `eval --mine --examples` is
run on their decisions.
"""

from __future__ import annotations

import random
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from refiner.cli.eval_mine import Beside, score_mine
from refiner.cli.eval_run import EvalRun
from refiner.evals.samples import Sample, load_samples
from refiner.evals.scorers.question import question_problems
from refiner.graph.target import locate
from refiner.ledger import Ledger
from refiner.pipeline.refine import refine
from refiner.pipeline.select import Selection
from refiner.settings import load_settings

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

SAMPLES = Path(__file__).parents[1] / "fixtures" / "golden"
HABIT = {"en": "In your own words: ", "es": "Con tus palabras: ", "ca": "Amb paraules teves: "}
EACH = 2


def by_the_book(good: str, _lang: str) -> str:
    """The sample's own good question."""
    return good


def with_a_habit(good: str, lang: str) -> str:
    """The same behind the opening that this person always types."""
    lead = HABIT.get(lang, HABIT["en"])
    return lead + good[:1].lower() + good[1:]


def decide(
    ledger: Ledger, samples: Sequence[Sample], words: Callable[[str, str], str], seed: int
) -> None:
    """Decide on every rewritten question, as this person does."""
    rng = random.Random(seed)  # noqa: S311 - reproducible, not secret
    by_page = {page_of(sample): sample for sample in samples}
    for proposal in ledger.proposals():
        sample = by_page[proposal.page]
        good = words(rng.choice(sample.target["good"]), sample.lang)
        tag = proposal.after.rpartition(" #")[2]
        own = f"{good} #{tag}"
        is_fine = not question_problems(proposal.after, sample.target)
        if rng.random() < 0.5:  # noqa: PLR2004 - half of them
            ledger.decide([proposal.id], "accepted", "terminal", wording=own)
        else:
            ledger.decide([proposal.id], "accepted" if is_fine else "rejected", "terminal")


def page_of(sample: Sample) -> str:
    """Where a sample stands in the graph."""
    return f"pages/{sample.name.replace('/', '-')}.md"


def main() -> None:
    """Make the graph, ask once, let both persons decide, and score what their words gain."""
    model = sys.argv[1] if len(sys.argv) > 1 else "local"
    each = int(sys.argv[2]) if len(sys.argv) > 2 else EACH  # noqa: PLR2004 - the second word
    vague = [one for one in load_samples(SAMPLES, None, ["question"]) if not one.is_clean][::each]
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "graph"
        (root / "pages").mkdir(parents=True)
        for sample in vague:
            (root / page_of(sample)).write_bytes(sample.page)
        settings = load_settings(root, {"model": model})
        asked = Path(folder) / "asked.db"
        with Ledger(asked) as ledger:
            refine(locate([root]), settings, ledger, Selection(tasks=("question",)))
        for words in (by_the_book, with_a_habit):
            own = asked.with_name(f"{words.__name__}.db")
            own.write_bytes(asked.read_bytes())
            with Ledger(own) as ledger:
                decide(ledger, vague, words, seed=1)
            print(f"\n{words.__name__}, {len(vague)} vague questions")
            run = EvalRun({"model": model}, own, ("question",), [], None, None, is_json=False)
            score_mine(run, root, Path("eval/baselines"), Beside(None, with_examples=True))


if __name__ == "__main__":
    main()
