"""KV104: identifiers that are new with each request or session."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise

from promptlint.lint.detect.examples import EXAMPLE, Examples, lowered
from promptlint.lint.detect.late import late
from promptlint.lint.detect.match import REMEMBERED, Match, disjoint

_UUID = r"[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}"
_UUID_INSIDE = late(rf"(?<![0-9a-fA-F]){_UUID}(?![0-9a-fA-F])")
# The end of a key, what may stand between, and a value; the front of the key is looked at afterwards, so that most
# places fail at once.
_KEYED = late(
    r"(?P<key>id|Id|ID|uuid|Uuid|UUID|nonce|Nonce|NONCE|idempotency[ _-]?[Kk]ey|Idempotency[ _-][Kk]ey|cch|traceparent)"
    r"(?P<gap>[\"'`*_\])]{0,3}\s{0,3}(?:[:=：>]|is\s|ist\s|est\s|=>|->|\s)[\"'`*<\[(\s]{0,4})"
    rf"(?P<value>{_UUID}(?![\w-])|[A-Za-z0-9][\w+/=.:-]{{2,200}})"
)
_FRONT = late(
    r"(?:^|[^a-z])(?:x[ _-])?(?:message|msg|request|req|trace|span|correlation|session|conversation|conv|chat|"
    r"thread|run|invocation|turn|execution|"
    r"interaction|prompt|completion|response|connection|anfrage|sitzungs|nachrichten|requête|solicitud|sesión|"
    r"会话|请求|消息|追踪|リクエスト|セッション|"
    r"요청|세션|запроса|сессии)[ _-]?\Z"
)
_SHORT_KEYS = late(
    r"(?:^|[^a-z])(?:message|msg|request|req|trace|span|correlation|turn|请求|消息|リクエスト|요청)[ _-]?\Z"
)
# The marks that a program sets around text of others, with a number that nobody can guess.
_MARK = late(r"<<<[A-Za-z_][\w /-]{0,60}\sid=[\"']?(?P<value>[\w-]{8,64})[\"']?\s?>>>")
# Before a code fence: what is in it is of this request, and no example.
_OF_THIS = late(r"metadata|context|envelope|inbound|\b(?:session|current|this (?:request|message|run)|runtime)\b")
_FENCE_REACH = 400
_HEX_OR_MIXED = late(r"[A-Za-z0-9]{8,200}+")
_BILLING = late(r"x-anthropic-billing-header[\"']?\s?[:=][^\n]{0,400}")
_TOKEN = late(r"(?<![\w.-])[A-Za-z0-9_-]{8,200}+")
_KNOWN_EXAMPLES = late(
    r"123e4567|550e8400|f47ac10b|12345|abcdef|deadbeef|xxxx|(.)\1{7}|example|sample|placeholder|your[_-]|my[_-]|"
    r"foo|uuid|string|0000-0000",
    re.IGNORECASE,
)
_SHAPES: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("UUID", late(_UUID)),
    ("snowflake number", late(r"\d{17,20}")),
    ("ULID", late(r"[0-7][0-9A-HJKMNP-TV-Z]{25}")),
    ("hex token", late(r"(?=[0-9]*[a-fA-F])(?=[a-fA-F]*[0-9])(?:[0-9a-f]{8,128}|[0-9A-F]{8,128})")),
)
_LONG_NUMBER = 3  # a message id of a chat platform may be this short
_RANDOM_LENGTH = 20


@lru_cache(maxsize=REMEMBERED)
def find(text: str) -> tuple[Match, ...]:
    """Identifiers beside a key that says that they are of one request, message or session."""
    found = [Match(one.start(), one.end(), "billing header") for one in _billing(text)]
    examples = Examples(text)
    found += [match for match in (*_keyed(text), *_marked(text)) if not _shown(text, examples, match.start)]
    return tuple(disjoint(found))


def _shown(text: str, examples: Examples, place: int) -> bool:
    """Does a place belong to an example, or to a code fence that nothing calls the metadata of this request."""
    line = text.rfind("\n", max(0, place - 200), place) + 1
    if EXAMPLE.search(lowered(text[max(line, place - 100) : place])):
        return True
    if examples.hold(place) or examples.announced(place):
        return True
    return examples.fence(place) and _OF_THIS.search(lowered(text[max(0, place - _FENCE_REACH) : place])) is None


def _marked(text: str) -> Iterator[Match]:
    for found in _MARK.finditer(text) if "<<<" in text else ():
        kind = _kind(found["value"])
        if kind is not None:
            yield Match(found.start("value"), found.end("value"), kind)


def loose(text: str) -> list[Match]:
    """Whatever has the shape of a random identifier: for a place where two requests differ."""
    found = []
    for token in _TOKEN.finditer(text):
        kind = _kind(token[0])
        if kind is not None:
            found.append(Match(token.start(), token.end(), kind))
        else:
            found += _inside(text, token.start(), token.end())
    return found


def _inside(text: str, start: int, end: int) -> Iterator[Match]:
    """Identifiers behind a prefix, as in the name of a scratch folder."""
    uuids = list(_UUID_INSIDE.finditer(text, start, end))
    for found in uuids or _HEX_OR_MIXED.finditer(text, start, end):
        value = found[0]
        kind = "UUID" if uuids else _kind(value) or ("random token" if _scrambled(value) else None)
        if kind is not None and len(value) < end - start:
            yield Match(found.start(), found.end(), kind)


def _scrambled(value: str) -> bool:
    """A shorter random token: letters of both cases and digits that change at more than every second place."""
    changes = sum(_sort(a) != _sort(b) for a, b in pairwise(value))
    mixed = sum(one.isdigit() for one in value) >= 2 and not (value.isupper() or value.islower())
    return len(value) >= 10 and mixed and changes * 2 >= len(value)


def _billing(text: str) -> Iterator[re.Match[str]]:
    return _BILLING.finditer(text) if "x-anthropic-billing-header" in text else iter(())


def _keyed(text: str) -> Iterator[Match]:
    for found in _KEYED.finditer(text):
        key = found["key"].lower()
        front = _front(text, found.start())
        value = found["value"].rstrip(".:,/-")
        own = key in {
            "nonce",
            "cch",
            "idempotency key",
            "idempotency_key",
            "idempotencykey",
            "idempotency-key",
            "traceparent",
        }
        if own and front[-1:].isalnum():
            continue
        if not own and not (_FRONT.search(front) and key in {"id", "uuid"}):
            continue
        if found["gap"].isspace() and not own and _kind(value) is None:
            continue
        kind = _value_kind(value, short=own or _SHORT_KEYS.search(front) is not None)
        if kind is not None and text[found.end("value") : found.end("value") + 1] not in {"(", "@"}:
            yield Match(found.start("value"), found.start("value") + len(value), kind)


def _front(text: str, start: int) -> str:
    """The word before a key's end, in lower case, camelCase split."""
    word = text[max(0, start - 20) : start]
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", word).lower()


def _value_kind(value: str, short: bool) -> str | None:
    """What a keyed value is; `short`: the key alone tells that it is of one request, so few characters are enough."""
    if _KNOWN_EXAMPLES.search(value):
        return None
    kind = _kind(value)
    if kind is not None and (len(value) >= 16 or short):
        return kind
    if not short:
        return None
    if value.isdigit():
        return "request number" if len(value) >= _LONG_NUMBER else None
    mixed = any(one.isdigit() for one in value) and any(one.isalpha() for one in value)
    return "request token" if mixed and len(value) >= 5 and "(" not in value else None


def _kind(value: str) -> str | None:
    """The shape of a random identifier, or None."""
    for kind, pattern in _SHAPES:
        if pattern.fullmatch(value):
            return kind
    return "random token" if len(value) >= _RANDOM_LENGTH and _random(value.rpartition("_")[2]) else None


def _random(value: str) -> bool:
    """Letters of both cases and digits in no order, as base64 and prefixed identifiers have them."""
    digits = sum(one.isdigit() for one in value)
    changes = sum(_sort(a) != _sort(b) for a, b in pairwise(value))
    return len(value) >= 16 and digits >= 2 and changes * 4 >= len(value) and "-" not in value[1:-1]


def _sort(one: str) -> int:
    return 0 if one.isdigit() else 1 if one.isupper() else 2
