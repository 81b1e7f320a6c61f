"""Text that speaks to a model instead of a reader: it is kept out of prompts and of what may be used.

The fence tells a model that text from the graph is data; a small model does not always heed it.
So sentences that give it orders are left out before anything is asked, together with the rest
of their line. What remains is what a question or a cloze may be made from. On the page nothing
changes.
"""

from __future__ import annotations

import re
from functools import lru_cache

_MARKS = r"""
    <\|[^|<>\n]{1,40}\|> | </?(?:s|data|card|passage|system|user|assistant)> | \[/?INST\] | <</?SYS>>
  | \{%.*?%\} | \{\{\s*[\w.]+\.__\w+
  | <(?:script|iframe|img|style|svg)\b
  | \#{2,}\s*(?:instructions?|system|assistant|response|user|human|instrucci[óo]n(?:es)?|sistema)\b
  | (?:^|(?<=[.!?"'>}\])]\s))(?:system|assistant|human|user|sistema|asistente|usuario|assistent)\s*(?:prompt\s*)?:\s
  | \{\s*["'](?:question|terms|verdict|reason|pregunta)["']\s*:
"""
_COMMANDS = r"""
    \b(?:ignore|disregard|forget|override|bypass)\b[^.!?\n]{0,30}?
      \b(?:instructions?|prompts?|rules|directions|guidelines|above|previous|everything|earlier)\b
  | \b(?:ignora|ignore|olvida|olvide|descarta|omite|salta|oblida|omet)\b[^.!?\n]{0,30}?
      \b(?:instrucciones|indicaciones|reglas|anterior(?:es)?|todo|prompt|instruccions|regles|anteriors|tot)\b
  | \b(?:reply|respond|answer)\s+(?:only|just|with|exactly|in\s+the\s+form)\b
  | \b(?:say|write|print|output|repeat|translate|return|type|insert)\s+
      (?:only|exactly|everything|this|the\s+(?:words?|link|text|url|phrase|system|prompt|following\s+(?:words?|text)))\b
  | {start}(?:responde|contesta|responda|respon)\s+(?:s[óo]lo|[úu]nicamente|con|siempre|només|amb|en\s+JSON)\b
  | {start}(?:escribe|escriba|repite|traduce|imprime|devuelve|di|escriu|repeteix|tradueix|imprimeix|digues)\s+
      (?:s[óo]lo|todo|exactamente|la\s+palabra|el\s+(?:enlace|texto|prompt)|només|tot|la\s+paraula|l['’]enllaç)
  | \b(?:you\s+(?:must|should|shall|will|only|have\s+to)(?:\s+now)?\s+(?:answer|reply|respond|say|write|output|obey|act))\b
  | \b(?:debes|tienes\s+que|has\s+de)\s+(?:responder|contestar|escribir|decir|obedecer|respondre|escriure|dir)\b
  | \b(?:system|initial|hidden|original)\s+prompt\b | \bprompt\s+(?:del\s+sistema|inicial)\b
  | \b(?:you\s+are\s+now|from\s+now\s+on,?\s+you|act\s+as\s+(?:an?|if)|pretend\s+(?:to\s+be|that|you)|new\s+instructions?)\b
  | {start}act[úu]a\s+como\b
  | \b(?:ahora\s+eres|a\s+partir\s+de\s+ahora|finge\s+(?:ser|que)|a\s+partir\s+d['’]ara|ara\s+ets)\b
  | \b(?:dear|attention|note\s+to(?:\s+the)?|nota\s+para(?:\s+el)?)\s+(?:ai|llm|model|assistant|chatbot|modelo|asistente)\b
  | \b(?:reviewer|approved|revisor)\b[^\n]{0,40}\b(?:approved|confidence|accept|aprobado)\b | \bset\s+(?:the\s+)?confidence\b
  | \b(?:click|visit|open|go\s+to|visita|abre|haz\s+clic\s+en|obre)\s+(?:on\s+)?(?:the|this|el|este|aquest|l['’])?\s*
      (?:link|page|site|url|enlace|p[áa]gina|enllaç|\[[^\]]*\]\(|https?:)
  | \b(?:enter|send|paste|reveal|introduce|env[íi]a|pega)\s+(?:me\s+)?(?:your|the|tu|su|la)\s+(?:api\s+)?
      (?:key|password|token|secret|clave|contraseña|credentials)\b
"""
# Spanish and Catalan orders look like statements; at a sentence's start they are orders.
_START = r"""(?:^|(?<=[.!?:;,¡"'»})\]]\s)|(?<=¡)|(?<=\b[yi]\s)|(?<=\bfavor\s))"""
ORDER = re.compile(f"{_MARKS}|{_COMMANDS.replace('{start}', _START)}", re.VERBOSE | re.IGNORECASE)
_SENTENCE_START = re.compile(r"(?<=[.!?…])[\"”»')\]]*\s+")


def gives_orders(text: str) -> bool:
    """Whether a text speaks to a model."""
    return ORDER.search(text) is not None


@lru_cache(maxsize=2048)
def without_orders(text: str) -> str:
    """The text without what speaks to a model: from that sentence on to the end of its line."""
    if ORDER.search(text) is None:
        return text
    kept = []
    for line in text.split("\n"):
        found = ORDER.search(line)
        if found is None:
            kept.append(line)
            continue
        starts = [match.end() for match in _SENTENCE_START.finditer(line, 0, found.start() + 1)]
        kept.append(line[: max([0, *(at for at in starts if at <= found.start())])].rstrip())
    return "\n".join(kept)
