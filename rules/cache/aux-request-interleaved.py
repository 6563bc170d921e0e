"""KV603: another request took the place of a conversation between two of its turns."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from typing import TYPE_CHECKING

from promptlint.common_prefix import common_prefix
from promptlint.conversation.identity import family
from promptlint.engine import HOSTED
from promptlint.errors import PromptlintError
from promptlint.lint.context import PairContext, RequestContext
from promptlint.lint.message import Words
from promptlint.lint.rule import Hit, Options, Span
from promptlint.lint.session import SessionContext, SessionHit
from promptlint.local_model import DEFAULT_NOW
from promptlint.model import Severity
from promptlint.positions import place

if TYPE_CHECKING:
    from promptlint.lint.slot_history import Eviction

KEEPS_ONE_PREFIX = ("llama.cpp", None)  # of the engines that may be named; the others keep blocks of many prompts
LOCAL_APIS = ("openai_chat", "ollama", "completion")
HOSTED_FAMILIES = ("claude", "gpt", "gemini", "grok", "command", "nova")
SHORT_ANSWER = 100  # tokens
UNLIKE = 0.1  # of the earlier prompt
ABOUT = re.compile(r"\b(?:title|summar(?:y|i[sz]e))", re.IGNORECASE)
LOOK_AT = 2000  # characters of a text
LIMITS = ("max_tokens", "max_completion_tokens", "max_output_tokens", "n_predict")
LOCAL_HOST = re.compile(
    r"127\.|10\.|192\.168\.|172\.(?:1[6-9]|2[0-9]|3[01])\.|\[|[^.]+\Z|.*\.(?:local|lan|internal)(?::[0-9]+)?\Z|.*:[0-9]+\Z"
)


def check(context: SessionContext, options: Options) -> Iterator[SessionHit]:
    """With the slots known, a hit for each turn that lost its slot; else one for each conversation that may have."""
    if context.slots is not None:
        for eviction in context.evictions():
            if _lost(eviction) >= options["least-lost-tokens"]:
                yield SessionHit(eviction.pair, _evicted(context, eviction))
    elif context.engine in KEEPS_ONE_PREFIX:
        for pairs in context.conversations():
            long = [one for one in pairs if (one.pair.before_tokens or 0) >= options["least-lost-tokens"]]
            yield from islice((hit for pair in long for hit in _suspected(context, pair)), 1)


def _lost(eviction: Eviction) -> int:
    return max(0, (eviction.pair.pair.before_tokens or 0) - eviction.kept)


def _evicted(context: SessionContext, eviction: Eviction) -> Hit:
    slot = "the only slot" if context.slots == 1 else f"one of {context.slots} slots"
    lost = _lost(eviction)
    left = f"; {eviction.kept:,} are left" if eviction.kept else ""
    how = f"it took the tokens of this conversation out of {slot}, and {lost:,} are computed again{left}"
    return _hit(eviction.by, how, severity="error", lost=lost)


def _suspected(context: SessionContext, pair: PairContext) -> Iterator[SessionHit]:
    """The side requests between two turns that would have kept their prefix, if a server at home answered them."""
    if pair.pair.status in ("broken", None) or not _is_at_home(pair.after):
        return
    for other in context.between(pair):
        if _is_aside(other, pair) and _is_unlike(other, pair.before):
            tokens = f"{pair.pair.before_tokens or 0:,} tokens"
            how = f"a server with one slot keeps only the last prompt, and computes {tokens} of this conversation again"
            yield SessionHit(pair, _hit(other, how))


def _hit(other: RequestContext, how: str, severity: Severity | None = None, lost: int | None = None) -> Hit:
    kind = "a title or summary request" if _speaks_of_a_summary(other) else "another request"
    request = other.request
    name = request.path if request.siblings == 1 else f"{request.path}#{request.number}"
    fields = {"what": Words(f"{kind} ({name})"), "how": Words(how)}
    return Hit(
        Span(""),
        fields=fields,
        severity=severity,
        lost_tokens=lost,
        related_place=place(request, ""),
        in_body=True,
        identity=kind,
    )


def _is_at_home(context: RequestContext) -> bool:
    """May one server with a few slots have answered this request."""
    request = context.request
    if request.dialect not in LOCAL_APIS or context.model.profile in HOSTED or family(request.model) in HOSTED_FAMILIES:
        return False
    return request.host is None or LOCAL_HOST.match(request.host) is not None


def _is_aside(other: RequestContext, pair: PairContext) -> bool:
    """Is it a request to the same server that asks for a title, a summary or another short answer."""
    one = pair.before.request
    if (other.request.model, other.request.host) != (one.model, one.host):
        return False
    return _speaks_of_a_summary(other) or _answer_limit(other) <= SHORT_ANSWER


def _speaks_of_a_summary(context: RequestContext) -> bool:
    texts = [context.system.text, *(str(message.get("content")) for message in context.messages[:1])]
    return any(ABOUT.search(text, 0, LOOK_AT) for text in texts)


def _answer_limit(context: RequestContext) -> float:
    body = context.request.body
    options = body.get("options")
    given = [body.get(name) for name in LIMITS] + [options.get("num_predict") if isinstance(options, dict) else None]
    return min((one for one in given if isinstance(one, int) and one > 0), default=float("inf"))


def _is_unlike(other: RequestContext, before: RequestContext) -> bool:
    """Do the two prompts have less than a tenth in common."""
    now = before.capture_time or DEFAULT_NOW
    try:
        ids = [context.model.chat_prompt(context.chat, now).ids for context in (other, before)]
    except PromptlintError:
        return False
    return common_prefix(*ids) < UNLIKE * max(1, len(ids[1]))
