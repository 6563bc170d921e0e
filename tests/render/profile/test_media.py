import json
from typing import Any

import pytest

from promptlint.render.profile.media import modality, placeholder
from tests.render.profile.engines import PARTS, context


def image(data: str) -> dict[str, Any]:
    return {"type": "image_url", "image_url": {"url": f"data:image/png;base64,{data}"}}


def user(*parts: dict[str, Any]) -> dict[str, Any]:
    return {"role": "user", "content": [{"type": "text", "text": "look"}, *parts]}


@pytest.mark.parametrize(
    ("part", "kind"),
    [
        ({"type": "input_audio", "input_audio": {}}, "audio"),
        ({"text": "look", "video": "a.mp4"}, "video"),
        ({"text": "look"}, None),
        ({"type": "text", "image": "a.png"}, None),
        ({"type": ["image"]}, None),
    ],
)
def test_what_kind_of_medium_a_part_holds(part: dict[str, Any], kind: str | None) -> None:
    assert modality(part) == kind


def test_the_placeholder_depends_on_the_content_alone() -> None:
    detailed = {"type": "image_url", "image_url": {"url": "data:image/png;base64,aa", "detail": "high"}}
    marked = {"type": "image_url", "image_url": {"url": "\U000f0000data:image/png;base64,aa\U00100000"}}
    assert placeholder(image("aa"), "image") == placeholder(detailed, "image") == placeholder(marked, "image")
    assert placeholder(image("aa"), "image") != placeholder(image("ab"), "image")


def test_marks_inside_a_list_do_not_change_the_placeholder() -> None:
    def embedded(*values: str) -> dict[str, Any]:
        return {"type": "image_embeds", "image_embeds": list(values)}

    assert placeholder(embedded("\U000f0000aa\U00100000", "b"), "image") == placeholder(embedded("aa", "b"), "image")
    assert placeholder(embedded("aa", "b"), "image") != placeholder(embedded("b", "aa"), "image")


def test_a_template_of_parts_gets_its_image_and_the_hash_behind_it() -> None:
    for engine in ("vllm", "sglang"):
        used = context(engine, user(image("aa")), facts=PARTS)
        assert used.messages[0]["content"] == [
            {"type": "text", "text": "look"},
            {"type": "image"},
            {"type": "text", "text": placeholder(image("aa"), "image")},
        ]
        assert "image tokens are not counted" in used.limits[0]


def test_a_template_of_strings_gets_the_hash_in_front_on_vllm_and_nothing_on_sglang() -> None:
    used = context("vllm", user(image("aa")))
    assert used.messages[0]["content"] == f"{placeholder(image('aa'), 'image')}\nlook"
    dropped = context("sglang", user(image("aa")))
    assert dropped.messages[0]["content"] == "look"
    assert dropped.limits == ("SGLang leaves media out for this template, which takes text only",)


def test_no_prompt_of_a_server_holds_the_data_itself() -> None:
    for engine in ("vllm", "sglang"):
        for facts in (None, PARTS):
            parts = (image("SECRET"), {"type": "input_audio", "input_audio": {"data": "SECRET"}})
            assert "SECRET" not in json.dumps(context(engine, user(*parts), facts=facts).messages)


def test_transformers_keeps_the_part_and_says_that_it_does_not_count() -> None:
    used = context("transformers", user(image("aa")), facts=PARTS)
    assert used.messages == [user(image("aa"))]
    assert used.limits == ("image, audio and video tokens are not counted",)
