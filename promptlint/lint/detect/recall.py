"""KV105: recalled memory and retrieved text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from promptlint.lint.detect.examples import EXAMPLE, Examples, led_in, lowered
from promptlint.lint.detect.late import late
from promptlint.lint.detect.match import REMEMBERED, Match, disjoint
from promptlint.lint.detect.sections import Page, facts, heading, hinted, page, section_end

_BRACKET = late(
    r"[ \t]{0,8}\[((?:memory|memories|recall|recalled|retrieved|retrieval|long[- ]term memory|rag)(?:[ "
    r"_:-][^\]\n]{0,60})?)\]",
    re.IGNORECASE,
)
_TAG = late(
    r"[ \t]{0,8}<((?:user[-_]|long[-_]?term[-_]|relevant[-_]|agent[-_]|core[-_]|persistent[-_])?memor(?:y|"
    r"ies)(?:[-_]\w{1,30})?|recall(?:ed)?(?:[-_]\w{1,30})?|"
    r"retriev(?:ed|al)(?:[-_]\w{1,30})?|search[-_]?results?|rag(?:[-_]\w{1,30})?|context)(?:\s[^<>\n]{0,120})?>",
    re.IGNORECASE,
)
_OF_RULES = late(
    r"instruction|rule|usage|tool|guid|polic|protocol|system|how|format|config|setting|direct", re.IGNORECASE
)
_CLEAR = late(
    r"\b(?:relevant (?:user |past |long-term )?memor(?:y|ies)|(?:recalled|retrieved|remembered) [\w -]{0,"
    r"30}?(?:memor(?:y|ies)|context|documents?|passages?|chunks?|"
    r"facts|notes|snippets|information|conversations?|knowledge|messages)|recalled\b(?! by)|memor(?:y|ies) "
    r"(?:recall(?:ed)?|snapshot|about (?:the )?user|about you|of (?:the )?user|"
    r"from (?:previous|past|earlier) (?:conversations|sessions))|what (?:i|you|we) (?:know|remember) about "
    r"(?:the )?(?:user|you)|"
    r"facts about (?:the )?user|(?:search|retrieval) results|(?:previous|past) conversations? (?:memor|summar)\w+|"
    r"relevante erinnerungen|abgerufene[rns]? (?:erinnerungen|dokumente|kontext)|souvenirs pertinents|mémoires "
    r"pertinentes|documents récupérés|"
    r"recuerdos relevantes|memorias relevantes|documentos recuperados|memórias relevantes|ricordi rilevanti|"
    r"relevante herinneringen|"
    r"релевантные воспоминания|найденные документы)\b|"
    r"相关记忆|相关的记忆|相關記憶|检索到的|检索结果|召回的?|搜索结果|"
    r"関連する記憶|関連メモリ|検索結果|관련 기억|검색 결과"
)
_PLAIN = late(
    r"(?:your |user(?:'s)? |long[- ]term |persistent |agent |saved |the |core |working )?(?:memor(?:y|ies)|user "
    r"profile|user preferences learned)"
    r"(?: (?:\(.{0,60}\)|\[.{0,60}\]))?|erinnerungen|gedächtnis|souvenirs|mémoire|recuerdos|memoria|memórias|"
    r"ricordi|记忆|記憶|기억|память|воспоминания"
)
_NAMES = late(
    r"memor(?:y|ies)\b|\bcontext\b|\bknowledge\b|\bnotes?\b|\brecall|\bretriev|erinnerung|gedächtnis|kontext|"
    r"wissen|mémoire|contexte|connaissances|memoria|"
    r"contexto|conocimiento|记忆|上下文|知识|笔记|記憶|文脈|知識|メモ|기억|맥락|지식|메모|память|контекст|знания"
)
_FACT = late(
    r"[ \t]{0,8}(?:[-*+•§]|\d{1,3}[.)]|\[[^\]\n]{1,40}\])\s?\S|[ \t]{0,4}[^\W\d_][\w ]{0,30}[:：]\s?\S|(?:the )?user\b",
    re.IGNORECASE,
)
_SCORE = late(
    r"\b(?:score|similarity|relevance|distance|cosine)[\"'`]?\s?[=:：]?\s?(?:[01]?\.\d{2,18}|1\.0)(?![\d.]|"
    r"\s?(?:or|to|and|-|–))"
)
_LIMIT = late(r"\b(?:threshold|min(?:imum)?|at least|above|below|if|when|than|over|under|cutoff)\b|[<>≥≤]|=\s?>")
_HINTS = (
    "memor",
    "recall",
    "retriev",
    "search",
    "<context",
    "<rag",
    "[rag",
    "know",
    "facts about",
    "user pr",
    "conversation",
    *(
        "erinner",
        "gedächtnis",
        "abgerufen",
        "souvenir",
        "mémoire",
        "récupér",
        "recuerdo",
        "recuperad",
        "memór",
        "ricord",
    ),
    *("документ", "воспоминан", "память", "记忆", "記憶", "检索", "召回", "搜索", "メモリ", "検索", "기억", "검색"),
)
_LOOSE_HINTS = (
    "context",
    "note",
    "kontext",
    "wissen",
    "conoc",
    "connais",
    "知识",
    "上下文",
    "笔记",
    "文脈",
    "知識",
    "メモ",
    "맥락",
    "지식",
    "메모",
    *("контекст", "знани"),
)
LONGEST_PARAGRAPH = 40  # lines before a score that belong to its entry
_SCORES = ("score", "similarity", "relevance", "distance", "cosine")


@lru_cache(maxsize=REMEMBERED)
def find(text: str) -> tuple[Match, ...]:
    """Blocks of recalled or retrieved text, from the fence to the end of its section; words about memory are none."""
    return tuple(_found(text, strict=True))


def loose(text: str) -> list[Match]:
    """The same, and every section whose heading names memory, context, knowledge or notes."""
    return _found(text, strict=False)


def _found(text: str, strict: bool) -> list[Match]:
    examples, whole = Examples(text), page(text)
    low = "\n".join(whole.low)
    found: list[Match] = []
    for number in hinted(low, whole.starts, _HINTS if strict else (*_HINTS, *_LOOSE_HINTS)):
        if not found or whole.starts[number] >= found[-1].end:
            match = _fence(text, whole, number) or _headed(whole, number, strict)
            if match is not None and not examples.hold(match.start) and not (strict and led_in(text, match.start)):
                found.append(match)
    return disjoint([*found, *_scored(whole, hinted(low, whole.starts, _SCORES), examples)])


def _fence(text: str, whole: Page, number: int) -> Match | None:
    row = whole.rows[number]
    start = whole.starts[number] + len(row) - len(row.lstrip())
    if row.lstrip()[:1] == "[":
        found = _BRACKET.match(row)
        if found is None or _OF_RULES.search(found[1]) or row[found.end() :].startswith(("(", ": #", ": http")):
            return None
        return _bracketed(text, whole, number, start, found)
    found = _TAG.match(row)
    if found is None or _OF_RULES.search(found[1]):
        return None
    inside = whole.starts[number] + found.end()
    end = text.find(f"</{found[1]}>", inside)
    if end < 0 or (found[1].lower() == "context" and text[inside : inside + 40].lstrip()[:7].lower() != "<source"):
        return None
    kind = "retrieved text" if re.match(r"retriev|search|rag|context", found[1], re.IGNORECASE) else "recalled memory"
    return Match(start, end + len(found[1]) + 3, kind) if facts(text[inside:end].split("\n")) else None


def _bracketed(text: str, whole: Page, number: int, start: int, opened: re.Match[str]) -> Match | None:
    """[memory] up to [/memory], else to the end of the paragraph."""
    word = opened[1].split()[0]
    kind = "retrieved text" if word.lower().startswith(("retriev", "rag")) else "recalled memory"
    inside = whole.starts[number] + opened.end()
    close = text.find(f"[/{word}", inside)
    if close >= 0:
        inside_end, end = close, text.find("]", close) + 1 or len(text)
    else:
        last = number + 1
        while last < len(whole) and whole.rows[last].strip() and not whole.rows[last].startswith(("#", "[", "<")):
            last += 1
        inside_end = end = whole.end(last - 1)
    return Match(start, end, kind) if facts(text[inside:inside_end].split("\n")) else None


def _headed(whole: Page, number: int, strict: bool) -> Match | None:
    found = heading(whole.rows[number])
    if found is None:
        return None
    words = re.sub(r"[\[(].{0,80}?[\])]|[:：*]", "", lowered(found[0])).strip()
    clear = len(words) < 70 and _CLEAR.search(words) is not None
    if not clear and not _PLAIN.fullmatch(words) and (strict or not _NAMES.search(words)):
        return None
    if strict and _OF_RULES.search(words):
        return None
    last = section_end(whole, number, found[1])
    content = [row for row in whole.rows[number + 1 : last] if row.strip()]
    told = facts(content)
    if not content or (strict and not told) or (strict and not clear and not _are_facts(content, told)):
        return None
    fetched = re.search(r"retriev|search|document|检索|検索|검색|搜索|récupér|recuperad|abgerufen", words)
    return Match(whole.starts[number], whole.end(last - 1), "retrieved text" if fetched else "recalled memory")


def _are_facts(content: list[str], told: list[str]) -> bool:
    """Is a section that is only named "memory" a list of what is known, and not a chapter about memory."""
    listed = [row for row in told if _FACT.match(row) and len(row) < 300]
    return len(listed) * 3 >= len(content) * 2 and not any("memory tool" in row.lower() for row in content)


def _scored(whole: Page, numbers: list[int], examples: Examples) -> Iterator[Match]:
    """Paragraphs with a similarity score in them."""
    done = -1
    for number in numbers:
        score = _SCORE.search(whole.low[number]) if number > done else None
        if score is not None and whole.low[number].lstrip().startswith(('"score', "'score")):
            continue  # a member of printed JSON, as documentation has it
        before = whole.low[number][: score.start()][-60:] if score else ""
        start = whole.starts[number]
        if (
            score is None
            or _LIMIT.search(before)
            or EXAMPLE.search(before)
            or examples.hold(start)
            or examples.fence(start)
        ):
            continue
        first = last = number
        while first > done + 1 and whole.rows[first - 1].strip() and number - first < LONGEST_PARAGRAPH:
            first -= 1
        while last + 1 < len(whole) and whole.rows[last + 1].strip():
            last += 1
        done = last
        yield Match(whole.starts[first], whole.end(last), "retrieved text")
