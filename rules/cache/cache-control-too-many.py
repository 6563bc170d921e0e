"""KV607: cache markers that the API answers with an error: more than it takes, or a long one behind a short one."""

from __future__ import annotations

from collections.abc import Iterator

from promptlint.engine.anthropic_cache import LIFETIMES, MOST_MARKERS
from promptlint.lint.cache_markers import CacheMarker, cache_markers
from promptlint.lint.context import RequestContext
from promptlint.lint.message import Name
from promptlint.lint.rule import Hit, Options, Span

SHORT, LONG = LIFETIMES


def check(context: RequestContext, _options: Options) -> Iterator[Hit]:
    """One hit at the first marker too many, and one at the first that stands behind a shorter one."""
    markers = cache_markers(context.request)
    if len(markers) > MOST_MARKERS:
        yield Hit(
            Span(markers[MOST_MARKERS].pointer),
            in_body=True,
            fields={"number": len(markers), "most": MOST_MARKERS},
            identity="too many",
        )
    first = next((one for one in markers if one.lifetime == SHORT), None)
    late = next((one for one in _behind(markers, first) if one.lifetime == LONG), None)
    if first is not None and late is not None:
        yield Hit(
            Span(late.pointer),
            in_body=True,
            fields={"short": Name(first.pointer)},
            message="a marker of 1 hour stands behind one of 5 minutes at {short}, and the API answers 400",
            hint="Give the markers in front of it 1 hour too, or all of them 5 minutes.",
            identity="1h behind 5m",
        )


def _behind(markers: list[CacheMarker], first: CacheMarker | None) -> list[CacheMarker]:
    return [] if first is None else markers[markers.index(first) + 1 :]
