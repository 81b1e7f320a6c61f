"""What no text of a model may bring onto a page, whatever part of an answer holds it."""

from __future__ import annotations

import re
import unicodedata

from refiner.analysis.injection import gives_orders

# What Logseq, Markdown or a terminal takes for more than words.
_MARKS = (
    ("an HTML tag", re.compile(r"</?[A-Za-z!][^>\n]*>?")),
    ("a link", re.compile(r"https?:|www\.|\w+://|\]\(|\bjavascript:|\bdata:\w+/", re.IGNORECASE)),
    ("an image", re.compile(r"!\[")),
    ("a reference", re.compile(r"\[\[|\]\]|\(\(|\)\)")),
    ("a macro", re.compile(r"\{\{|\}\}")),
    ("a tag", re.compile(r"(?<![\w&])#[^\W\d]")),
    ("math", re.compile(r"\$\$|\\\(|\\\[")),
    ("a property", re.compile(r"^[\w-]+::|\s[\w-]+:: ")),
    ("a chat mark", re.compile(r"<\|[^|\n]*\|>|\[/?INST\]", re.IGNORECASE)),
)
_COUNTED = ("`", "$")


def unsafe(new: str, old: str, *, may_order: bool = False) -> str | None:
    """What a new text brings in that the old one did not have, or None.

    Args:
        new: What a model wrote.
        old: All of the text that it may copy from.
        may_order: Whether it may read like an order to a model: a question about "answer only …"
            does, and is grounded in its card by other guards.
    """
    for char in new:
        kind = unicodedata.category(char)
        if kind in {"Cc", "Cf", "Co", "Cs", "Cn", "Zl", "Zp"} and char != "\n" and char not in old:
            return "a control character"
    for name, pattern in _MARKS:
        if any(match[0] not in old for match in pattern.finditer(new)):
            return name
    for mark in _COUNTED:
        if mark in new and (mark not in old or new.count(mark) % 2):
            return f"`{mark}`" if mark != "`" else "a code mark"
    if not may_order and gives_orders(new):
        return "an order"
    return None
