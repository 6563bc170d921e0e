"""The profile of a llama.cpp server: OpenAI body → its own messages → the context of its own Jinja engine.

Row numbers are those of the comparison of engines. Rows 4 and 16 are the engine's (render.llama_cpp_flavour), row 13
too: the day is the clock's. Row 17 concerns tokenizers. Source: llama.cpp common/chat.cpp, read.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from unicodedata import is_normalized

from promptlint.model import Chat, JsonObject
from promptlint.records import dataclass
from promptlint.render.capabilities import Capabilities
from promptlint.render.llama_cpp_facts import LlamaCppFacts
from promptlint.render.profile.context import Context, ModelCard, sentences, template_arguments
from promptlint.render.profile.llama_cpp_handlers import beginning, finished, rewritten
from promptlint.render.profile.llama_cpp_messages import (
    decoded,
    failed,
    joined,
    rebuilt_messages,
    rebuilt_tools,
    refused,
    trimmed,
)
from promptlint.render.profile.media import media_limit


def apply(chat: Chat, facts: LlamaCppFacts, model: ModelCard) -> Context:  # noqa: ARG001  one signature for all
    """The context that the server renders a chat with; raises TemplateError where it answers with an error."""
    messages = rebuilt_messages(chat.messages)
    tools = rebuilt_tools(chat.tools)
    arguments = server_arguments(chat.parameters, facts)
    if facts.trims:
        messages = trimmed(messages)
    messages = shaped_content(messages, facts.capabilities)
    begun = begun_answer(messages, chat.parameters)
    messages = messages if begun is None else messages[:-1]
    messages = developer_as_system(messages, facts)
    messages = system_before_next(messages, facts.capabilities)
    messages = object_arguments(messages, facts.capabilities)
    thinking = bool(arguments["enable_thinking"])
    generation = begun is None and asks_for_answer(chat.parameters)
    return Context(
        messages=rewritten(messages, facts.handler),
        tools=tools or None,
        variables={
            **tokens(facts),
            **arguments,
            **answer_schema(chat.parameters, facts),
            **({"add_generation_prompt": True} if generation else {}),
        },
        limits=sentences(media_limit(chat.messages), normal_form_limit(messages)),
        flavour="llama.cpp",
        prefill=None if begun is None else beginning(begun.message, begun.reasons, facts, thinking),
        omit_tools=not tools,
    )


def finish(text: str, context: Context, facts: LlamaCppFacts) -> str:
    """The server's prompt, made of what the template rendered for `context`: to be called on every rendered text."""
    generation = bool(context.variables.get("add_generation_prompt"))
    return finished(text, facts, generation=generation, prefill=context.prefill)


def with_bos(text: str, bos: str, add_bos: bool) -> str:
    """Row 18: the text whose ids, encoded without special tokens, are the server's.

    A server whose vocabulary adds a BOS takes the template's own away and lets the tokenizer put one in front.
    """
    if not add_bos:
        return text
    return bos + text.removeprefix(bos)


def asks_for_answer(parameters: Mapping[str, Any]) -> bool:
    """Whether the request wants a generation prompt; it does unless it says otherwise."""
    return parameters.get("add_generation_prompt") is not False


def normal_form_limit(messages: list[JsonObject]) -> str | None:
    """Row 17: what to say of text that llama.cpp leaves as it is and the model's own tokenizer may not."""
    contents = (message.get("content", "") for message in messages)
    texts = (text for content in contents for text in ([content] if isinstance(content, str) else map(_text, content)))
    if all(is_normalized("NFC", text) for text in texts):
        return None
    return "some text is not Unicode NFC: llama.cpp encodes it as it is, the model's own tokenizer may normalise it"


def _text(part: JsonObject) -> str:
    text: str = part.get("text", "")
    return text


def tokens(facts: LlamaCppFacts) -> JsonObject:
    """The only special tokens that a template sees."""
    return {"bos_token": facts.bos, "eos_token": facts.eos}


def server_arguments(parameters: Mapping[str, Any], facts: LlamaCppFacts) -> JsonObject:
    """Rows 12 and 13 and the rest of the template's variables: the server's defaults under the request's own."""
    given = template_arguments(parameters)
    thinking = thinking_enabled(parameters, given, facts)
    if parameters.get("reasoning_effort") == "none":
        given.pop("reasoning_effort", None)
    elif parameters.get("reasoning_effort"):
        given["reasoning_effort"] = parameters["reasoning_effort"]
    preserve = given.setdefault("preserve_reasoning", True)
    return {"enable_thinking": thinking, **kept_reasoning(preserve), **effort(given), **given}


def thinking_enabled(parameters: Mapping[str, Any], given: Mapping[str, Any], facts: LlamaCppFacts) -> bool:
    """Row 12: always defined; true where the template thinks and nobody says otherwise."""
    if parameters.get("reasoning_effort") == "none":
        return False
    asked = given.get("enable_thinking")
    if isinstance(asked, str):
        raise refused('invalid type for "enable_thinking" (expected boolean, got string)')
    return asked if isinstance(asked, bool) else facts.thinks


def kept_reasoning(preserve: Any) -> JsonObject:
    """The four names under which templates ask whether old reasoning stays."""
    if not isinstance(preserve, bool):
        return {}
    return {
        "preserve_thinking": preserve,
        "clear_thinking": not preserve,
        "truncate_history_thinking": not preserve,
        "drop_thinking": not preserve,
    }


def effort(given: Mapping[str, Any]) -> JsonObject:
    """The second name under which templates ask for the effort."""
    level = given.get("reasoning_effort")
    return {"reasoning_strength": level} if isinstance(level, str) and level else {}


def answer_schema(parameters: Mapping[str, Any], facts: LlamaCppFacts) -> JsonObject:
    """The schema that a request wants its answer in; only DeepSeek V4's handler shows it to the template."""
    wanted = parameters.get("response_format")
    if facts.handler != "deepseek-4" or not isinstance(wanted, Mapping):
        return {}
    if wanted.get("type") == "json_object":
        schema = wanted.get("schema")
    elif wanted.get("type") == "json_schema":
        schema = (wanted.get("json_schema") or {}).get("schema")
    else:
        return {}
    return {"response_format": schema or {"type": "object"}}


def shaped_content(messages: list[JsonObject], capabilities: Capabilities) -> list[JsonObject]:
    """Rows 6 and 7: parts are joined where the template takes only text, text is wrapped where it takes only parts."""
    only_text = capabilities.supports_string_content and not capabilities.supports_typed_content
    only_parts = capabilities.supports_typed_content and not capabilities.supports_string_content
    if only_text:
        return [_with_text(message) for message in messages]
    return [_with_parts(message) for message in messages] if only_parts else messages


def _with_text(message: JsonObject) -> JsonObject:
    content = message["content"]
    return {**message, "content": joined(content)} if isinstance(content, list) else message


def _with_parts(message: JsonObject) -> JsonObject:
    content = message["content"]
    return {**message, "content": [{"type": "text", "text": content}]} if isinstance(content, str) else message


@dataclass(frozen=True, slots=True)
class Begun:
    """An answer that the client has begun and the model goes on with."""

    message: JsonObject
    reasons: bool


def begun_answer(messages: list[JsonObject], parameters: Mapping[str, Any]) -> Begun | None:
    """Row 14: the last message if it is the assistant's, or if the request says to continue it."""
    which = parameters.get("continue_final_message")
    asked = which is True or which in ("content", "reasoning_content")
    last = messages[-1] if messages else {}
    if not asked and last.get("role") != "assistant":
        return None
    if not asked and len(messages) > 1 and messages[-2]["role"] == "assistant":
        raise refused("Cannot have 2 or more assistant messages at the end of the list.")
    if asked and asks_for_answer(parameters):
        raise refused("Cannot set both add_generation_prompt and continue_final_message to true.")
    if last.get("role") == "assistant" and last.get("tool_calls"):
        raise refused("Cannot continue an assistant message that contains tool calls.")
    if not messages:
        return None
    unsaid = bool(last.get("reasoning_content")) and not last["content"]
    return Begun(last, unsaid if which not in ("content", "reasoning_content") else which == "reasoning_content")


def developer_as_system(messages: list[JsonObject], facts: LlamaCppFacts) -> list[JsonObject]:
    """Row 10: the role developer becomes system, except for gpt-oss."""
    if facts.keeps_developer:
        return messages
    return [{**message, "role": "system"} if message["role"] == "developer" else message for message in messages]


def system_before_next(messages: list[JsonObject], capabilities: Capabilities) -> list[JsonObject]:
    """A leading system text goes in front of the next message where the template has no system role."""
    if capabilities.supports_system_role or not messages or messages[0]["role"] != "system":
        return messages
    if len(messages) == 1:
        return []
    system, second = messages[0]["content"], messages[1]["content"]
    if not isinstance(system, str) or not isinstance(second, str):
        raise failed("type must be string, but is array")
    return [{**messages[1], "content": f"{system}\n{second}"}, *messages[2:]]


def object_arguments(messages: list[JsonObject], capabilities: Capabilities) -> list[JsonObject]:
    """Row 3: arguments as objects for a template that takes them so; elsewhere the client's text."""
    if not capabilities.supports_object_arguments:
        return messages
    return [_with_objects(message) if "tool_calls" in message else message for message in messages]


def _with_objects(message: JsonObject) -> JsonObject:
    return {**message, "tool_calls": [_with_object(call) for call in message["tool_calls"]]}


def _with_object(call: JsonObject) -> JsonObject:
    function = call["function"]
    try:
        arguments = decoded(function["arguments"])
    except (ValueError, RecursionError) as error:
        raise failed(f"Failed to parse tool call arguments as JSON: {error}") from error
    return {**call, "function": {**function, "arguments": arguments}}
