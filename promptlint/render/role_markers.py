"""What stands at the start of each role's messages in a template, as a llama.cpp server knows it.

Its handlers name the markers; for other templates the marker of user messages is found by comparing renderings. Where a
handler names none, the server knows no user messages. Source: llama.cpp common/parsers/*.cpp, read.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from promptlint.common_prefix import common_prefix
from promptlint.render.llama_cpp_reasoning import MARK

Marker = tuple[str, str]  # the role, and the text at its start
Rendering = Callable[..., str | None]

_CHATML: tuple[Marker, ...] = (
    ("assistant", "<|im_start|>assistant"),
    ("tool", "<|im_start|>user\n<tool_response>"),
    ("tool", "<|im_start|>tool_response"),
    ("user", "<|im_start|>user"),
    ("system", "<|im_start|>system"),
)
_GEMMA: tuple[Marker, ...] = (("user", "<|turn>user"), ("assistant", "<|turn>model"))
# By handler, in the order in which the server looks.
_MARKERS: Mapping[str, tuple[Marker, ...]] = {
    "qwen3-coder": _CHATML,
    "minicpm-5": _CHATML,
    "gemma-4": _GEMMA,
    "gemma-4-outdated": _GEMMA,
    "gpt-oss": (
        ("assistant", "<|start|>assistant"),
        ("user", "<|start|>user"),
        ("system", "<|start|>developer"),
        ("system", "<|start|>system"),
        ("tool", "<|start|>functions"),
    ),
    "muse-glimmer": (
        ("assistant", "<|start|>assistant"),
        ("user", "<|start|>user"),
        ("system", "<|start|>system"),
        ("tool", "<|start|>tool"),
    ),
    "minimax-m3": (
        ("assistant", "]~b]ai"),
        ("user", "]~b]user"),
        ("tool", "]~b]tool"),
        ("system", "]~b]developer"),
        ("system", "]~b]system"),
    ),
    "kimi-k3": (
        ("assistant", '<|open|>message role="assistant"<|sep|>'),
        ("user", '<|open|>message role="user"<|sep|>'),
        ("tool", '<|open|>message role="tool"'),
        ("system", '<|open|>message role="system"'),
    ),
    "cohere2-moe": (
        ("assistant", "<|START_OF_TURN_TOKEN|><|CHATBOT_TOKEN|>"),
        ("user", "<|START_OF_TURN_TOKEN|><|USER_TOKEN|>"),
        ("tool", "<|START_OF_TURN_TOKEN|><|SYSTEM_TOKEN|><|START_TOOL_RESULT|>"),
        ("system", "<|START_OF_TURN_TOKEN|><|SYSTEM_TOKEN|>"),
    ),
}
_QUESTION, _ANSWER, _NEXT = "U_FIRST_U Hello", "A_FIRST_A I can help", "U_SECOND_U And now"


def role_markers(handler: str, rendering: Rendering) -> tuple[Marker, ...]:
    """The markers of a template; `rendering` returns None where the template refuses."""
    if handler != "auto":
        return _MARKERS.get(handler, ())
    found = _user_marker(rendering)
    return (("user", found),) if found else ()


def _user_marker(rendering: Rendering) -> str:
    """What stands before every text of a user, without what ended the answer before; empty where that is not found."""
    texts = ((_QUESTION, "user"), (_ANSWER, "assistant"), (_NEXT, "user"))
    messages = [{"role": role, "content": text} for text, role in texts]
    answered, whole = rendering(messages[:2]), rendering(messages)
    if answered is None or whole is None or not all(text in whole for text, _ in texts):
        return ""
    first, _, rest = whole.partition(_QUESTION)
    between = rest.partition(_ANSWER)[2].partition(_NEXT)[0]
    ended = answered.rpartition(_ANSWER)[2]
    marker = _common_suffix(first, between.removeprefix(ended))
    return _without_end(marker, rest).strip()


def _common_suffix(left: str, right: str) -> str:
    """What two texts end with; a mark is not cut in two."""
    length = common_prefix(left[::-1], right[::-1])
    before, same = right[: len(right) - length], right[len(right) - length :]
    if before.rfind("<") > before.rfind(">"):
        same = same.partition(">")[2]
    return same


def _without_end(marker: str, after: str) -> str:
    """A marker without the mark that ends every message, as it stands `after` a user's text too."""
    mark = re.match(rf"\s*{MARK}\s*", marker)
    if mark is None or not after.lstrip().startswith(mark[0].strip()):
        return marker
    rest = marker[mark.end() :]
    return rest if re.search(MARK, rest) else marker  # else it begins every message
