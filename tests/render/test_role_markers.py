"""What stands at the start of a role's messages."""

from __future__ import annotations

import pytest

from promptlint.render.llama_cpp_facts import llama_cpp_facts
from promptlint.render.role_markers import role_markers

CHATML = "<|im_start|>{{ m.role }}\n{{ m.content }}<|im_end|>\n"
HEADERS = "<|start_header_id|>{{ m.role }}<|end_header_id|>\n\n{{ m.content }}<|eot_id|>"
INST = "{% if m.role == 'user' %}[INST] {{ m.content }} [/INST]{% else %} {{ m.content }}</s>{% endif %}"
LATE_END = (
    "{% if m.role == 'user' %}{{ '<|assistant_end|>' if loop.index > 1 }}<|user_start|>{{ m.content }}<|user_end|>"
)
LATE_END += "{% else %}<|assistant_start|>{{ m.content }}{% endif %}"


def template(message: str, before: str = "", after: str = "") -> str:
    return f"{before}{{% for m in messages %}}{message}{{% endfor %}}{after}"


@pytest.mark.parametrize(
    ("source", "marker"),
    [
        (template(CHATML), "<|im_start|>user"),
        (template(CHATML, before="<|im_start|>system\nYou are helpful.<|im_end|>\n"), "<|im_start|>user"),
        (template(HEADERS), "<|start_header_id|>user<|end_header_id|>"),
        (
            template(HEADERS, before="A preamble.<|eot_id|>", after="<|tail|>"),
            "<|start_header_id|>user<|end_header_id|>",
        ),
        (template(INST, before="{{ bos_token }}"), "[INST]"),
        (template(LATE_END, before="<|system_end|>"), "<|user_start|>"),
        (template("{{ m.role }}: {{ m.content }}\n"), "user:"),
        (template("\n<turn>{{ m.role }}\n{{ m.content }}"), "<turn>user"),
    ],
)
def test_the_marker_of_user_messages_is_found_by_rendering(source: str, marker: str) -> None:
    assert llama_cpp_facts(source, {"bos_token": "<s>"}).role_markers == (("user", marker),)


@pytest.mark.parametrize("source", [template("{{ m.content }}"), "{{ messages[-1].content }}", "{{ 1 / none }}"])
def test_where_nothing_marks_them_none_is_found(source: str) -> None:
    assert llama_cpp_facts(source, {}).role_markers == ()


def refusing(*_: object, **__: object) -> None:
    return None


def test_a_handler_knows_its_markers() -> None:
    roles = [role for role, text in role_markers("qwen3-coder", refusing) if text.startswith("<|im_start|>user")]
    assert roles == ["tool", "user"]  # a tool's result in a user turn is looked for first
    assert ("user", "<|turn>user") in role_markers("gemma-4", refusing)


def test_a_handler_that_names_none_knows_no_user_messages() -> None:
    assert role_markers("lfm2", refusing) == role_markers("auto", refusing) == ()
