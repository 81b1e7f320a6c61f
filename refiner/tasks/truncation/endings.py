"""Whether a text stops, or begins, in the middle of something, and of what."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from refiner.analysis.lines import Line, indentation, is_prose_like, masked, read_lines

if TYPE_CHECKING:
    from refiner.cards import Text


class Cut(NamedTuple):
    """Where a text is cut.

    Attributes:
        cause: The rule's name, as in the golden samples.
        start: First character of what shows it; `end` is half-open.
        detail: What was seen, for the person.
        is_sure: Whether the rule decides alone.
    """

    cause: str
    start: int
    end: int
    detail: str
    is_sure: bool = True


_END_MARK = re.compile(r"[.!?…][\"'”’»)\]*_¤¹²³\d]*\s*$|[。！？]\s*$")
_LAST_WORD = re.compile(r"([^\W\d_]+)['’]?[*_]*\s*$")
_STRAY_LINE = re.compile(r"[^\W\d_]{1,2}$")
_STRAY_TAIL = re.compile(r"[.!?][\"”»)]?\s+(?P<stray>[A-ZÀ-Ý][a-zà-ÿ]?)$")
_STRAY_BLOCK = re.compile(r"(?!(?:No|Sí|Go|Ok|Si)$)[A-ZÀ-Ý][a-zà-ÿ]?")
_NUMERAL = re.compile(r"[IVXivx]+$")
_CUT_WORD = re.compile(r"[^\W\d_]{2,}[-‐\u00ad]$")

_NOUN = (
    "figures?|figura|listings?|listado|llistat|tables?|tabla|taula|sections?|sección|secció|"
    "chapters?|capítulo|capítol|apartado|apartat|examples?|ejemplo|exemple|appendix|apéndice|pages?|"
    "página|pàgina|code|código|codi|diagram|diagrama|image|imagen|imatge|cuadro|quadre|gráfico|"
    "gràfic|esquema|lámina|làmina|map|mapa|chart|plate|box"
)
_POINTING = (
    "the|this|these|following|next|previous|above|below|la|el|los|las|els|les|al|als|del|dels|este|"
    "esta|aquest|aquesta|siguiente|anterior|següent|l['’]"
)
_TOLD = (
    "described|shown|explained|discussed|illustrated|listed|mentioned|depicted|presented|outlined|"
    "demonstrated|defined|seen"
)
_CUENTA = (
    "describe|describen|muestra|muestran|explica|ve|indica|ilustra|detalla|aprecia|comenta|"
    "mencionó|vio|explicó|observa|puede ver"
)
_CONTA = "descriu|mostra|explica|veu|indica|il·lustra|detalla|observa|comenta|pot veure"
_DANGLING = re.compile(
    rf"""(?:^|[\s(,;])(?:
        as\s(?:is\s|was\s|we\s|you\s)?(?:have\s|can\s|will\s)?(?:{_TOLD}|see)
          (?:\s(?:in|by|on|at|with))?
      | (?:is|are|was|were|be)\s(?:{_TOLD})\s(?:in|by|on|at|with)
      | (?:tal\s(?:y\s)?como|como|según)\sse\s(?:{_CUENTA})(?:\sen)?
      | (?:tal\s(?:i\s)?com|com|segons)\s(?:es\s|s['’])(?:{_CONTA})(?:\s(?:a|en))?
      | (?:como|según)\s(?:ya\s)?(?:hemos|habíamos|se\sha)\s(?:visto|dicho|explicado|comentado)(?:\sen)?
      | (?:com|segons)\s(?:ja\s)?(?:hem|havíem|s['’]ha)\s(?:vist|dit|explicat|comentat)(?:\s(?:a|en))?
      | (?:pued\w+|pod\w+)\s(?:consultar(?:se)?|ver(?:se)?|veure('s)?)\s(?:en|a)
      | (?:descrit[oa]s?|mostrad[oa]s?|explicad[oa]s?|ilustrad[oa]s?)\sen
      | (?:see|refer\sto|ver|véase|vea|consulte|vegeu|veure|consulteu)
      | (?:in|on|en|a)(?=\s+(?:{_POINTING}|{_NOUN})\b)
    )
    (?:\s+(?:{_POINTING}))*(?:\s*(?:{_NOUN}))?[(]?\s*$""",
    re.VERBOSE | re.IGNORECASE,
)
# A bare "in the" is no reference: the words below speak for it.
_NEEDS_NOUN = re.compile(rf"(?:{_NOUN}|following|siguiente|següent)\s*$", re.IGNORECASE)
_PREPOSED = re.compile(r"[\s(,;]?(?:in|on|en|a)\s", re.IGNORECASE)

# Words after which something has to come.
_OPEN_ENDED = """
    the a an and or but nor which whose than because while its their your our into onto via from of
    to with if unless whether between during without within through is are was were be been has have
    will would should can could may might must every
    el los las la un una unos unas de del y e o u que con por para en su sus al como pero cuyo cuya
    cuyos cuyas sin sobre entre desde hasta según ni porque cuando se es son está están ha han puede
    pueden lo cada muy tan sido siendo haber sino
    els les uns unes dels i amb per pels pel als seu seva seus seves com però sense fins perquè
    quan és són pot poden cada tan sinó d l
"""
_OPEN = frozenset(_OPEN_ENDED.split())
# No question ends so, not even one with its preposition at the end.
_OPEN_IN_QUESTION = """
    the a an and or but because than whose if unless its their
    el los las un una unos unas de del y e o u que con por para en su sus al pero porque sin
    els les uns unes dels i amb per pel però perquè
"""
_OPEN_QUESTION = frozenset(_OPEN_IN_QUESTION.split())
_OPEN_IN_LONG = frozenset(("in", "on", "by", "for", "at", "as", "not", "when", "where", "that"))
_LONG = 10
_SHORT = 4
# English may leave these at the end of a clause: "the host that it runs on".
_STRANDED = frozenset(
    ("of", "to", "from", "with", "into", "in", "on", "by", "for", "at", "through", "without")
)
_RELATIVE = re.compile(
    r"\b(?:that|which|whom|what|where)(?:\s+[\w'’-]+){2,7}$"
    r"|(?<!\bso)(?<!\bif)(?<!\bas)(?<!\band)(?<!\bwhen)(?<!\bbefore)(?<!,)\s(?:it|he|she|they|we|you)\s+[\w'’-]+$"
)
_DETERMINERS = frozenset(("the", "a", "an", "its", "their", "each", "this", "these", "any", "no"))
# A definition needs no full stop: "a civil wrong that is no breach of contract".
_DEFINITION = re.compile(
    r"(?:an?|the|to|els?|l[aeo]s?|una?|unes|que|quan|cuando|when)\b|l['’]", re.IGNORECASE
)
_LONGEST_DEFINITION = 24
_ENDED_BEFORE = re.compile(r"[.!?…][\"'”’»)\]]*\s+[\"'“«(\[¿¡]*[A-ZÀ-Ý]")
_LEAST_LAST = 4
_SUBJECT_ONLY = re.compile(
    r"(?:The|This|These|An?|El|La|Los|Las|Este|Esta|Una?|Els|Les|Aquest|Aquesta)\s[a-zà-ÿ]+$"
)

_KEY_ONLY = re.compile(r"\s*(?:-\s+)?[\"']?[A-Za-z_][\w./$-]*[\"']?:\s*$")
# Keys that may well stand last and empty: named volumes, triggers.
_EMPTY_KEY_PARENT = re.compile(r"\s*(?:volumes|networks|on|secrets|configs)\s*:\s*$")
_CODE_OPEN = re.compile(r"(?:[{(\[,=\\+]|&&|\|\|?|->|=>|<<|(?<=[\w)\]])\s*:)\s*$")
_HEADER = re.compile(
    r"\s*(?:def|class|if|elif|else|for|while|try|except|finally|with|async|match|case)\b.*:\s*$"
)
_BRACES = re.compile(r"[{}]")
_PAIRS = {")": "(", "]": "[", "”": "“", "»": "«"}
_OPENERS = frozenset(_PAIRS.values())
_NO_BRACKET = re.compile(r"(?<=\s)[:;]-?[()](?=\s|$)|^\s*\w{1,2}\)")

_CONTINUING = re.compile(
    r"[,;)\]](?!\w)|(?:and|or|but|nor|which|whose|than|y|e|o|u|pero|sino|cuyo|cuya|cuyos|cuyas|ni|"
    r"però|sinó)\s+[^\W\d_]+[\s,]|(?:of|in|to|for|from|with|by|through)\s+(?:which|whom)\s|"
    r"(?:de|en|a|con|por|amb|per)\s?(?:los|las|les|els|l?[ao]|el)?\s(?:cuales|cual|quals|qual)\s|"
    r"dels?\s(?:quals?|cuales)\s"
)
_SMALL_WORD = re.compile(r"[a-zà-ÿ]+(?=[\s,;])")
_OPEN_START = re.compile(
    r"(?:of|in|to|for|from|with|by|through|into|onto|at|on|than|that|is|are|was|were|has|have|had|de|del|en|con|por|para"
    r"|que|es|son|fue|ha|han|amb|per|dels?|és|són)\s"
)
_LEAST_START = 6
_LEAST_UNSURE = 8
_QUOTED = 40


def cut_at_end(text: Text) -> Cut | None:
    """How the text stops in the middle, or None where its end is an end."""
    fence = _last_fence(text)
    if fence is not None:
        return _fenced_end(text, *fence)
    plain = masked(text)
    lines = [line for line in read_lines(plain) if plain[line.start : line.end].strip()]
    if not lines:
        return None
    last = lines[-1]
    written = plain[last.start : last.end].rstrip()
    if last.kind == "caption" or not written.strip(" ¤*_.,;:()[]"):
        return None
    if last.kind in {"code", "table"}:
        return _stray(plain, lines) or _code_end(plain, lines, text)
    return _stray(plain, lines) or _prose_end(text, plain, lines, written)


def cut_at_start(text: Text, *, is_rest: bool = False, is_passage: bool = False) -> Cut | None:
    """How the text begins in the middle, or None.

    Args:
        text: The text.
        is_rest: Whether the card says that it goes on from another: then a small letter is enough.
        is_passage: Whether it was copied as it stands: an answer may well begin with "by hashing…".
    """
    plain = masked(text)
    bare = plain.lstrip(" \n*_")
    at = len(plain) - len(bare)
    lines = [line for line in read_lines(plain) if plain[line.start : line.end].strip()]
    if not lines or lines[0].kind in {"code", "table", "caption"}:
        return None
    first = plain[lines[0].start : lines[0].end].strip()
    if len(lines) > 1 and re.fullmatch(r"[^\W\d_]", first) and lines[1].kind == "prose":
        return Cut("stray-letters", at, at + 1, f'a stray "{first}" stands before the text')
    is_open = (
        _CONTINUING.match(bare)
        or (is_rest and _SMALL_WORD.match(bare))
        or (is_passage and _OPEN_START.match(bare) and _ENDED_BEFORE.search(bare))
    )
    if is_open and len(bare.split()) >= _LEAST_START:
        shown = " ".join(bare.split()[:4])
        return Cut("starts-mid-sentence", at, at + len(shown), f'begins with "{shown}…"')
    return None


def cut_to_letters(text: Text, before: Text) -> Cut | None:
    """A block of one or two letters behind a block of whole sentences: the next page's first."""
    bare = text.text.strip()
    if _STRAY_BLOCK.fullmatch(bare) is None or _NUMERAL.match(bare):
        return None
    if len(before.text.split()) < _LEAST_UNSURE or not _END_MARK.search(before.text.rstrip("*_ ")):
        return None
    at = text.text.index(bare)
    return Cut("stray-letters", at, at + len(bare), f'a stray "{bare}" stands at the end')


def cut_question(text: Text) -> Cut | None:
    """How a question stops in the middle: a person leaves out the mark, but no word that others need."""
    plain = masked(text)
    bare = plain.rstrip(" \n*_")
    last = _LAST_WORD.search(bare)
    if last is None or last[1] not in _OPEN_QUESTION or len(bare.split()) < _LEAST_START:
        return None
    at = bare.rfind("\n") + 1
    return Cut("mid-sentence", at, len(bare), f'stops at "{_shown(bare[at:])}"')


def _last_fence(text: Text) -> tuple[int, int] | None:
    end = len(text.text.rstrip())
    for part in text.protected:
        if part.kind == "fence" and part.start < end <= part.end:
            return part.start, part.end
    return None


def _fenced_end(text: Text, start: int, end: int) -> Cut | None:
    rows = text.text[start:end].rstrip().split("\n")[1:-1]
    code = "\n".join(rows)
    at = start + text.text[start:end].find("\n") + 1
    lines = [
        Line(
            line.start, line.end, "code", is_yaml=bool(_KEY_ONLY.match(code[line.start : line.end]))
        )
        for line in read_lines(code)
        if code[line.start : line.end].strip()
    ]
    cut = _code_end(code, lines) if lines else None
    return cut and cut._replace(start=cut.start + at, end=cut.end + at)


def _stray(plain: str, lines: list[Line]) -> Cut | None:
    last = lines[-1]
    written = plain[last.start : last.end].strip()
    if len(lines) > 1 and _STRAY_LINE.match(written) and not _NUMERAL.match(written):
        if lines[-2].kind in {"prose", "caption", "heading"}:
            return Cut(
                "stray-letters", last.start, last.end, f'a stray "{written}" stands at the end'
            )
        return None
    tail = _STRAY_TAIL.search(plain[last.start : last.end].rstrip())
    if tail is not None and not _NUMERAL.match(tail["stray"]):
        start, end = (last.start + at for at in tail.span("stray"))
        return Cut("stray-letters", start, end, f'a stray "{tail["stray"]}" stands at the end')
    return None


def _code_end(plain: str, lines: list[Line], text: Text | None = None) -> Cut | None:
    last = lines[-1]
    written = plain[last.start : last.end]
    run = lines[-1:]
    for line in reversed(lines[:-1]):
        if line.kind not in {"code", "blank"}:
            break
        run.insert(0, line)
    code = [
        (indentation(text, line.start) if text else "") + plain[line.start : line.end]
        for line in run
    ]
    detail = f'listing stops after "{_shown(written)}"'
    is_open = (
        _KEY_ONLY.match(written) is not None and last.is_yaml and not _may_be_empty(code)
    ) or (not last.is_yaml and _is_open_code(written, len(code)))
    if is_open:
        return Cut("listing", last.start, last.end, detail)
    braces = "".join(_BRACES.findall(" ".join(code)))
    is_elided = "..." in written or "…" in written
    if len(code) > 1 and braces.count("{") > braces.count("}") and not is_elided:
        return Cut("listing", last.start, last.end, f'{detail}, with a "{{" left open')
    return None


def _may_be_empty(code: list[str]) -> bool:
    """Whether an empty last key is fine, because it only names something."""
    own = _depth(code[-1])
    for line in reversed(code[:-1]):
        if _depth(line) < own:
            return _EMPTY_KEY_PARENT.match(line) is not None
    return False


def _depth(line: str) -> int:
    return len(line) - len(line.lstrip())


def _is_open_code(written: str, count: int) -> bool:
    if _HEADER.match(written):
        return True
    return count > 1 and _CODE_OPEN.search(written) is not None


def _prose_end(text: Text, plain: str, lines: list[Line], written: str) -> Cut | None:
    last = lines[-1]
    end = last.start + len(written)
    bare = written.rstrip("*_ ")
    if bare.endswith(":") and not bare.endswith("::"):
        return Cut("colon", end - 1, end, f'nothing follows "{_shown(bare)}"')
    if _END_MARK.search(bare) or bare.endswith(";") or _ends_with_link(text, end):
        return None
    count = len(bare.split())
    stop = f'stops at "{_shown(bare)}"'
    dangling = _DANGLING.search(bare)
    opened = _unclosed(plain, lines)
    if dangling and count >= _SHORT and _is_reference(dangling[0]):
        cut = Cut("dangling-reference", last.start + dangling.start(), end, stop)
    elif bare.endswith(",") or _CUT_WORD.search(bare) or _is_open_ended(bare, count):
        cut = Cut("mid-sentence", last.start, end, stop)
    elif opened is not None:
        cut = Cut("unclosed", opened, end, f'a "{plain[opened]}" is never closed, {stop}')
    elif last.kind == "prose" and _LAST_WORD.search(bare) and is_prose_like(bare):
        is_sure = _breaks_habit(bare)
        if not is_sure and (count < _LEAST_UNSURE or _is_definition(plain, bare, count)):
            return None
        cut = Cut("mid-sentence", last.start, end, stop, is_sure)
    else:
        return None
    return cut


def _breaks_habit(bare: str) -> bool:
    """Whether the sentences before end with a mark and the last, of some length, does not."""
    ended = [match.end() for match in _ENDED_BEFORE.finditer(bare)]
    if not ended:
        return False
    tail = bare[ended[-1] - 1 :]
    return len(tail.split()) >= _LEAST_LAST or _SUBJECT_ONLY.match(tail) is not None


def _is_definition(plain: str, bare: str, count: int) -> bool:
    is_whole = plain.strip(" \n*_") == bare.strip(" *_")
    return is_whole and count <= _LONGEST_DEFINITION and _DEFINITION.match(bare) is not None


def _ends_with_link(text: Text, end: int) -> bool:
    return any(
        part.end == end and part.kind in {"url", "link", "image", "page_ref", "block_ref"}
        for part in text.protected
    )


def _is_reference(found: str) -> bool:
    return not _PREPOSED.match(found) or bool(_NEEDS_NOUN.search(found))


def _is_open_ended(bare: str, count: int) -> bool:
    last = _LAST_WORD.search(bare)
    if last is None or not last[1].islower() or count < _SHORT:
        return False
    if last[1] in _STRANDED and _is_stranded(bare[: last.start()]):
        return False
    return last[1] in _OPEN or (count >= _LONG and last[1] in _OPEN_IN_LONG)


def _is_stranded(before: str) -> bool:
    """Whether a preposition behind these words belongs to a relative clause, and nothing is missing."""
    words = before.lower().split()
    return _RELATIVE.search(before.lower().rstrip()) is not None and not (
        set(words[-2:]) & _DETERMINERS
    )


def _unclosed(plain: str, lines: list[Line]) -> int | None:
    """The bracket or quote of the last paragraph that is opened and never closed."""
    opened: list[int] = []
    start = lines[-1].start
    written = _NO_BRACKET.sub(lambda match: " " * len(match[0]), plain[start : lines[-1].end])
    for at, char in enumerate(written):
        if char in _OPENERS:
            opened.append(at)
        elif char in _PAIRS and opened and written[opened[-1]] == _PAIRS[char]:
            opened.pop()
    if opened:
        return start + opened[-1]
    quotes = [at for at, char in enumerate(written) if char == '"']
    if len(quotes) % 2 and re.match(r"\w", written[quotes[-1] + 1 : quotes[-1] + 2]):
        return start + quotes[-1]
    return None


def _shown(written: str) -> str:
    """The last words of a line, as few as tell the place."""
    bare = " ".join(re.sub("¤+", "…", written).split())
    if len(bare) <= _QUOTED:
        return bare
    tail = bare[-_QUOTED:]
    return "…" + tail[tail.find(" ") + 1 :]
