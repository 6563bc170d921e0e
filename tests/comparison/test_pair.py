"""What a comparison takes from both requests, beyond what tests/test_api.py sees of whole runs."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import promptlint
from promptlint.comparison.pair import compare_structure
from promptlint.dialect import chat
from promptlint.selection import request_of_body

USER = {"role": "user", "content": "hi"}
ANSWER = {"role": "assistant", "content": "hello"}


def body(*messages: dict[str, Any], **rest: Any) -> dict[str, Any]:
    return {"model": "claude-x", "messages": list(messages), **rest}


def differences(before: dict[str, Any], after: dict[str, Any]) -> list[tuple[str, str]]:
    structure = compare_structure(*(chat(request_of_body(one)) for one in (before, after)))
    return [(found.kind, found.pointer) for found in structure.differences]


def test_what_is_gone_is_placed_in_before_and_the_rest_in_after() -> None:
    before = body(USER, ANSWER, USER, system="Be brief.")  # its system text is message 0 of the chat form
    assert differences(before, body(USER, ANSWER, USER, system="Be kind.")) == [("changed", "/system")]
    assert differences(before, body(USER, system="Be brief.")) == [
        ("removed", "/messages/1"),
        ("removed", "/messages/2"),
    ]
    grown = body({"role": "user", "content": "ho"}, ANSWER, USER, system="Be brief.")
    assert differences(before, grown) == [("changed", "/messages/0/content")]


def test_without_a_system_text_on_the_other_side_each_pointer_is_still_its_own_bodys() -> None:
    found = differences(body(USER, ANSWER, USER, system="Be brief."), body(USER))
    assert [pointer for kind, pointer in found if kind == "removed"] == ["/messages/0", "/messages/1", "/messages/2"]


def test_a_flood_of_differences_is_cut() -> None:
    many = [{"role": "user", "content": f"{number}"} for number in range(250)]
    assert len(differences(body(*many), body(*many[::-1]))) == 200


def test_a_template_without_an_end_has_no_generation_prompt_to_forgive(model_folder: Callable[..., Path]) -> None:
    folder = model_folder(
        "{% if not add_generation_prompt %}{{ raise_exception('only for generation') }}{% endif %}"
        "{% for message in messages %}{{ message.content }}{% endfor %}>"
    )
    long = {"role": "user", "content": "a b c d e f g h " * 20}
    (pair,) = promptlint.diff(body(long), body(USER), model=folder).pairs
    assert pair.status == "broken"
    assert pair.before_tokens is not None
    assert (pair.common_prefix_tokens, pair.lost_tokens) == (0, pair.before_tokens)


def test_an_answer_that_merges_into_the_last_token_parts_in_the_generation_prompt(
    model_folder: Callable[..., Path],
) -> None:
    folder = model_folder(
        "{% for message in messages %}{{ message.content }}{% endfor %}"
        "{% if add_generation_prompt %}<|im_start|>{% endif %}"
    )
    jum, ps = {"role": "user", "content": "the quick brown fox jum"}, {"role": "assistant", "content": "ps"}
    (pair,) = promptlint.diff(body(jum), body(jum, ps), model=folder).pairs
    assert pair.divergence is not None
    assert (pair.status, pair.json, pair.divergence.region) == ("broken", "extension", "generation-prompt")
