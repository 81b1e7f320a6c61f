"""Sentences in which a book speaks of itself, or to its reader: they state nothing to learn.

"In the next chapter we'll see…", "do the exercises at the end", "I hope that you enjoyed…",
"click on Download".
"""

from __future__ import annotations

import re
from functools import lru_cache

_EN_PART = r"(?:book|chapter|section|part|appendix|unit|page|lesson|module|course)s?"
_ES_PART = (
    r"(?:libro|cap[ií]tulo|apartado|tema|secci[óo]n|unidad|ep[ií]grafe|anexo|ap[ée]ndice|m[óo]dulo|p[áa]gina"
    r"|lecci[óo]n|curso|cap[ií]tulos|apartados|temas|secciones|unidades)"
)
_CA_PART = (
    r"(?:llibre|cap[ií]tol|apartat|tema|secci[óo]|unitat|annex|ap[èe]ndix|m[òo]dul|p[àa]gina|lliç[óo]|curs"
    r"|cap[ií]tols|apartats|temes|seccions|unitats)"
)
_PATTERNS = (
    # a part of the book, by its place or number
    rf"(?:this|the (?:first|last|present)|next|previous|later|earlier|other|more|remaining|coming|following) {_EN_PART}\b",
    rf"rest of (?:the|this) {_EN_PART}\b",
    r"(?:chapter|appendix|section|part|figure|listing|table) (?:\d|[A-Z]\b|one\b|two\b|three\b)",
    rf"(?:este|esta|(?:el|la|los|las)?\s?(?:siguientes?|pr[óo]xim[oa]s?|anteriores?|presente)|resto del?) {_ES_PART}\b",
    rf"{_ES_PART} (?:siguientes?|pr[óo]xim[oa]s?|anteriores?|\d|[A-Z]\b)",
    rf"(?:aquesta?|(?:el|la|els|les)?\s?(?:següents?|prop?ers?|propera|properes|anteriors?|present)|resta del?) {_CA_PART}\b",
    rf"{_CA_PART} (?:següents?|anteriors?|\d|[A-Z]\b)",
    # a pointer
    r"(?:see|refer to|turn to|skip to) (?:also|chapter|section|figure|page|the|appendix|listing|table)\b",
    r"(?:as follows|here(?:'|’)s a list|the following|look at)\b",
    r"(?:v[ée]ase|vegeu|a continuaci[óo]n?|como (?:sigue|se ver[áa])|ver (?:cap[ií]tulo|secci[óo]n|figura|tambi[ée]n))\b",
    # what author and reader do together
    r"we(?:'|’)(?:ll|ve|re)\b|we (?:will|shall|have|are|saw|now|can now|looked|covered|discussed|learned|turn|move)\b",
    r"we (?:return|continue|start|begin|finish|close)\b",
    r"let(?:'|’)?s\b|let us\b|you(?:'|’)(?:ll|ve)\b|you (?:will|have (?:seen|learned|now))\b",
    r"\w{2,}(?:ar|er|ir|dr)emos\b|vamos a\b|hemos (?:visto|hablado|estudiado|dicho|comentado|aprendido|tratado)\b|vimos\b",
    r"\w{2,}[aeiu]rem\b|anem a\b|hem (?:vist|parlat|estudiat|dit|comentat|après|tractat)\b",
    # what the reader should do with the book
    r"exercises? (?:at|of|in|for)\b|(?:do|try|solve) (?:the|this|these|that) (?:\w+ )?exercises?\b|feel free\b",
    r"try (?:that|this|it)\b|ejercicios? (?:del?|al)\b|exercicis? (?:del?|al)\b|los ejercicios\b|els exercicis\b",
    # a course's own business
    r"(?:exercise|ejercicio|exercici|problem|problema|question|pregunta) \d|(?:el|del|al) (?:examen|parcial)\b",
    r"l['’]examen\b|the exam\b|transparencias\b|diapositivas\b|transpar[èe]ncies\b|diapositives\b",
    # the author as a person
    r"(?<!type )(?<!part )(?<!class )(?-i:I)(?:(?:'|’)(?:m|ve|d|ll)|\s[a-z]+)\b(?! error)|in my (?:opinion|view|experience)\b",
    r"(?:creo|pienso|opino|me (?:parece|gusta|encanta)|en mi (?:opini[óo]n|experiencia)|espero|agradezco)\b",
    r"(?:crec que|penso que|em sembla|m['’]agrada|al meu parer|espero|agraeixo)\b",
    r"(?:thanks to (?:my|the editors?|everyone|all)|congratulations)\b",
    r"gr(?:acias a (?:mi|mis|todos)|[àa]cies a (?:tots|la meva|el meu))\b",
)
_TALK = re.compile("|".join(rf"\b(?:{pattern})" for pattern in _PATTERNS), re.IGNORECASE)
# What to do at a screen.
_ORDERS = re.compile(
    r"\W*(?:\d+[.)]\s*)?(?:click|double-click|download|install|open|run|press|type|enter|select|restart|reboot|log in|log out"
    r"|copy|paste|unzip|haz clic|pulsa|descarga|instala|abre|ejecuta|teclea|escribe|selecciona|reinicia|copia|pega|descomprime"
    r"|fes clic|prem|descarrega|instal·la|obre|executa|tecleja|escriu|reinicia|enganxa|descomprimeix)"
    r"\s+(?:the|an?|your|this|that|on|in|to|it|all|and|[`\"“¤]"
    r"|el|la|los|las|els|les|una?|en|tu|su|al|a)(?=\W|$)",
    re.IGNORECASE,
)


@lru_cache(maxsize=2048)
def speaks_of_itself(sentence: str) -> bool:
    """Whether a sentence is about the book, its author, or what its reader should do at a screen."""
    return bool(_TALK.search(sentence) or _ORDERS.match(sentence))
