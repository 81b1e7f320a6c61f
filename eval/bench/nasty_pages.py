"""Pages that ask the most of a parser: each shape repeated until the page has its size."""

from __future__ import annotations

SHAPES = {
    "unclosed fences": "- a\n  ```yaml\n  - b\n- ~~~x\n",
    "fence openers without closer": "- text ``` #a\n",
    "drawers without end": "- a\n  :LOGBOOK:\n  b\n",
    "html without end": "- <div>\n  <b> <!-- x\n",
    "begin without end": "- a\n  #+BEGIN_QUOTE\n  x\n",
    "math without end": "- a $$\n  $$\n  \\(x \\[y\n",
    "properties": "- a\n  id:: x\n  text\n  b:: c\n",
    "lists": "- a\n  * b\n    1. c\n  + d\n",
    "quotes": "- a\n  > b\n  c\n",
    "footnotes": "- a\n  [^1]: note here\n  b\n",
    "definitions": "- a\n  term\n  : what\n",
    "blank lines": "- a\n\n\n  \n",
    "one line of words": "word ",
    "one line of one word": "a",
    "one line of tags": "#tag ",
    "one line of hashes": "#",
    "one line of emphasis": "*a _b **c __d ~~e ==f ^^g ",
    "one line of closed emphasis": "*a* _b_ **c** ",
    "one line of code marks": "`a ``b ",
    "one line of backticks": "`",
    "one line of brackets": "[a [[b ![c ",
    "one line of open brackets": "[",
    "one line of links without end": "[c](d ",
    "one line of links": "[c](d(e)) ",
    "one line of macros": "{{f {{{g ((h ",
    "one line of math": "$a $$b \\(c \\[d ",
    "one line of angles": "<a <b> <!-- <c:d ",
    "one line of escapes": "\\",
    "one line of everything": "*a _b `c [d](e {{f ((g #h $i <b> ",
    "one block of many lines": "  text with `code` and #tag\n",
    "one block of many properties": "  key:: value\n",
    "one block of many fences": "  ```\n  code\n  ```\n",
}


def nasty_page(shape: str, size: int) -> bytes:
    """A page of one shape, of so many bytes or a few more; one line where its name says so."""
    unit = SHAPES[shape].encode()
    head = b"- " if shape.startswith("one ") else b""
    if shape.startswith("one block"):
        head += b"block\n"
    return head + unit * (size // len(unit) + 1)


def deep_page(size: int) -> bytes:
    """A page whose every block is the child of the one before."""
    lines: list[bytes] = []
    length = 0
    while length < size:
        lines.append(b"\t" * len(lines) + b"- x #a\n")
        length += len(lines[-1])
    return b"".join(lines)
