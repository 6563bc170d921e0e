"""KV103: usage meters and running counts."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from functools import lru_cache
from itertools import islice

from promptlint.lint.detect.examples import EXAMPLE, Examples, lowered
from promptlint.lint.detect.late import late
from promptlint.lint.detect.match import MOST, REMEMBERED, Match, disjoint

_NUMBER = r"~?\d[\d,.' ]{0,12}(?<=\d)[km]?"  # 1,085 or 12.3k
_UNIT = (
    r"(?:tok(?:en)?s?|char(?:acter)?s?|words?|lines?|bytes?|[kmg]i?b|messages?|msgs?|turns?|(?:tool |api |"
    r"function )?calls?|requests?|credits?|"
    r"steps?|iterations?|rounds?|attempts?|searches|queries|zeichen|caractères|caracteres|mots|nachrichten|"
    r"entries|memories)"
)
_USED = (
    r"(?:used|left|remain(?:ing|s)?|so far|spent|consumed|full|available|elapsed|already|verbrauchte?|verwendete?|"
    r"übrige?|verbleibende?|genutzte?|"
    r"utilisés?|restants?|usad[oa]s|restantes|usati|rimanenti|использовано|осталось)"
)
_METERED = (
    r"(?:context(?: window)?|memory|tokens?|budget|usage|quota|capacity|credits?|(?:tool )?calls?|turns?|"
    r"messages?|requests?|steps?|storage|"
    r"rate limit|cost|balance|session)"
)
# Each of a lower-cased line that has a digit; the value is the whole match.
_METERS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (kind, late(pattern))
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
                r"(?:已用|已使用|剩余|剩餘|已消耗|上下文使用|残り|使用済み|使用量|남은|사용량|사용됨)[^\d\n%]{0,12}"
                r"\d[\d,.]{0,12}\s?(?:%|％)?(?:\s?/\s?\d[\d,.]{0,12})?(?:\s?(?:个|個|字符|次|文字|トークン|회|토큰))?"
            ),
        ),
        (
            "usage meter",
            (
                r"(?:осталось|использовано|израсходовано)(?:\s(?:всего|ещё|еще|только|лишь|около|"
                r"примерно|токенов|контекста|"
                r"памяти|бюджета|запросов|сообщений|шагов|вызовов|символов)){0,2}\s?[:：—-]?\s{0,2}"
                r"\d[\d,.]{0,12}\s?(?:%|％)?(?:\s?/\s?\d[\d,.]{0,12})?(?:\s?токен\w*)?"
            ),
        ),
    )
)
_HINT = late(
    r"\d\s?[%％/]\s?|\d\S?\s(?:out )?of\s|#\s?\d|\d\s[a-z]|[:=：>]\s?[\"'`*~$€£]{0,3}\s?\d|"
    r"[已剩残使余남사остальизрход]\S{0,8}\s?\d|осталось|использовано|израсходовано"
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
_TARGET = late(
    r"\b(?:at most|at least|up to|no more than|more than|less than|fewer than|limits?(?:ed)? (?:of|to|is|are)?|"
    r"max(?:imum)?(?: of)?|min(?:imum)?|aim|"
    r"targets?|goals?|top|above|over|below|under|exceed\w*|reach\w*|if|when|whenever|once|until|unless|after|"
    r"keep|reserve|within|every|each|"
    r"should|must|looks? like|means?|includes?|included|including|offers?|comes? with|bedeutet|signifie|significa|"
    r"enthält|umfasst|comprend|incluye|inclui|comprende|означает|включает|wenn|falls|höchstens|"
    r"mindestens|maximal|si|quand|cuando|если|когда)\b|[<>≥≤]=?\s?\Z|%\s?/\s?\Z|如果|当|最多|"
    r"至少|もし|以内|만약|최대|意味|表示|包含|包括|含む|포함"
)
_AFTER_TARGET = late(
    r"\s?(?:\+|or (?:more|less|fewer|above)|per\b|each\b|a (?:day|month|week|minute)\b|以上|以下|以内|"
    r"after (?!this\b|that\b|your\b|the (?:current|last|next)\b)|(?:when|once|if)\b|"
    r"(?<=remain\s)for (?!th[ei]|your?\b)|"
    r"for (?:emergenc|urgent|reserve|later)|in (?:that|this) order\b)"
)
# A tag that opens right before a value is no "greater than".
_TAG_BEFORE = late(r"<[\w:-]{1,40}>\s?\Z")
_CODE = late(r"(?<!`)`[^`\n]{1,300}`(?!`)")
_ENUMERATED = late(r"\s[^\d\n,;]{1,40}[,;]\s?\d{1,4}\s?/\s?(\d{1,4})(?!\d)")
# A limit before a number, and one after it: for a place where two requests differ.
_LIMIT = late(
    r"(?:\b(?:at most|at least|up to|(?:no|not) more than|limit(?:ed)? (?:to|of|is|are)|limit ?[:=]|"
    r"max(?:imum|\.|imal)?\b|min(?:imum|\.)?\b|never more than|höchstens|mindestens|bis zu|begrenzt auf|"
    r"au plus|au maximum|au moins|jusqu'à|"
    r"limité[es]* à|como máximo|al menos|hasta|máximo|no máximo|pelo menos|até|al massimo|almeno|fino a|massimo|"
    r"hoogstens|maximaal|minstens|tot maximaal|co najwyżej|maksymalnie|co najmniej|en fazla|en az|"
    r"не более|не больше|максимум|"
    r"не менее|до|не більше|щонайбільше|högst|minst|tối đa|ít nhất|maksimal)|最多|至少|不超过|最大|上限|最低|최대|최소)"
    r"(?![^\d]*(?:used|left|remain))[^\d.!?;\n]{0,24}\Z"
)
_LEFT = late(r"[^\d\n.;]{0,24}?\b(?:used|left|remain)")
_LIMIT_AFTER = late(
    r"[^\d\n.!?;,]{0,24}?(?:\b(?:at most|maximum|max\b|or (?:less|fewer|more))(?![^\d\n]{0,24}\d)|"
    r"以内|以下|以上|まで|이하|이내|이상)"
)
_FRACTIONS = late(r"24/7|\d{1,2}/\d{1,2}/\d{2,4}|[1-9]/[2-9]\s(?!.*(?:used|left|remain))")
_DIGIT = late(r"[0-9]")


@lru_cache(maxsize=REMEMBERED)
def find(text: str) -> tuple[Match, ...]:
    """Usage meters, running counts and costs; a target or a limit is none."""
    examples = Examples(text)
    found = (one for start, line in _lines(text) for one in _of_line(line, start) if not examples.hold(one.start))
    return tuple(disjoint(list(islice(found, MOST))))


def loose(text: str) -> list[Match]:
    """Any number that is no limit: for a place where two requests differ."""
    numbers = re.finditer(r"\d++(?:[.,']\d++)*+%?", text)
    return [Match(one.start(), one.end(), "number") for one in numbers if not _is_limit(text, one.start(), one.end())]


def _is_limit(text: str, start: int, end: int) -> bool:
    before = lowered(text[max(0, start - 60) : start]).rpartition("\n")[2]
    after = lowered(text[end : end + 60])
    if _LIMIT_AFTER.match(after):
        return True
    return _LIMIT.search(before) is not None and _LEFT.match(after) is None


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
    code = [one.span() for one in _CODE.finditer(line)] if "`" in line else []
    for kind, pattern in _METERS:
        for found in pattern.finditer(line):
            if not _within(code, found) and not _is_target(line, found):
                yield Match(start + found.start(), start + found.end(), kind)


def _within(code: list[tuple[int, int]], found: re.Match[str]) -> bool:
    """Does a value lie in a stretch of inline code, its label too."""
    number = bisect_left(code, (found.start(), 0)) - 1
    return number >= 0 and found.end() <= code[number][1]


def _is_target(line: str, found: re.Match[str]) -> bool:
    """Is it a limit, a condition, an example or an everyday fraction."""
    before = line[max(0, found.start() - 60) : found.start()]
    sentence = _TAG_BEFORE.sub("", re.split(r"[.!?]\s|[;。！？]", before)[-1])
    if _TARGET.search(sentence) or EXAMPLE.search(sentence) or _FRACTIONS.match(found[0]):
        return True
    following = _ENUMERATED.match(line, found.end())
    if following is not None and found[0].endswith("/" + following[1]):
        return True
    return _AFTER_TARGET.match(line, found.end()) is not None
