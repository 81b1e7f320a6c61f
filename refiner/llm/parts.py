"""Answers of several parts: what is kept at once, and the one re-ask for what was refused.

The parts that the guards refuse are asked for again together, and alone: the re-ask's schema has
no others. What passed stays, whatever comes of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from pydantic import BaseModel

    from refiner.llm.model import Request
    from refiner.llm.store import StoredAnswer

REASKED = (
    "These parts of your answer can't be taken:\n{complaints}\nGive these parts again, mended, and "
    "nothing else. Use null or an empty list for what can't be mended."
)


class Reask(NamedTuple):
    """Parts to ask for again.

    Attributes:
        kept: The rest of the answer.
        model: The model of these parts.
        messages: What is said after the first question: the parts as they were, and the complaint.
        complaints: What the guards say.
    """

    kept: BaseModel
    model: type[BaseModel]
    messages: tuple[dict[str, str], ...]
    complaints: tuple[str, ...]


def checked(request: Request, answer: BaseModel) -> tuple[BaseModel, Reask | None]:
    """What passes the guards of an answer, and what is to be asked for again, if anything."""
    if request.guards is None:
        return answer, None
    found = request.guards.check(answer)
    if found.again is None:
        return found.kept, None
    refused = answer.model_dump_json(include=set(found.again.model_fields))
    complaints = "\n".join(f"- {complaint}" for complaint in found.complaints)
    messages = (
        {"role": "assistant", "content": refused},
        {"role": "user", "content": REASKED.format(complaints=complaints)},
    )
    return found.kept, Reask(found.kept, found.again, messages, found.complaints)


def waiting(request: Request, refused: StoredAnswer | None) -> Reask | None:
    """The re-ask that a kept first answer waits for, where it is one of parts."""
    from pydantic import ValidationError

    if request.guards is None or refused is None:
        return None
    try:
        first = request.answer_model.model_validate_json(refused.answer)
    except ValidationError:
        return None
    return checked(request, first)[1]


def completed(request: Request, reask: Reask, second: BaseModel | None) -> BaseModel:
    """The whole answer, with what the second try brought."""
    if second is None or request.guards is None:
        return reask.kept
    return request.guards.joined(reask.kept, second)
