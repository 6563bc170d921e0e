from typing import Any

from promptlint.render.template_facts import TemplateFacts
from tests.render.profile.engines import ENGINES, PARTS, USER, context


def said(role: str, content: Any, **more: Any) -> dict[str, Any]:
    return {"role": role, "content": content, **more}


def roles_of_each(*messages: dict[str, Any], facts: TemplateFacts | None = None, **parameters: Any) -> dict[str, Any]:
    return {e: [m["role"] for m in context(e, *messages, facts=facts, **parameters).messages] for e in ENGINES}


def test_row_10_developer_without_support_in_the_template() -> None:
    messages = (said("developer", "a"), USER, said("system", "b"), USER)
    assert roles_of_each(*messages) == {
        "transformers": ["developer", "user", "system", "user"],
        "vllm": ["system", "user", "user"],
        "sglang": ["developer", "user", "system", "user"],
    }
    assert context("vllm", *messages).messages[0]["content"] == "a\n\nb"
    assert context("vllm", *messages, facts=PARTS).messages[0]["content"] == "a\n\nb"


def test_row_10_developer_with_support_in_the_template() -> None:
    known = TemplateFacts(knows_developer=True)
    message = said("developer", "a", tools=[])
    assert context("vllm", message, USER, facts=known).messages[0] == message
    assert "tools" not in context("vllm", message, USER).messages[0]


def test_row_10_system_messages_stay_where_they_are_without_a_developer() -> None:
    assert roles_of_each(USER, said("system", "b"), USER)["vllm"] == ["user", "system", "user"]


def test_row_10_a_first_developer_alone_keeps_the_shape_of_its_content() -> None:
    used = context("vllm", said("developer", "a"), USER, facts=PARTS)
    assert used.messages[0] == {"role": "system", "content": [{"type": "text", "text": "a"}]}


def test_roles_are_lowered_by_sglang_unless_it_does_not_know_them() -> None:
    assert roles_of_each(said("System", "a"), USER)["sglang"] == ["system", "user"]
    used = context("sglang", said("Oracle", "a"), USER)
    assert used.messages[0]["role"] == "Oracle"
    assert used.limits == ("SGLang refuses roles that it does not know; shown as sent",)


def test_row_14_a_last_assistant_message() -> None:
    messages = (USER, said("assistant", "so far"))
    assert roles_of_each(*messages) == {
        "transformers": ["user", "assistant"],
        "vllm": ["user", "assistant"],
        "sglang": ["user", "user"],
    }
    assert "as the user's" in context("sglang", *messages).limits[0]


def test_row_14_a_continued_assistant_message() -> None:
    messages = (USER, said("assistant", "so far"))
    used = context("sglang", *messages, continue_final_message=True)
    assert (used.messages, used.prefill) == ([USER], "so far")
    assert "on its own" in used.limits[0]
    for engine in ("transformers", "vllm"):
        used = context(engine, *messages, continue_final_message=True, add_generation_prompt=False)
        assert used.prefill is None
        assert used.variables == {"continue_final_message": True, "add_generation_prompt": False}


def results(*ids: str, media: bool) -> list[dict[str, Any]]:
    content: Any = [{"type": "image_url", "image_url": {"url": "u"}}] if media else "x"
    return [said("tool", content, tool_call_id=identity) for identity in ids]


def test_sglang_orders_results_with_media_by_their_calls() -> None:
    calls = [
        {"id": identity, "function": {"name": "f", "arguments": "{}"}} for identity in ("a", "\U000f0000b\U00100000")
    ]
    asking = said("assistant", "", tool_calls=calls)
    reads = TemplateFacts(sglang_format="openai", reads_tool_call_id=True)

    def order(*results: dict[str, Any], facts: TemplateFacts = reads) -> list[str]:
        return [m["tool_call_id"] for m in context("sglang", asking, *results, USER, facts=facts).messages[1:-1]]

    assert order(*results("b", "a", media=True)) == ["a", "b"]
    assert order(*results("b", "a", media=False)) == ["b", "a"]
    assert order(*results("b", "a", "b", media=True)) == ["b", "a", "b"]
    assert order(*results("b", "z", media=True)) == ["b", "z"]
    assert order(*results("b", "a", media=True), facts=PARTS) == ["b", "a"]
