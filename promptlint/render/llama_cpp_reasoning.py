"""Does a template think, and between which marks: found by comparing renderings, as llama.cpp's parser generator does.

Source: llama.cpp common/chat-diff-analyzer.cpp (phase 1), read. Only what reaches the prompt is found out here: whether
`enable_thinking` defaults to true, and what a server writes before an answer that the client has begun.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from promptlint.records import dataclass

Rendering = Callable[..., str | None]

USER = {"role": "user", "content": "U_USER_MSG Hello END_U"}
ANSWER = "A_ASST_MSG I can help END_A"
THOUGHT = "REASON_PART I am thinking END_R"
TAIL = 64  # characters of a prompt's end that are enough to find it again
MARK = r"(?:<[^<>]*>|\[[^\[\]]*\])"


@dataclass(frozen=True, slots=True)
class Reasoning:
    """The marks around reasoning; both may be empty in a template that thinks all the same."""

    thinks: bool = False
    start: str = ""
    end: str = ""


def reasoning(source: str, rendering: Rendering, tool_calls: bool) -> Reasoning:
    """What is found out about a template; `rendering` returns None where the template refuses."""
    found = _in_history(rendering)
    found = _by_switch(rendering, found)
    if tool_calls:
        found = _beside_calls(rendering, found)
    return _known(source, found)


def _in_history(rendering: Rendering) -> Reasoning:
    plain = rendering([USER, {"role": "assistant", "content": ANSWER}])
    thought = rendering([USER, {"role": "assistant", "content": ANSWER, "reasoning_content": THOUGHT}])
    if plain is None or thought is None or THOUGHT not in thought:
        return Reasoning()
    return _around(thought) or _after(thought) or Reasoning()


def _around(text: str) -> Reasoning | None:
    match = re.search(rf"({MARK}\s*){re.escape(THOUGHT)}(\s*{MARK}\s*)", text)
    return Reasoning(True, match[1], match[2]) if match else None


def _after(text: str) -> Reasoning | None:
    match = re.search(rf"{re.escape(THOUGHT)}\s*({MARK}\s*)", text)
    return Reasoning(True, "", match[1]) if match else None


def _by_switch(rendering: Rendering, found: Reasoning) -> Reasoning:
    off = rendering([USER], generation=True, thinking=False)
    on = rendering([USER], generation=True, thinking=True)
    if off is None or on is None:
        return found
    left, right = _difference(off, on)
    if not left.strip() and right.strip():
        opens = on.endswith(right.strip()) and not found.start
        return Reasoning(True, right, found.end) if opens else found
    if left.strip() and not right.strip():
        closes = off.endswith(left.strip()) and not found.end
        return _closing(off, left, found) if closes else found
    if left.strip() and right.strip():
        return _appended(on, off, found) or _appended(off, on, found) or found
    return found


def _closing(off: str, left: str, found: Reasoning) -> Reasoning:
    pieces = [piece for piece in re.split(f"({MARK})", off) if piece.strip()]
    opened = len(pieces) >= 2 and pieces[-1] == left.strip() and re.fullmatch(MARK, pieces[-2])
    return Reasoning(True, pieces[-2] if opened else found.start, left)


def _appended(base: str, extended: str, found: Reasoning) -> Reasoning | None:
    anchor = base[-TAIL:]
    place = extended.rfind(anchor)
    marks = re.findall(rf"{MARK}|\S", extended[place + len(anchor) :]) if place >= 0 else []
    if len(marks) != 2 or not all(re.fullmatch(MARK, mark) for mark in marks):
        return None
    return Reasoning(True, found.start or marks[0], found.end or marks[1])


def common_prefix(left: str, right: str) -> int:
    """How many characters two texts share at their start."""
    pairs = enumerate(zip(left, right, strict=False))
    return next((place for place, (one, other) in pairs if one != other), min(len(left), len(right)))


def _difference(left: str, right: str) -> tuple[str, str]:
    prefix = common_prefix(left, right)
    opened = max(left.rfind("<", 0, prefix), left.rfind("[", 0, prefix))
    if opened >= 0 and not re.search(r"[>\]]", left[opened:prefix]):
        prefix = opened  # a mark must not be cut in two
    left, right = left[prefix:], right[prefix:]
    suffix = common_prefix(left[::-1], right[::-1])
    tail = left[len(left) - suffix :]
    if cut := re.match(r"[^<\[]*[>\]]", tail):
        suffix -= cut.end()
    return left[: len(left) - suffix], right[: len(right) - suffix]


def _beside_calls(rendering: Rendering, found: Reasoning) -> Reasoning:
    tools = [_tool("FFF_FIRST_FUN_F"), _tool("SSS_SECOND_FUN_S")]
    arguments = {"AA_ARG_FST_AA": "VVVV", "BB_ARG_SND_BB": "XXXX"}
    call = {"id": "call00001", "type": "function", "function": {"name": "FFF_FIRST_FUN_F", "arguments": arguments}}
    thought: dict[str, Any] = {"role": "assistant", "content": ANSWER, "reasoning_content": THOUGHT}
    without = rendering([USER, thought], tools=tools)
    beside = rendering([USER, {**thought, "content": None, "tool_calls": [call]}], tools=tools)
    if without is None or beside is None or THOUGHT in without or THOUGHT not in beside:
        return found
    return _around(beside) or _after(beside) or Reasoning()


def _tool(name: str) -> dict[str, Any]:
    properties = {
        "AA_ARG_FST_AA": {"type": "string", "description": "First argument"},
        "BB_ARG_SND_BB": {"type": "string", "description": "Second argument"},
    }
    parameters = {"type": "object", "properties": properties, "required": []}
    return {"type": "function", "function": {"name": name, "description": "Test function", "parameters": parameters}}


def _known(source: str, found: Reasoning) -> Reasoning:
    old_qwen = "content.split('</think>')" in source and "reasoning_content" not in source
    if old_qwen and "<SPECIAL_12>" not in source and not found.thinks:
        return Reasoning(True, "<think>", "</think>")
    if "Write your thoughts between <think></think> and write your response between <response></response>" in source:
        return Reasoning(True, "<think>", "</think>")
    if all(mark in source for mark in ("<SPECIAL_10>", "<SPECIAL_11>", "<SPECIAL_12>", "<TOOL_RESPONSE>")):
        return Reasoning(True, "<think>\n", "</think>")
    return found
