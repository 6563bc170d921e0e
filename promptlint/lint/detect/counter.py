"""KV103: usage meters and running counts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import islice

from promptlint.lint.detect.examples import EXAMPLE, Examples, lowered
from promptlint.lint.detect.match import MOST, REMEMBERED, Match, disjoint

_NUMBER = r"~?\d[\d,.' ]{0,12}(?<=\d)[km]?"  # 1,085 or 12.3k
_UNIT = (
    r"(?:tok(?:en)?s?|char(?:acter)?s?|words?|lines?|bytes?|[kmg]i?b|messages?|msgs?|turns?|(?:tool |api |"
    r"function )?calls?|requests?|credits?|"
    r"steps?|iterations?|rounds?|attempts?|searches|queries|zeichen|caractères|caracteres|mots|nachrichten|"
    r"entries|memories)"
)
_USED = (
    r"(?:used|left|remain(?:ing|s)?|so far|spent|consumed|full|available|elapsed|already|verbraucht|verwendet|"
    r"übrig|verbleibend|"
    r"utilisés?|restants?|usad[oa]s|restantes|usati|rimanenti|использовано|осталось)"
)
_METERED = (
    r"(?:context(?: window)?|memory|tokens?|budget|usage|quota|capacity|credits?|(?:tool )?calls?|turns?|"
    r"messages?|requests?|steps?|storage|"
    r"rate limit|cost|balance|session)"
)
# Each of a lower-cased line that has a digit; the value is the whole match.
_METERS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (kind, re.compile(pattern))
    for kind, pattern in (
        (
            "usage meter",
            rf"[\[(]\s?\d{{1,3}}(?:\.\d+)?\s?%[^\])\n\d]{{0,20}}{_NUMBER}\s?(?:/|of)\s?{_NUMBER}[^\])\n]{{0,24}}[\])]",
        ),
        (
            "usage meter",
            (
                rf"(?<![\w/.]){_NUMBER}\s?(?:/|(?:out )?of(?: the)?)\s?{_NUMBER}[\s-]?{_UNIT}\b(?:\s(?:are |were "
                rf")?{_USED})?(?!-)"
            ),
        ),
        (
            "usage meter",
            (
                rf"(?<![\w.])\d{{1,3}}(?:\.\d+)?\s?%\s(?:of (?:the |your )?)?(?:{_METERED}\s)?(?:is |has been |was "
                rf")?{_USED}\b"
            ),
        ),
        (
            "usage meter",
            (
                rf"(?<!\w){_METERED}[\s_-](?:window[\s_-])?(?:usage|use|{_USED})[\"'`*]*(?:\s?[:：]\s?|"
                rf"=)[\"'`*]*(?:[$€£]\s?)?{_NUMBER}\s?%?(?:\s?/\s?{_NUMBER})?"
            ),
        ),
        (
            "usage meter",
            (
                rf"(?<!\w)(?:{_USED}|total)[\s_-]{_METERED}[\"'`*]*(?:\s?[:：]\s?|"
                rf"=)[\"'`*]*(?:[$€£]\s?)?{_NUMBER}\s?%?(?:\s?/\s?{_NUMBER})?"
            ),
        ),
        (
            "usage meter",
            rf"(?<!\w){_METERED}[\"'`*]*(?:\s?[:：]\s?|=)[\"'`*]*{_NUMBER}\s?(?:/|(?:out )?of)\s?{_NUMBER}(?!\w)",
        ),
        ("usage meter", rf"(?<!\w)(?:{_METERED}|usage)[\"'`*]*(?:\s?[:：]\s?|=)\d{{1,3}}(?:\.\d+)?\s?%(?:\s{_USED})?"),
        ("usage meter", rf"(?<![\w.]){_NUMBER}\s{_UNIT}\s(?:are |have been |were )?{_USED}\b"),
        (
            "usage meter",
            (
                r"<(?:(?:total|used|remaining|left)[_-]?tokens?|tokens?[_-]?(?:used|left|remaining|usage|count)|"
                r"context[_-]?(?:usage|left|used|remaining)|"
                rf"usage)>[^<\n]{{0,60}}?{_NUMBER}[^<\n]{{0,60}}"
            ),
        ),
        (
            "usage meter",
            r"token usage(?:\s?[:：]\s?|=)\d[\d,.]*[km]?(?:\s?/\s?\d[\d,.]*[km]?)?(?:\s?;[^\n]{0,40}\bremaining)?",
        ),
        (
            "running count",
            (
                rf"(?<!\w)(?:turn|round|iteration|attempt|message)[\s#]{{1,2}}\d{{1,6}}\s?(?:/|(?:out "
                rf")?of)\s?{_NUMBER}(?!\w)"
            ),
        ),
        (
            "running count",
            r"(?<!\w)(?:message|turn|(?<!pull )(?<!merge )request|prompt|query|iteration) ?#\s?\d{1,7}(?!\w)",
        ),
        (
            "running count",
            (
                r"(?<![^\s\"'*`|<{-])(?:(?:current )?(?:turn|iteration|round|message|request|step)[\s_-](?:number|"
                r"count|index|no\.?)|turns? so far|messages? so far|"
                r"(?:turn|iteration))[\"'`*]*(?:\s?[:：]\s?|=)[\"'`*]*\d{1,7}(?![\w.])(?=\s*(?:$|[,;|)\]}*<]))"
            ),
        ),
        ("running cost", rf"[$€£]\s?\d[\d.,]{{0,12}}(?<=\d)\s(?:{_USED})\b(?! (?:on|for|per|in)\b)"),
        (
            "running cost",
            (
                r"(?<!\w)(?:(?:total |session |current )?cost so far|spent(?: so far| today)?|session cost|"
                r"(?:budget|balance) (?:left|remaining)|"
                r"remaining (?:budget|balance)|kosten bisher)[\"'`*]*(?:\s?[:：]\s?|=)[$€£]?\s?\d[\d.,]{0,12}(?<=\d)"
            ),
        ),
        (
            "usage meter",
            (
                r"(?:已用|已使用|剩余|剩餘|已消耗|上下文使用|残り|使用済み|使用量|남은|사용량|사용됨|осталось|использовано|израсходовано)[^\d\n%]{0,12}"
                r"\d[\d,.]{0,12}\s?(?:%|％)?(?:\s?/\s?\d[\d,.]{0,12})?(?:\s?(?:个|個|字符|次|文字|トークン|회|토큰|токен\w*))?"
            ),
        ),
    )
)
_HINT = re.compile(
    r"\d\s?[%％/]\s?|\d\S?\s(?:out )?of\s|#\s?\d|\d\s[a-z]|[:=：>]\s?[\"'`*~$€£]{0,3}\s?\d|"
    r"[已剩残使余남사остальизрход]\S{0,8}\s?\d"
)
_HINTS = (
    "%",
    "used",
    "left",
    "remain",
    "so far",
    "spent",
    "consumed",
    "full",
    "usage",
    "count",
    "turn",
    "iteration",
    "message",
    "round",
    "budget",
    *("tokens", " of ", "request", "credit", "cost", "/", "already", "available", "elapsed", "number"),
    *(
        "已",
        "剩",
        "残り",
        "使用",
        "남은",
        "사용",
        "осталось",
        "использ",
        "израсход",
        "verbraucht",
        "verwendet",
        "übrig",
        "restant",
        "usad",
    ),
)
_TARGET = re.compile(
    r"\b(?:at most|at least|up to|no more than|more than|less than|fewer than|limits?(?:ed)? (?:of|to|is|are)?|"
    r"max(?:imum)?(?: of)?|min(?:imum)?|aim|"
    r"targets?|goals?|top|above|over|below|under|exceed\w*|reach\w*|if|when|whenever|once|until|unless|after|"
    r"keep|reserve|within|every|each|"
    r"should|must|wenn|falls|höchstens|mindestens|maximal|si|quand|cuando|если|когда)\b|[<>≥≤]=?\s?\Z|如果|当|最多|"
    r"至少|もし|以内|만약|최대"
)
_AFTER_TARGET = re.compile(
    r"\s?(?:\+|or (?:more|less|fewer|above)|per\b|each\b|a (?:day|month|week|minute)\b|以上|以下|以内)"
)
_FRACTIONS = re.compile(r"24/7|\d{1,2}/\d{1,2}/\d{2,4}|[1-9]/[2-9]\s(?!.*(?:used|left|remain))")
_DIGIT = re.compile(r"[0-9]")


@lru_cache(maxsize=REMEMBERED)
def find(text: str) -> tuple[Match, ...]:
    """Usage meters, running counts and costs; a target or a limit is none."""
    examples = Examples(text)
    found = (one for start, line in _lines(text) for one in _of_line(line, start) if not examples.hold(one.start))
    return tuple(disjoint(list(islice(found, MOST))))


def loose(text: str) -> list[Match]:
    """Any number: for a place where two requests differ."""
    return [Match(one.start(), one.end(), "number") for one in re.finditer(r"\d++(?:[.,']\d++)*+%?", text)]


def _lines(text: str) -> Iterator[tuple[int, str]]:
    """Lower-cased lines that may hold a meter, and where each starts."""
    start = 0
    for line in text.split("\n"):
        if _DIGIT.search(line):
            low = lowered(line)
            if any(hint in low for hint in _HINTS) and _HINT.search(low):
                yield start, low
        start += len(line) + 1


def _of_line(line: str, start: int) -> Iterator[Match]:
    for kind, pattern in _METERS:
        for found in pattern.finditer(line):
            if not _is_target(line, found):
                yield Match(start + found.start(), start + found.end(), kind)


def _is_target(line: str, found: re.Match[str]) -> bool:
    """Is it a limit, a condition, an example or an everyday fraction."""
    before = line[max(0, found.start() - 60) : found.start()]
    sentence = re.split(r"[.!?]\s|[;。！？]", before)[-1]
    if _TARGET.search(sentence) or EXAMPLE.search(sentence) or _FRACTIONS.match(found[0]):
        return True
    return _AFTER_TARGET.match(line, found.end()) is not None
