"""The template's further variables: what each engine passes of a request's parameters, rows 12 and 13 included."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from promptlint.model import JsonObject
from promptlint.render.profile.context import template_arguments
from promptlint.render.profile.reasoning import sglang_effort, sglang_thinking, vllm_thinking
from promptlint.render.template_facts import TemplateFacts

# Parameters of transformers' apply_chat_template: a template never sees these under the name of an argument.
_NOT_FOR_TEMPLATES = frozenset(
    {
        *("chat_template", "conversation", "messages", "tokenize", "tokenizer_kwargs", "padding", "truncation"),
        *("max_length", "return_tensors", "return_dict", "return_assistant_tokens_mask", "sanitize_control_tokens"),
    }
)
_ALWAYS_PASSED = frozenset({"add_generation_prompt", "continue_final_message", "documents", "tools"})
_UNSET = (None, "auto")


def transformers_variables(parameters: Mapping[str, Any]) -> JsonObject:
    """The keywords that a caller of apply_chat_template would pass for this request."""
    arguments = _usable(template_arguments(parameters))
    continued = parameters.get("continue_final_message") or False
    orders = {"add_generation_prompt": parameters.get("add_generation_prompt", not continued)}
    if continued:
        orders["continue_final_message"] = continued
    if parameters.get("documents") is not None:
        orders["documents"] = parameters["documents"]
    return {**orders, **arguments}


def vllm_variables(parameters: Mapping[str, Any], facts: TemplateFacts) -> JsonObject:
    """vLLM: the request's own fields win over its template arguments, and what the template does not read goes."""
    arguments = template_arguments(parameters)
    fields = {
        "add_generation_prompt": parameters.get("add_generation_prompt", True),
        "continue_final_message": parameters.get("continue_final_message", False),
        "documents": parameters.get("documents"),
        "reasoning_effort": parameters.get("reasoning_effort"),
        **vllm_thinking(parameters, arguments),
    }
    merged = _without_unset({**_usable(arguments), **_without_unset(fields)})
    read = _ALWAYS_PASSED.union(facts.variables) if facts.readable else merged.keys()
    return {name: value for name, value in merged.items() if name in read}


def sglang_variables(parameters: Mapping[str, Any]) -> JsonObject:
    """SGLang: template arguments win over the effort; there is always a generation prompt."""
    effort = sglang_effort(parameters)
    arguments = {**sglang_thinking(parameters), **_usable(template_arguments(parameters))}
    named = {} if effort is None else {"reasoning_effort": effort}
    kept = {name: value for name, value in arguments.items() if name not in ("add_generation_prompt", "tools")}
    return {**named, **kept, "add_generation_prompt": True}


def argument_limit(parameters: Mapping[str, Any]) -> str | None:
    """What to say of template arguments that no engine can pass on."""
    odd = sorted(_NOT_FOR_TEMPLATES & template_arguments(parameters).keys())
    return f"chat_template_kwargs {', '.join(odd)} left out: no template sees them" if odd else None


def own_template_limit(parameters: Mapping[str, Any], engine: str) -> str | None:
    """What to say of a request that brings its own template."""
    if parameters.get("chat_template") is None and template_arguments(parameters).get("chat_template") is None:
        return None
    return f"{engine} refuses a request's own chat_template unless told to trust it; the model's is used"


def ignored_limit(parameters: Mapping[str, Any], engine: str, *names: str) -> str | None:
    """What to say of parameters that others pass to the template and this engine does not."""
    given = [name for name in names if parameters.get(name) is not None]
    return f"{engine} does not pass {', '.join(given)} to the template" if given else None


def cut_limit(parameters: Mapping[str, Any]) -> str | None:
    """What to say of tokens that vLLM adds or takes away after rendering."""
    names = [name for name in ("truncate_prompt_tokens", "add_special_tokens") if parameters.get(name)]
    return f"{' and '.join(names)}: applied by vLLM after rendering, not shown" if names else None


def _usable(arguments: JsonObject) -> JsonObject:
    return {name: value for name, value in arguments.items() if name not in _NOT_FOR_TEMPLATES}


def _without_unset(values: JsonObject) -> JsonObject:
    return {name: value for name, value in values.items() if value not in _UNSET}
