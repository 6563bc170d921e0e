"""A pair as the page's script shows it: its numbers always, its details as far as the page has room."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

from promptlint.comparison.divergence import EXCERPT
from promptlint.cost import Cause, Reuse
from promptlint.model import Difference, Divergence, JsonObject, Pair, Side
from promptlint.report.concise import position
from promptlint.report.page.shown import optional, prompt_end, prompt_start, sentence, token, value
from promptlint.report.pair_block import verdict
from promptlint.terminal import Terminal, safe

PAIRS_IN_PART = 50
MOST_DIFFERENCES = 12  # of a pair
MOST_CAUSES = 24
MOST_DETAIL = 6_000_000  # characters of JSON for all pairs; what lost most comes first


def pairs_data(pairs: Sequence[Pair]) -> list[JsonObject]:
    """What the rows show of each pair."""
    return [
        {
            "after": pair.after,
            "lost": pair.lost_tokens,
            "status": pair.status,
            "region": None if pair.divergence is None else pair.divergence.region,
        }
        for pair in pairs
    ]


def pair_parts(pairs: Sequence[Pair]) -> Iterator[list[JsonObject]]:
    """The rest of each pair, in parts that can be read one by one."""
    details = _details(pairs)
    for start in range(0, len(details), PAIRS_IN_PART):
        yield details[start : start + PAIRS_IN_PART]


def _details(pairs: Sequence[Pair]) -> list[JsonObject]:
    """`left_out` stands for the details that the page has no room for."""
    found = [_numbers(pair) for pair in pairs]
    room = MOST_DETAIL
    for number in sorted(range(len(found)), key=lambda at: -(pairs[at].lost_tokens or 0)):
        detail = _detail(pairs[number])
        room -= len(json.dumps(detail))
        found[number] |= detail if room >= 0 else {"left_out": True}
    return found


def _numbers(pair: Pair) -> JsonObject:
    return {
        "before": pair.before,
        "before_tokens": pair.before_tokens,
        "after_tokens": pair.after_tokens,
        "common": pair.common_prefix_tokens,
        "reusable": pair.reusable_tokens,
        "grew": pair.json == "extension",
        "verdict": verdict(pair, Terminal()),
        "seconds": _rounded(pair.cost.seconds, 4),
        "assumption": optional(pair.cost.assumption),
    }


def _detail(pair: Pair) -> JsonObject:
    return {
        "divergence": None if pair.divergence is None else _divergence(pair.divergence),
        "causes": [_cause(cause) for cause in pair.causes[:MOST_CAUSES]],
        "more_causes": max(0, len(pair.causes) - MOST_CAUSES),
        "reuse": [_reuse(one) for one in pair.reuse],
        "differences": [_difference(one) for one in pair.differences[:MOST_DIFFERENCES]],
        "more_differences": max(0, len(pair.differences) - MOST_DIFFERENCES),
        "limits": [sentence(limit) for limit in pair.limits],
    }


def _divergence(divergence: Divergence) -> JsonObject:
    return {
        "token": divergence.token,
        "exact": divergence.exact,
        "before": _side(divergence.before),
        "after": _side(divergence.after),
    }


def _side(side: Side) -> JsonObject:
    return {
        "position": position(side.place),
        "pointer": safe(side.place.pointer),
        "same": prompt_end(side.before_text),
        "text": prompt_start(side.text),
        "goes_on": len(side.text) >= EXCERPT,
        "token": token(side.token_text),
    }


def _cause(cause: Cause) -> JsonObject:
    return {
        "code": optional(cause.code),
        "where": sentence(cause.where),
        "lost": cause.lost_tokens,
        "remaining": cause.remaining_tokens,
        "sentence": optional(cause.sentence),
    }


def _reuse(reuse: Reuse) -> JsonObject:
    return {
        "engine": safe(reuse.engine),
        "model": safe(reuse.model),
        "common": reuse.common_prefix_tokens,
        "low": reuse.low,
        "high": reuse.high,
        "computed": reuse.recomputed,
        "note": optional(reuse.note),
        "seconds": _rounded(reuse.cost.seconds, 4),
        "dollars": _rounded(reuse.cost.dollars, 8),
        "assumption": optional(reuse.cost.assumption),
    }


def _difference(one: Difference) -> JsonObject:
    return {
        "pointer": safe(one.pointer),
        "kind": one.kind,
        "before": None if one.kind == "added" else value(one.before),
        "after": None if one.kind == "removed" else value(one.after),
    }


def _rounded(number: float | None, decimals: int) -> float | None:
    return None if number is None else round(number, decimals)
