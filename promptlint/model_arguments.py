"""What a caller gives to make a model or a prompt, checked: a template file, keywords of `Model.prompt`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from promptlint.errors import ModelError, UsageError
from promptlint.model import Chat
from promptlint.sandbox import limits


def chat_and_variables(body: Any, variables: dict[str, Any]) -> tuple[Chat, dict[str, Any]]:
    """The chat of a request, with the tools among the keywords of `prompt` in place of its own, and the other ones."""
    from promptlint.dialect import chat
    from promptlint.selection import is_json, one_request

    for name, value in variables.items():
        if not is_json(value):
            raise UsageError(f"{name} is no JSON value", hint="a template's process takes nothing else")
    form = chat(one_request(body))
    if "tools" in variables:
        form = replace(form, tools=variables["tools"])
    return form, {name: value for name, value in variables.items() if name != "tools"}


def template_text(path: str | None) -> str | None:
    if path is None:
        return None
    try:
        with Path(path).open(encoding="utf-8") as file:
            text = file.read(limits.TEMPLATE_LIMIT + 1)
    except OSError as error:
        hint = "--template takes the path of a Jinja file"
        raise ModelError(f"cannot read the template: {error.strerror}", where=path, hint=hint) from error
    except UnicodeDecodeError as error:
        raise ModelError("the template is not UTF-8 text", where=path) from error
    if len(text) > limits.TEMPLATE_LIMIT:
        raise ModelError(f"the template is longer than {limits.TEMPLATE_LIMIT:,} characters", where=path)
    return text


def orders(variables: Mapping[str, Any]) -> dict[str, Any]:
    """The keywords that an engine acts on before the template sees them."""
    return {name: variables[name] for name in ("add_generation_prompt", "continue_final_message") if name in variables}
