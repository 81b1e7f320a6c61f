"""New text brings nothing into a page that the page could act on."""

from __future__ import annotations

import pytest

from refiner.tasks.guards import forbidden_part

OLD = "About loam"
PAYLOADS = [
    # invisible characters
    ("What is loam\u202e?", "a control character"),
    ("What is loam\u2066 made of\u2069?", "a control character"),
    ("What is \u200bloam?", "a control character"),
    ("What is lo\u2060am?", "a control character"),
    ("What is \ufeffloam?", "a control character"),
    ("What is loam?\x07", "a control character"),
    ("What is \x1b[31mloam\x1b[0m?", "a control character"),
    ("What is loam?\u2028- TODO pay", "a control character"),
    ("What is loam\U000e0041\U000e0042?", "a control character"),
    ("What is loam\ue000?", "a control character"),
    # images, links and addresses
    ("What is ![loam](https://evil.example/p.png)?", "an image"),
    ("What is ![loam](../assets/secret.png)?", "an image"),
    ("What is ![loam?", "an image"),
    ("What is [loam](https://evil.example)?", "a link"),
    ("What is [loam] (javascript:alert)?", "a link"),
    ("What is [loam][1]?", "a link"),
    ("What is [[loam]]?", "a link"),
    ("What is [[Passwords?", "a link"),
    ("What is ((64f0c7d9-0b3f-4a86-9d1e-2ac8b7715e60))?", "a link"),
    ("What is https://evil.example/?q=loam", "a link"),
    ("What is //evil.example/loam?", "a link"),
    ("What is www.evil.example?", "a link"),
    ("What is file:///etc/passwd?", "a link"),
    ("What is javascript:alert(1)?", "a link"),
    ("What is mailto:me@evil.example?", "a link"),
    ("What is data:text/html;base64,PHA+?", "a link"),
    # HTML
    ("What is <script>alert(1)</script> loam?", "HTML"),
    ("What is <img src=x onerror=alert(1)>?", "HTML"),
    ("What is < b>loam</ b>?", "HTML"),
    ("What is <!-- loam?", "HTML"),
    ("What is <iframe loam?", "HTML"),
    ("What is &#x3c;b&#x3e; loam?", "HTML"),
    ("What is &lt;loam?", "HTML"),
    # macros, math, tags, properties and code
    ("What is {{query (todo)}} of loam?", "a macro"),
    ("What is {{embed loam?", "a macro"),
    ("What is #+BEGIN_QUERY loam?", "a macro"),
    ("What is ${HOME} of loam?", "a macro"),
    ("What is $$x^2$$ of loam?", "math"),
    ("What is \\(x\\) of loam?", "math"),
    ("What is $\\sum$ of loam?", "math"),
    ("What is #loam?", "a tag"),
    ("What is #[[loam soil]]?", "a link"),
    ("What is collapsed:: true loam?", "a property"),
    ("What is `loam?", "an open code mark"),
    ("What is ```loam?", "an open code mark"),
    ("What is ~~~loam?", "an open code mark"),
]


@pytest.mark.parametrize(("new", "kind"), PAYLOADS, ids=[ascii(new) for new, _ in PAYLOADS])
def test_what_a_page_could_act_on_is_named(new: str, kind: str) -> None:
    assert forbidden_part(new, OLD) == kind


@pytest.mark.parametrize(
    "new",
    [
        "What is loam?",
        "¿Qué es la marga?",
        "What does `loam` return?",
        "How many g/l of salt & lime (at most) does loam hold: 5, or <5?",
        "What is C#, and what does a::b mean?",
        "Who pays $5 for it?",
        "What does AT&T do?",
        "Why is 3 < 4 and 5 > 4?",
        "What is array[i] (its first entry)?",
        "How do you read /etc/hosts?",
        "Com s'instal·la l’eina?",
    ],
)
def test_plain_words_pass(new: str) -> None:
    assert forbidden_part(new, OLD) is None


@pytest.mark.parametrize(
    "part", ["[[loam]]", "![](a.png)", "<b>", "{{cloze x}}", "$$x$$", "#soil", "\u00ad", "`loam"]
)
def test_what_the_old_text_held_may_stay(part: str) -> None:
    assert forbidden_part(f"What is {part}?", f"About {part}") is None
