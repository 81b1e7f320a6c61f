"""Cards with a vague question, and what a model is asked about them."""

from refiner.tasks.model import Ask
from refiner.tasks.question.task import TASK
from tests.tasks.pages import read

LOAM = "Sand, silt and clay in about equal parts make loam, and it keeps water well."
MARGA = "Arena, limo y arcilla a partes iguales forman la marga, que guarda bien el agua."


def asked(page: str) -> Ask:
    _, book = read(page)
    item = book.items[0]
    ask = TASK.ask(item, book, TASK.detect(item, book))
    assert ask is not None
    return ask
