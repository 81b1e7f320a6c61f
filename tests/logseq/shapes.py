"""Pages made of every shape that Logseq's format knows, from a seed."""

from __future__ import annotations

import random

INDENTS = ["", "", "", "\t", "\t", "\t\t", "  ", "    ", " \t", "\t\t\t"]
WORDS = [
    "alpha", "the node", "x", "se llama índice", "10 %", "señal", "a_b", "2*3", "it's", "C#",
    "key: value", "e.g.", "«cita»", "—", "a\u00a0b", "日本", "e\u0301l", "f(x)", "[1]", "a|b",
]  # fmt: skip
TAGS = [
    "#car", "#card", "#ñspace", "#flashcard", "#[[two words]]", "#O'Reilly", "#a.b", "#a.",
    "#a, b", "(#car)", "##car", "#car/x", "#a;b", "x#car", "#CAR", "#car #blue", "#", "# ", "#!",
    "#car:", "#success=1", "#{user.name}", "&#xA0;", "\\#car", "#car…", "#tag\u00a0x",
]  # fmt: skip
INLINE = [
    "`code #no`", "``a ` #no``", "`open #yes", "*it #no*", "**bold #no**", "**open #yes",
    "_under #no_", "snake_case #yes_x", "~~gone #no~~", "^^mark #no^^", "==mark #no==",
    "[label #no](https://a.b/#no)", "![alt #no](img.png)", "[not #yes] link", "[[page #no]]",
    "((64b7f6f2-0000-4000-8000-000000000000))", "{{cloze hidden #no}}", "{{open #yes",
    "https://a.b/c#no", "<https://a.b/#no>", "$x #no$", "$5 and #yes $6", "$a$ #yes", "a * b * c",
    "(see #yes)", "2 * #yes * 3", "<b>x</b>", "<span>#no</span>", "<T> #yes", "a < b", "\\(x\\)",
    "http://a.b:80/c?d=e#f, g", "ftp://x/#no", "mailto:a@b.c", "**a** #yes **b**", "***x***",
]  # fmt: skip
LINES = [
    "id:: 64b7f6f2-1111-4000-8000-000000000000", "collapsed:: true", "tags:: a, #b", "a::", "a:: ",
    "foo bar:: x", "a:b:: c", "x:: y", "custom_id:: z", "key::value", "```", "```js", "~~~", "~~~~ x",
    "````", "``` #card", "```x``` y", ":LOGBOOK:", "CLOCK: [2020-01-01 Wed 10:00:00]", ":END:",
    ":end:", ":foo: x", "* item", "+ item", "1. item", "12. item", "* ", "1.x", "> quote", "> #yes",
    "| a | b |", "|---|---|", "| #yes | `#no` |", "---", "***", "===", "## Heading", "# H #yes", "#x",
    "####### seven", "$$", "$$ x $$", "<div>", "</div>", "<!-- note", "-->", "<br>", "<T>",
    "#+BEGIN_QUOTE", "#+END_QUOTE", "#+BEGIN_SRC py", "#+END_SRC", "\\begin{x}", "\\end{x}",
    "<<<<<<< HEAD", "=======", ">>>>>>> x", ": definition", "SCHEDULED: <2020-01-01 Wed>",
    "[^1]: note", "", "", "  ", "\t", "- x", "-", "--", "-x", "– dash", "# comment", "- name: x",
]  # fmt: skip
BULLETS = [
    "- ",
    "- ",
    "- ",
    "- ",
    "-",
    "- - ",
    "-\t",
    "## ",
    "- ## ",
    "- TODO ",
    "- DONE [#A] ",
    "-  ",
]
RARE = {
    "$$", "$$ x $$", "<div>", "</div>", "<!-- note", "-->", "#+BEGIN_QUOTE", "#+END_QUOTE",
    "#+BEGIN_SRC py", "#+END_SRC", "\\begin{x}", "\\end{x}", ": definition", "<br>",
}  # fmt: skip


def make_page(rng: random.Random, *, rare: bool = True) -> str:
    """Make one page of 1 to 14 blocks.

    Args:
        rng: Where the choices come from.
        rare: Whether the constructs that real pages hardly hold may occur.
    """
    lines = [line for line in LINES if rare or line not in RARE]
    out: list[str] = []
    if rng.random() < 0.4:
        out += [rng.choice(["title:: T", "tags:: #a, b", "", "free text #x", "author:: [[A]]"])] * 2
    for _ in range(rng.randint(1, 14)):
        indent = rng.choice(INDENTS)
        out.append(indent + rng.choice(BULLETS) + _text(rng, lines))
        for _ in range(rng.choice([0, 0, 0, 1, 1, 2, 4])):
            own = rng.choice([indent + "  ", indent + "  ", indent + "  ", "", " ", indent])
            out.append(own + rng.choice([_text(rng, lines), rng.choice(lines)]))
    newline = rng.choice(["\n"] * 12 + ["\r\n"])
    return newline.join(out) + rng.choice(["", "", "\n"])


def _text(rng: random.Random, lines: list[str]) -> str:
    if rng.random() < 0.15:
        return rng.choice(lines)
    count = rng.choice([0, 1, 1, 2, 3])
    parts = [rng.choice(WORDS)]
    parts += [rng.choice(rng.choice([WORDS, TAGS, INLINE])) for _ in range(count)]
    return " ".join(parts)


def make_pages(seed: int, count: int, *, rare: bool = True) -> list[str]:
    """Make pages, the same for the same seed."""
    rng = random.Random(seed)  # noqa: S311 - reproducible, not secret
    return [make_page(rng, rare=rare) for _ in range(count)]
