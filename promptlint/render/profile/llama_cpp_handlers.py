"""What llama.cpp's handlers for single families of templates do beside the template: rewrites, beginnings, endings.

Source: llama.cpp common/parsers/*.cpp, read.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any

from promptlint.model import JsonObject
from promptlint.render.llama_cpp_facts import Handler, LlamaCppFacts
from promptlint.render.profile.llama_cpp_messages import MEDIA, decoded
from promptlint.render.profile.marks import unmarked

Messages = list[JsonObject]


def rewritten(messages: Messages, handler: Handler) -> Messages:
    """The messages as the handler of a template's family hands them on."""
    rewrite = _REWRITES.get(handler)
    return messages if rewrite is None else rewrite(messages)


def thinking_beside_calls(messages: Messages) -> Messages:
    """gpt-oss: reasoning under the template's own name, and then no content beside tool calls."""
    return [_thinking_beside_calls(message) for message in messages]


def _thinking_beside_calls(message: JsonObject) -> JsonObject:
    if "reasoning_content" not in message:
        return message
    dropped = "content" if message.get("tool_calls") else None
    return {**_without(message, dropped), "thinking": message["reasoning_content"]}


def thinking(messages: Messages) -> Messages:
    """LFM2: reasoning under the template's own name as well."""
    return [
        {**message, "thinking": message["reasoning_content"]} if "reasoning_content" in message else message
        for message in messages
    ]


def thinking_parts(messages: Messages) -> Messages:
    """Ministral: system and assistant content as parts, reasoning the first of them."""
    return [_thinking_parts(message) if message["role"] in ("system", "assistant") else message for message in messages]


def _thinking_parts(message: JsonObject) -> JsonObject:
    parts: list[JsonObject] = []
    if "reasoning_content" in message:
        parts.append({"type": "thinking", "thinking": message["reasoning_content"]})
    content = message.get("content", [])
    parts += [{"type": "text", "text": content}] if isinstance(content, str) else content
    return {**_without(message, "reasoning_content"), "content": parts}


def _without(message: JsonObject, key: str | None) -> JsonObject:
    return {name: value for name, value in message.items() if name != key}


def results_in_call_order(messages: Messages) -> Messages:
    """DeepSeek V4: the results of a turn in the order of its calls."""
    ordered, order, at = list(messages), dict[object, int](), 0
    while at < len(ordered):
        if ordered[at]["role"] == "assistant" and ordered[at].get("tool_calls"):
            order = {unmarked(call["id"]): at for at, call in enumerate(ordered[at]["tool_calls"]) if "id" in call}
        end = _end_of_results(ordered, at)
        places = [place for place in range(at, end) if ordered[place]["role"] == "tool"]
        if order and len(places) > 1:
            results = sorted((ordered[place] for place in places), key=lambda result: _place(result, order))
            for place, result in zip(places, results, strict=True):
                ordered[place] = result
        at = max(end, at + 1)
    return ordered


def _place(result: JsonObject, order: Mapping[object, int]) -> int:
    return order.get(unmarked(result.get("tool_call_id", "")), 0)


def _end_of_results(messages: Messages, start: int) -> int:
    end = start
    while end < len(messages) and messages[end]["role"] in ("user", "tool"):
        end += 1
    return end


def results_inside_turn(messages: Messages) -> Messages:
    """Older Gemma 4 templates: calls, their results and the answer to them become one assistant message."""
    turns: Messages = []
    at = 0
    while at < len(messages):
        if messages[at]["role"] == "assistant" and messages[at].get("tool_calls"):
            turn, at = _whole_turn(messages, at)
            turns.append(turn)
        else:
            turns.append(messages[at])
            at += 1
    return turns


def _whole_turn(messages: Messages, at: int) -> tuple[JsonObject, int]:
    first = messages[at]
    calls: list[JsonObject] = first["tool_calls"]
    responses: list[JsonObject] = []
    at += 1
    while at < len(messages) and messages[at]["role"] == "tool":
        responses.append(_response(messages[at], calls[len(responses) : len(responses) + 1]))
        at += 1
    turn: JsonObject = {"role": "assistant", "tool_calls": calls}
    if responses:
        turn["tool_responses"] = responses
    if at < len(messages) and _answers(messages[at]):
        turn["content"] = messages[at]["content"]
        at += 1
    if "reasoning_content" in first:
        turn["reasoning_content"] = first["reasoning_content"]
    return turn, at


def _answers(message: JsonObject) -> bool:
    return message["role"] == "assistant" and not message.get("tool_calls") and bool(message.get("content"))


def _response(result: JsonObject, call: list[JsonObject]) -> JsonObject:
    content = result.get("content")
    if isinstance(content, str):
        with suppress(ValueError, RecursionError):
            content = decoded(str(unmarked(content)))
    name = call[0]["function"]["name"] if call else ""
    return {"name": name or result.get("tool_call_id", ""), "response": content}


_REWRITES: Mapping[Handler, Callable[[Messages], Messages]] = {
    "gpt-oss": thinking_beside_calls,
    "lfm2": thinking,
    "ministral": thinking_parts,
    "deepseek-4": results_in_call_order,
    "gemma-4-outdated": results_inside_turn,
}


def beginning(message: JsonObject, reasons: bool, facts: LlamaCppFacts, enabled: bool) -> str:
    """What stands in the prompt of an answer that the client has begun: `message`, the last one of the request.

    `reasons` is true where the begun text is reasoning and no content has come yet.
    """
    thought: str = message.get("reasoning_content", "")
    content = "" if reasons else _plain(message["content"])
    if facts.handler == "auto":
        return _found_beginning(thought, content, reasons, facts, enabled)
    opening, closing = _marks(facts, thought, enabled)
    return opening + thought + ("" if reasons else closing + content)


def _plain(content: Any) -> str:
    if isinstance(content, str):
        return content
    return "\n\n".join(part["text"] for part in content if part["type"] != MEDIA)


def _found_beginning(thought: str, content: str, reasons: bool, facts: LlamaCppFacts, enabled: bool) -> str:
    prompt = facts.generation_prompts[enabled]
    if not facts.reasoning_start:
        return prompt + content
    prompt = prompt.split(facts.reasoning_start)[0] + facts.reasoning_start + thought
    return prompt if reasons else prompt + facts.reasoning_end + content


_GPT_OSS = "<|start|>assistant<|channel|>"
_KIMI_K3 = '<|open|>message role="assistant"<|sep|><|open|>think<|sep|>'
_MARKS: Mapping[Handler, tuple[str, str]] = {
    "ministral": ("[THINK]", "[/THINK]"),
    "gpt-oss": (f"{_GPT_OSS}analysis<|message|>", f"<|end|>{_GPT_OSS}final<|message|>"),
    "muse-glimmer": ("<|start|>assistant to=self<|message|>", "<|eom|><|start|>assistant to=user<|message|>"),
    "kimi-k2": ("<|im_assistant|>assistant<|im_middle|><think>", "</think>"),
    "kimi-k3": (_KIMI_K3, "<|close|>think<|sep|><|open|>response<|sep|>"),
    "cohere2-moe": (
        "<|START_OF_TURN_TOKEN|><|CHATBOT_TOKEN|><|START_THINKING|>",
        "<|END_THINKING|><|START_TEXT|>",
    ),
    "lfm2": ("<|im_start|>assistant\n<think>", "</think>"),
    "functionary-3.2": ("", "<|start_header_id|>assistant<|end_header_id|>\n\n>>>all\n"),
    "gigachat-3": ("", "assistant<|role_sep|>\n"),
    "deepseek-3.2": ("<｜Assistant｜><think>", "</think>"),
    "gemma-4": ("<|channel>thought\n", "<channel|>"),
    "gemma-4-outdated": ("<|channel>thought\n", "<channel|>"),
    "minicpm-5": ("<|im_start|>assistant\n<think>\n", "\n</think>\n\n"),
}


def _marks(facts: LlamaCppFacts, thought: str, enabled: bool) -> tuple[str, str]:
    if facts.handler == "minimax-m3":
        return facts.generation_prompts[enabled] + "<mm:think>", "</mm:think>"
    if facts.handler == "deepseek-4":
        return ("<｜Assistant｜><think>", "</think>") if thought else ("<｜Assistant｜></think>", "")
    if facts.handler == "qwen3-coder":
        head = "<|im_start|>assistant\n"
        return (head + "<think>\n", "\n</think>\n\n") if facts.thinks else (head, "")
    return _MARKS[facts.handler]


def finished(text: str, facts: LlamaCppFacts, *, generation: bool, prefill: str | None) -> str:
    """The prompt that a handler makes of the rendered text.

    `generation` says whether the template was asked for a generation prompt, `prefill` is an answer that has begun.
    """
    if facts.handler == "gpt-oss" and not generation:
        head, mark, tail = text.rpartition("<|return|>")
        text = head + ("<|end|>" if mark else "") + tail
    if facts.handler in ("gemma-4", "gemma-4-outdated") and text.endswith("<turn|>\n"):
        text += "<|turn>model\n" if generation or prefill is not None else ""
    return text + (prefill or "")
