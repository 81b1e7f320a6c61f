"""Topics in a form that a template can ask for: `Types of X`, `Ejemplo de X`, `Sobre cómo X`."""

from __future__ import annotations

import re
from typing import NamedTuple

# A question that somebody typed as a topic, with or without its accents: `Acerca de como se instala`.
_ASKING = {
    "como": "cómo",
    "por que": "por qué",
    "porque": "por qué",
    "para que": "para qué",
    "que": "qué",
    "cual": "cuál",
    "cuales": "cuáles",
    "cuando": "cuándo",
    "donde": "dónde",
    "quien": "quién",
    "quienes": "quiénes",
    "cuanto": "cuánto",
    "cuanta": "cuánta",
    "cuantos": "cuántos",
    "cuantas": "cuántas",
    "per que": "per què",
    "perque": "per què",
}

_LONGEST_ASKED = 30


class Form(NamedTuple):
    """A topic's form in one language: the pattern up to the topic, and the beginning of a question.

    `most_words` is how long a question may be that the template makes.
    """

    rule: str
    pattern: re.Pattern[str]
    template: str
    most_words: int = 10

    def beginning(self, match: re.Match[str]) -> str:
        """What stands before the topic in the question."""
        groups = [group.lower() for group in match.groups(default="")]
        if self.rule == "about":
            asked = _ASKING.get(" ".join(groups[0].split()), groups[0])
            groups = [asked[0].upper() + asked[1:]]
        return self.template.format(*groups)


def _form(rule: str, pattern: str, template: str, most_words: int = 10) -> Form:
    return Form(rule, re.compile(pattern, re.IGNORECASE), template, most_words)


FORMS: dict[str, tuple[Form, ...]] = {
    "en": (
        _form("types-of", r"(?:the\s+)?(types|kinds) of\s+(?=\S)", "What are the {0} of "),
        _form(
            "parts-of",
            r"(?:the\s+)?(parts|components|elements) of\s+(?=\S)",
            "What are the {0} of ",
        ),
        _form("example-of", r"(?:an?\s+)?example (?:of|for)\s+(?=\S)", "What is an example of "),
        _form(
            "example-of",
            r"(?:some\s+)?(use case examples|examples) of\s+(?=\S)",
            "What are {0} of ",
        ),
    ),
    "es": (
        _form("types-of", r"(?:los\s+)?(tipos) de(l?)\s+(?=\S)", "¿Cuáles son los {0} de{1} "),
        _form("types-of", r"(?:las\s+)?(clases) de(l?)\s+(?=\S)", "¿Cuáles son las {0} de{1} "),
        _form("parts-of", r"(?:las\s+)?(partes) de(l?)\s+(?=\S)", "¿Cuáles son las {0} de{1} "),
        _form(
            "parts-of",
            r"(?:los\s+)?(componentes|elementos) de(l?)\s+(?=\S)",
            "¿Cuáles son los {0} de{1} ",
        ),
        _form("example-of", r"(?:un\s+)?ejemplo de(l?)\s+(?=\S)", "¿Cuál es un ejemplo de{0} "),
        _form("example-of", r"ejemplos de(l?)\s+(?=\S)", "¿Cuáles son ejemplos de{0} "),
        _form(
            "about",
            r"(?:sobre|acerca de|en cuanto a|respecto a)\s+(por\s?qu[ée]|para\s+qu[ée]|c[óo]mo|qu[ée]|cu[áa]l(?:es)?|cu[áa]ndo"
            r"|d[óo]nde|qui[ée]n(?:es)?|cu[áa]nt[oa]s?)\s+(?=\S)",
            "¿{0} ",
            _LONGEST_ASKED,
        ),
    ),
    "ca": (
        _form(
            "types-of",
            r"(?:els\s+)?(tipus) (de\s+|d['’]|del\s+|dels\s+)(?=\S)",
            "Quins són els {0} {1}",
        ),
        _form(
            "parts-of",
            r"(?:les\s+)?(parts) (de\s+|d['’]|del\s+|dels\s+)(?=\S)",
            "Quines són les {0} {1}",
        ),
        _form(
            "parts-of",
            r"(?:els\s+)?(components|elements) (de\s+|d['’]|del\s+)(?=\S)",
            "Quins són els {0} {1}",
        ),
        _form(
            "example-of", r"(?:un\s+)?exemple (de\s+|d['’]|del\s+)(?=\S)", "Quin és un exemple {0}"
        ),
        _form("example-of", r"exemples (de\s+|d['’]|del\s+)(?=\S)", "Quins són exemples {0}"),
        _form(
            "about",
            r"(?:sobre|quant a|pel que fa a)\s+(per\s?qu[èe]|com|qu[èe]|quan|on|qui|quin[ae]?s?)\s+(?=\S)",
            "{0} ",
            _LONGEST_ASKED,
        ),
    ),
}
