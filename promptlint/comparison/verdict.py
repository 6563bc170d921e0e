"""What is wrong with a compared pair: KV601, and KV506 for a template that refuses a request."""

from __future__ import annotations

from collections.abc import Iterator

from promptlint.errors import TemplateError
from promptlint.model import Finding, Pair, Place, Request, Severity

PREFIX_TOO_SHORT = ("KV601", "prefix-too-short")
TEMPLATE_ERROR = ("KV506", "template-error")


def prefix_findings(
    pair: Pair, before: Request, after: Request, max_lost_tokens: int, exact: bool
) -> Iterator[Finding]:
    """KV601, when more of `before` is lost than the limit. A conversation that only grew is the template's doing."""
    if pair.status != "broken" or pair.divergence is None or (pair.lost_tokens or 0) <= max_lost_tokens:
        return
    grew = pair.json == "extension"
    approximation = "" if exact else " (approximate numbers)"  # also where only the findings are shown
    severity: Severity = "warning" if grew else "error"
    code, rule = PREFIX_TOO_SHORT
    yield Finding(
        code=code,
        rule=rule,
        severity=severity,
        message=(
            f"{pair.lost_tokens:,} of {pair.before_tokens:,} tokens are computed again: "
            f"the prompts part at token {pair.divergence.token:,}, in the {pair.divergence.region} part{approximation}"
        ),
        hint=(
            "the requests only grew; the chat template itself rewrites earlier turns"
            if grew
            else "make the request repeat the earlier one up to this place, byte for byte"
        ),
        place=pair.divergence.after.place,
        related=pair.divergence.before.place,
        container=after.container,
        request=pair.after,
        pair=0,
        conversation=pair.conversation,
        model=after.model or before.model,
        lost_tokens=pair.lost_tokens,
    )


def template_finding(error: TemplateError, request: Request, number: int, template: str, pair: int | None) -> Finding:
    """KV506: the template's own words; the place is in the template."""
    code, rule = TEMPLATE_ERROR
    return Finding(
        code=code,
        rule=rule,
        severity="error",
        message=f"the chat template refuses {request.path}: {error}",
        hint="see what this template accepts, or choose the engine that serves it: --engine",
        place=Place(template, "", error.line, None if error.line is None else 1),
        container=request.container,
        request=number,
        pair=pair,
        conversation=None if pair is None else 0,
        model=request.model,
    )
