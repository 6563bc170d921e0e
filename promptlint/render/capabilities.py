"""What a chat template can do, found out as llama.cpp does: by rendering small conversations and watching the values.

Never by the template's name. The conversations and what is concluded from them follow llama.cpp
common/jinja/caps.cpp, read; checked against what a real server reported for 70 templates.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from promptlint.records import dataclass
from promptlint.render.usage import TRACKED, Usage, tracked

if TYPE_CHECKING:  # the parent process needs the names only, not Jinja
    import jinja2

PROBE_TIME = datetime(2026, 1, 15, 12, 34, 56)
PROBE_OUTPUT = 200_000  # characters; a probe's real prompt has a few thousand
MARKER = "STRING_MARKER"
REASONING = "<REASONING_CONTENT_PLACEHOLDER>"
PRESERVED = {
    "preserve_thinking": True,
    "clear_thinking": False,
    "truncate_history_thinking": False,
    "drop_thinking": False,
}


@dataclass(frozen=True, slots=True)
class Capabilities:
    """The nine capabilities that a llama.cpp server reports of its template (`chat_template_caps` of /props)."""

    supports_string_content: bool = True
    supports_typed_content: bool = False
    supports_tools: bool = True
    supports_tool_calls: bool = True
    supports_parallel_tool_calls: bool = True
    supports_system_role: bool = True
    supports_preserve_reasoning: bool = False
    supports_reasoning_effort: bool = False
    supports_object_arguments: bool = False


@dataclass(frozen=True, slots=True)
class Probe:
    """One probing rendering: the values with their records, and the text or None if the template refused."""

    values: Mapping[str, Any]
    text: str | None

    def usage(self, *path: str | int) -> Usage:
        """What happened to the value at a path; nothing, where the template has taken it away."""
        value: Any = self.values
        try:
            for step in path:
                value = value[step]
        except (IndexError, KeyError, TypeError):
            return Usage()
        return value.usage if isinstance(value, TRACKED) else Usage()


def capabilities(source: str) -> Capabilities:
    """The capabilities of a template; a template that does not even compile has the engine's defaults."""
    try:
        template = _watching().from_string(source)
    except Exception:  # a stranger's template may fail in any way
        return Capabilities()

    def probe(messages: list[Any], tools: list[Any] | None = None, **variables: Any) -> Probe:
        return _probe(template, messages, tools or [], variables)

    found = _content(probe)
    found = replace(found, supports_system_role=_system_role(probe))
    found = _tool_calls(probe, found)
    found = replace(found, supports_parallel_tool_calls=_parallel_calls(probe, found))
    return replace(
        found, supports_preserve_reasoning=_keeps_reasoning(probe), supports_reasoning_effort=_reads_effort(probe)
    )


@lru_cache(maxsize=1)
def _watching() -> jinja2.Environment:
    from promptlint.render.environment import environment
    from promptlint.render.llama_cpp_flavour import watching

    return watching(environment("llama.cpp")[0])


ProbeFunction = Callable[..., Probe]


def _probe(template: jinja2.Template, messages: list[Any], tools: list[Any], variables: Mapping[str, Any]) -> Probe:
    values = {name: tracked(value) for name, value in {"messages": messages, "tools": tools, **variables}.items()}
    if "reasoning_effort" in values:
        values["reasoning_strength"] = values["reasoning_effort"]
    from promptlint.render.environment import environment

    environment("llama.cpp")[1].now = PROBE_TIME
    given = {**values, "bos_token": "", "eos_token": "", "add_generation_prompt": True}
    try:
        text = _bounded(template.generate(given))
    except Exception:  # a refusal in any form is an answer
        return Probe(values, None)
    return Probe(values, text)


def _bounded(chunks: Iterable[str]) -> str:
    text = ""
    for chunk in chunks:
        text += chunk
        if len(text) > PROBE_OUTPUT:
            raise OverflowError
    return text


def _user(content: Any = "User message") -> dict[str, Any]:
    return {"role": "user", "content": content}


def _assistant(content: str = "Assistant message", **more: Any) -> dict[str, Any]:
    return {"role": "assistant", "content": content, **more}


def _as_array(usage: Usage) -> bool:
    return bool({"selectattr", "array_access"} & usage.operations)


def _content(probe: ProbeFunction) -> Capabilities:
    place = ("messages", 0, "content")
    done = probe([_user(MARKER)])
    usage = done.usage(*place)
    typed = _as_array(usage)
    text = done.text is not None and not (typed and MARKER not in done.text)
    if "test_is_string" in usage.operations:
        empty = probe([_user([])])
        typed = typed or (empty.text is not None and _as_array(empty.usage(*place)))
    return Capabilities(supports_string_content=text, supports_typed_content=typed)


def _system_role(probe: ProbeFunction) -> bool:
    done = probe([{"role": "system", "content": "System message"}, _user()])
    return done.usage("messages", 0, "content").used


def _call(number: int, arguments: Any) -> dict[str, Any]:
    function = {"name": "tool1", "arguments": arguments}
    return {"id": f"call0000{number}", "type": "function", "function": function}


def _with_calls(calls: list[dict[str, Any]]) -> list[dict[str, Any]]:
    result = {"role": "tool", "content": "Tool response", "tool_call_id": "call00001"}
    return [
        _user(),
        _assistant("", tool_calls=calls),  # some templates expect no content beside calls
        result,
        _assistant("The tool response was 'tool response'"),
        _user(),
    ]


def _tool() -> dict[str, Any]:
    properties = {"arg": {"type": "string", "description": "Arg description"}}
    parameters = {"type": "object", "properties": properties, "required": ["arg"]}
    function = {"name": "tool1", "description": "Tool description", "parameters": parameters}
    return {"name": "tool", "type": "function", "function": function}


def _tool_calls(probe: ProbeFunction, found: Capabilities) -> Capabilities:
    done = probe(_with_calls([_call(1, {"arg": "value"})]), [_tool()])
    if done.text is not None:
        found = _tools_used(done, found)
        if found.supports_tool_calls:
            used = done.usage("messages", 1, "tool_calls", 0, "function", "arguments", "arg").used
            found = replace(found, supports_object_arguments=used)
    if found.supports_object_arguments:
        return found
    done = probe(_with_calls([_call(1, '{"arg": "value"}')]), [_tool()])
    if done.text is None:
        return replace(found, supports_tools=False, supports_tool_calls=False)
    return _tools_used(done, found)


def _tools_used(done: Probe, found: Capabilities) -> Capabilities:
    tools = found.supports_tools and done.usage("tools", 0, "function", "name").used
    calls = found.supports_tool_calls and done.usage("messages", 1, "tool_calls").used
    return replace(found, supports_tools=tools, supports_tool_calls=calls)


def _parallel_calls(probe: ProbeFunction, found: Capabilities) -> bool:
    arguments: Any = {"arg": "value"} if found.supports_object_arguments else '{"arg": "value"}'
    done = probe(_with_calls([_call(1, arguments), _call(2, arguments)]), [_tool()])
    return done.text is not None and done.usage("messages", 1, "tool_calls", 1, "function").used


def _keeps_reasoning(probe: ProbeFunction) -> bool:
    # Deep in the history: every template prints the reasoning of the last answer.
    old, new = _assistant(reasoning_content=REASONING), _assistant(reasoning_content="Reasoning content")
    done = probe([_user(), old, _user(), new, _user()], enable_thinking=True, **PRESERVED)
    return done.text is not None and REASONING in done.text


def _reads_effort(probe: ProbeFunction) -> bool:
    done = probe([_user()], enable_thinking=True, reasoning_effort="low")
    return done.usage("reasoning_effort").used
