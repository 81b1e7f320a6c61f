"""Which language a listing is in, by the signs that only it has."""

from __future__ import annotations

import re

# Most telling first; the first whose sign is found names the language.
_PYTHON_LINE = (
    r"^\s*(?:import \w[\w.]*(?: as \w+)?|if .+:|elif .+:|for \w+ in .+:|while .+:|print\(.*\))\s*$"
)
_SQL = (
    r"^\s*(?:SELECT|INSERT INTO|UPDATE|DELETE FROM|CREATE (?:TABLE|INDEX|VIEW)|ALTER TABLE|"
    r"DROP TABLE|WITH \w+ AS)\b"
)
_JAVA = (
    r"\b(?:public|private|protected)\s+(?:static\s+|final\s+|abstract\s+)*[\w<>\[\]]+|System\.out|"
    r"^\s*@(?:Override|Test|Bean|Autowired|Entity|Service)\b|\bnew \w+(?:<.*>)?\(.*\);|"
    r"\b(?:class|interface|enum|record) \w+.*\{"
)
_JAVASCRIPT = r"\b(?:const|let) \w+ =|\bfunction\b|=> |console\.log|require\(|module\.exports"
_C = (
    r"^\s*#include\b|\bprintf\(|\bint main\(|\b(?:int|char|void|struct \w+)\s*\*\s*\w+|\w->\w|"
    r"\bmalloc\(|\bsizeof\b|\bstruct \w+\s*\{"
)
_BASH = (
    r"^\s*(?:#!/bin/(?:ba)?sh|export \w+=|sudo |apt-get |docker |kubectl |git |npm |pip |"
    r"curl |wget |mvn |helm |cd |mkdir |chmod |echo |ip \w+ |cp |mv |rm |ssh |scp |rsync |systemctl |"
    r"for \w+ in .*; ?do$|while .*; ?do$|if \[.*; ?then$|case \S+ in$|(?:do|then|fi|done|esac)\s*$)"
)
_HTML = r"^\s*<(?:!DOCTYPE html|html|head|body|div|span|p|a|ul|li|script|form|input)\b"
_NGINX = r"^\s*(?:location\s+(?:[=~^*]+\s+)?/|proxy_pass\s|server_name\s|listen\s+\d+;)"
_PHP = r"<\?php|^\s*\$\w+\s*=.*;|\$this->"
_HCL = (
    r"^\s*(?:resource|provider|variable|module|data|output|terraform|locals)\s*(?:\"[\w-]+\"\s*)*\{"
)
# Statements that several languages with braces share: most people's are Java's.
_DECLARATION = (
    r"^\s*(?:final\s+)?(?:(?:byte|short|int|long|float|double|boolean|char)(?:\[\])*|String(?:\[\])*"
    r"|[A-Z]\w*<[\w<>, ]*>)\s+\w+\s*=|\bcatch\s*\([A-Z]\w+"
    r"|^\s*[A-Z]\w+\s+\w+\s*=\s*(?:new\s+)?[A-Z]\w*[.(]"
)
_SIGNS = (
    ("php", _PHP),
    ("nginx", _NGINX),
    ("hcl", _HCL),
    ("console", r"^\s*(?:[$%]\s\S|[\w.-]+@[\w.-]+:\S*[$#]\s)"),
    ("python", r"^\s*(?:def \w+\(.*\).*:|class \w+(?:\(.*\))?:|from \w[\w.]* import |>>> )"),
    ("python", _PYTHON_LINE),
    ("go", r"^\s*(?:func (?:\(\w+ \*?\w+\) )?\w+\(|package \w+\s*$)|:= "),
    (
        "rust",
        r"^\s*(?:pub )?fn \w+.*\{|\blet mut\b|\bprintln!\(|\bimpl\b.*\bfor\b.*\{|^\s*#!?\[\w+",
    ),
    ("html", _HTML),
    ("xml", r"^\s*(?:<\?xml|</?[\w:.-]+(?:\s[^>]*)?/?>)"),
    ("sql", _SQL),
    ("dockerfile", r"^\s*FROM [\w./:-]+(?: AS \w+)?\s*$|^\s*(?:ENTRYPOINT|CMD) \["),
    ("javascript", _JAVASCRIPT),
    ("java", _JAVA),
    ("javascript", r"\bvar \w+ ="),
    ("c", _C),
    ("java", _DECLARATION),
    ("javascript", r"\bcatch\s*\(\w+\)|\bdocument\.|=== "),
    ("css", r"^\s*[.#]?[\w-]+(?:[\s,>][.#]?[\w-]+)*\s*\{[^}]*:\s*[^;{}]+;"),
    ("json", r"^\s*[{\[]\s*(?:\"[^\"]*\"\s*:|$)"),
    ("bash", _BASH),
    ("properties", r"\A(?:[a-z][\w-]*(?:\.[\w-]+)+ ?= ?\S.*(?:\n|\Z))+\Z"),
    ("ini", r"^\s*\[[\w .-]+\]\s*$|\A(?:[\w.-]+ ?= ?\S.*\n?)+\Z"),
)
_PATTERNS = tuple((lang, re.compile(sign, re.MULTILINE)) for lang, sign in _SIGNS)
_YAML_ROW = re.compile(r"\s*(?:-\s+)?[\"']?[\w./$-]+[\"']?:(?:\s+\S.*)?$|\s*-\s+\S.*$|\s*#.*$")


def code_language(code: str) -> str:
    """The language of a listing as fences name it, or "" where no sign tells.

    Args:
        code: The listing's lines, without a caption.
    """
    rows = [row for row in code.split("\n") if row.strip()]
    if rows and all(_YAML_ROW.match(row) for row in rows) and ":" in code:
        return "yaml"
    return next((lang for lang, sign in _PATTERNS if sign.search(code)), "")
