"""What the llama.cpp profile must know of a template: found out in the sandboxed child, used by the parent.

llama.cpp has handlers of its own for some families of templates. It tells them by pieces of the template's text, and
so do we. Source: llama.cpp common/chat.cpp and common/parsers/*.cpp, read.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, field
from functools import partial
from typing import Any, Literal

from promptlint.records import dataclass
from promptlint.render.capabilities import PROBE_TIME, Capabilities, capabilities
from promptlint.render.llama_cpp_reasoning import USER, Reasoning, common_prefix, reasoning
from promptlint.render.role_markers import Marker, role_markers

Handler = Literal[
    "ministral", "gpt-oss", "muse-glimmer", "functionary-3.2", "kimi-k2", "kimi-k3", "cohere2-moe", "lfm2",
    "gigachat-3", "minimax-m3", "deepseek-3.2", "deepseek-4", "gemma-4", "gemma-4-outdated", "minicpm-5", "qwen3-coder",
    "auto",
]  # fmt: skip  # laid out by hand, to be read as a table
PROBE_OUTPUT = 200_000  # characters

# In the order in which the server asks: the first whose `present` texts are all there and `absent` are not.
_HANDLERS: tuple[tuple[Handler, tuple[str, ...], tuple[str, ...]], ...] = (
    ("ministral", ("[SYSTEM_PROMPT]", "[TOOL_CALLS]", "[ARGS]"), ("[CALL_ID]",)),
    ("gpt-oss", ("<|channel|>",), ()),
    ("muse-glimmer", ("<atem:function_calls>", "<|eom|>"), ()),
    ("functionary-3.2", (">>>all", ">>>${recipient}"), ()),
    ("kimi-k2", ("<|tool_calls_section_begin|>", "<|tool_call_begin|>"), ()),
    ("kimi-k3", ("<|open|>", "<|close|>", "<|end_of_msg|>"), ()),
    ("cohere2-moe", ("<|START_TEXT|>", "<|START_ACTION|>"), ()),
    ("lfm2", ("<|tool_list_start|>", "<|tool_list_end|>"), ()),
    ("lfm2", ("List of tools: [",), ("<|tool_list_start|>",)),
    ("gigachat-3", ("<|role_sep|>", "<|message_sep|>"), ("<|function_call|>",)),
    ("minimax-m3", ("]<]minimax[>[", "<tool_call>", "<invoke name="), ()),
    ("deepseek-3.2", ("dsml_token", "DSML", "function_calls"), ()),
    ("deepseek-4", ("dsml_token", "DSML", "tool_calls"), ()),
    ("gemma-4", ("'<|tool_call>call:'", "{#- OpenAI Chat Completions:"), ()),
    ("gemma-4-outdated", ("'<|tool_call>call:'",), ()),
    ("minicpm-5", ("Tool usage guidelines:", '<function name="', '<param name="'), ()),
    ("qwen3-coder", ("<tool_call>", "<function=", "<parameter="), ()),
)
_UNTHINKING: tuple[Handler, ...] = ("functionary-3.2", "gigachat-3")


@dataclass(frozen=True, slots=True)
class LlamaCppFacts:
    """A template as a llama.cpp server sees it."""

    capabilities: Capabilities = field(default_factory=Capabilities)
    handler: Handler = "auto"
    thinks: bool = False  # the default of enable_thinking
    reasoning_start: str = ""
    reasoning_end: str = ""
    generation_prompts: tuple[str, str] = ("", "")  # with thinking off, on
    keeps_developer: bool = False  # the role; elsewhere it becomes system
    trims: bool = False  # texts lose their outer blanks before the template sees them
    role_markers: tuple[Marker, ...] = ()  # in the order in which the server looks
    bos: str = ""
    eos: str = ""

    def as_dict(self) -> dict[str, Any]:
        """The facts as JSON types."""
        return asdict(self)

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> LlamaCppFacts:
        """The facts again from what `as_dict` gave, also after a journey through JSON."""
        off, on = data["generation_prompts"]
        markers = tuple((role, text) for role, text in data["role_markers"])
        found = Capabilities(**data["capabilities"])
        return cls(**{**data, "capabilities": found, "generation_prompts": (off, on), "role_markers": markers})


def llama_cpp_facts(source: str, special_tokens: Mapping[str, Any]) -> LlamaCppFacts:
    """Probe a template. To be called in the child; every rendering is bounded and may fail in any way."""
    found = capabilities(source)
    handler = handler_of(source)
    bos, eos = (_token(special_tokens.get(name)) for name in ("bos_token", "eos_token"))
    rendering = partial(_rendering, source, bos, eos, found)
    marks = reasoning(source, rendering, found.supports_tool_calls) if handler == "auto" else _fixed(source, handler)
    return LlamaCppFacts(
        capabilities=found,
        handler=handler,
        thinks=marks.thinks,
        reasoning_start=marks.start,
        reasoning_end=marks.end,
        generation_prompts=(_generation_prompt(rendering, False), _generation_prompt(rendering, True)),
        keeps_developer="<|channel|>" in source,
        trims="You have access to the following functions in JSONSchema format" in source,
        role_markers=role_markers(handler, rendering),
        bos=bos,
        eos=eos,
    )


def handler_of(source: str) -> Handler:
    """Which of the server's handlers takes a template."""
    for handler, present, absent in _HANDLERS:
        if all(text in source for text in present) and not any(text in source for text in absent):
            return handler
    return "auto"


def _fixed(source: str, handler: Handler) -> Reasoning:
    if handler == "qwen3-coder":
        return Reasoning(thinks="<think>" in source)
    return Reasoning(thinks=handler not in _UNTHINKING)


def _token(value: Any) -> str:
    if isinstance(value, Mapping):
        value = value.get("content")
    return value if isinstance(value, str) else ""


def _rendering(
    source: str,
    bos: str,
    eos: str,
    found: Capabilities,
    messages: list[dict[str, Any]],
    tools: list[dict[str, Any]] | None = None,
    generation: bool = False,
    thinking: bool = True,
) -> str | None:
    from promptlint.render.environment import render

    variables = {"messages": [_shaped(message, found) for message in messages], "enable_thinking": thinking}
    variables |= {"bos_token": bos, "eos_token": eos}
    variables |= {"tools": tools} if tools else {}
    variables |= {"add_generation_prompt": True} if generation else {}
    try:
        return render(source, variables, now=PROBE_TIME, flavour="llama.cpp", limit=PROBE_OUTPUT)
    except Exception:  # a stranger's template may fail in any way; the server tolerates it too
        return None


def _shaped(message: dict[str, Any], found: Capabilities) -> dict[str, Any]:
    content = message.get("content")
    if isinstance(content, str) and found.supports_typed_content and not found.supports_string_content:
        return {**message, "content": [{"type": "text", "text": content}]}
    return message


def _generation_prompt(rendering: Any, thinking: bool) -> str:
    without, with_prompt = (rendering([USER], generation=generation, thinking=thinking) for generation in (False, True))
    if without is None or with_prompt is None:
        return ""
    prompt: str = with_prompt[common_prefix(without, with_prompt) :]
    return prompt
