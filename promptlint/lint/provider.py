"""Whose cache a request goes to, as far as the engine, the API or the model's name tell."""

from __future__ import annotations

import re

from promptlint.lint.context import RequestContext
from promptlint.model_choice import DEFAULT_PROFILE, PROVIDER_OF_DIALECT

OF_OPENAI = re.compile(r"(?:.*/)?(?:gpt-(?!oss)|chatgpt-|o\d(?!\d))")


def provider(context: RequestContext) -> str:
    """The one that the engine names; where none is named, that of the API, or of the model's name; else empty."""
    profile, request = context.model.profile, context.request
    if profile != DEFAULT_PROFILE:
        return profile
    named = "openai" if request.model and OF_OPENAI.match(request.model) else None
    return PROVIDER_OF_DIALECT.get(request.dialect) or named or ""


def model_name(context: RequestContext) -> str | None:
    """The model that the request names, where its body has it or its API puts it."""
    named = context.request.model or context.chat.parameters.get("model")
    return named if isinstance(named, str) else None
