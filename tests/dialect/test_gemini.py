from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from promptlint.capture import load
from promptlint.dialect import chat, gemini
from promptlint.dialect.shape import ShapeError
from promptlint.model import Chat
from promptlint.positions import origin

CAPTURE = Path(__file__).parents[1] / "captures" / "gemini.json"


def of(*contents: Any, **body: Any) -> Chat:
    return gemini.normalise({"contents": list(contents), **body})


def user(*parts: Any) -> Any:
    return {"role": "user", "parts": list(parts)}


def model(*parts: Any) -> Any:
    return {"role": "model", "parts": list(parts)}


def test_the_whole_form() -> None:
    found = chat(load(str(CAPTURE)).requests[0])
    call = {"name": "read_file", "arguments": {"path": "plants.txt"}}
    assert found.messages == [
        {"role": "system", "content": [{"type": "text", "text": "You are a terse gardener's assistant."}]},
        {
            "role": "user",
            "content": [
                {"type": "text", "text": "What does plants.txt say?"},
                {"type": "image_url", "image_url": {"url": "data:image/png;base64,aGk="}},
            ],
        },
        {
            "role": "assistant",
            "content": [{"type": "text", "text": "Let me look."}],
            "reasoning_content": "The file must be read.",
            "tool_calls": [{"id": "c1", "type": "function", "function": call}],
        },
        {"role": "tool", "name": "read_file", "tool_call_id": "c1", "content": "rose\nthyme\n"},
        {"role": "user", "content": [{"type": "text", "text": "Which one smells better?"}]},
    ]
    assert [list(tool["function"]) for tool in found.tools or ()] == [["name", "description", "parameters"]]
    assert found.parameters == {
        "safetySettings": [],
        "max_output_tokens": 512,
        "top_p": 0.9,
        "thinking_config": {"thinkingBudget": 1024},
    }
    assert found.limits == ()


@pytest.mark.parametrize(
    ("pointer", "place"),
    [
        ("/messages/0/content/0/text", "/systemInstruction/parts/0/text"),
        ("/messages/1/content/1/image_url/url", "/contents/0/parts/1/inlineData/data"),
        ("/messages/2/reasoning_content", "/contents/1/parts/0/text"),
        ("/messages/2/content/0/text", "/contents/1/parts/1/text"),
        ("/messages/2/tool_calls/0/function/arguments/path", "/contents/1/parts/2/functionCall/args/path"),
        ("/messages/3/content", "/contents/2/parts/0/functionResponse/response/result"),
        ("/messages/4/content/0/text", "/contents/2/parts/1/text"),
        (
            "/tools/0/function/parameters/type",
            "/tools/0/functionDeclarations/0/parametersJsonSchema/type",
        ),
        ("/top_p", "/generationConfig/topP"),
        ("/safetySettings", "/safetySettings"),
    ],
)
def test_each_value_leads_back_to_its_place(pointer: str, place: str) -> None:
    assert origin(pointer, chat(load(str(CAPTURE)).requests[0]).origins) == place


@pytest.mark.parametrize(
    ("system", "place"),
    [
        ("Be brief.", ""),
        ({"parts": [{"text": "Be brief."}]}, "/parts/0/text"),
        ({"parts": {"text": "Be brief."}}, "/parts/text"),
        ({"text": "Be brief."}, "/text"),
        ([{"text": "Be brief."}], "/0/text"),
    ],
)
@pytest.mark.parametrize("key", ["systemInstruction", "system_instruction"])
def test_a_system_instruction_is_spelled_in_many_ways(key: str, system: Any, place: str) -> None:
    found = of(user({"text": "hi"}), **{key: system})
    assert found.messages[0] == {"role": "system", "content": [{"type": "text", "text": "Be brief."}]}
    assert origin("/messages/0/content/0/text", found.origins) == f"/{key}{place}"


@pytest.mark.parametrize("system", ["", {}, None, {"parts": {"text": ""}}, {"parts": []}])
def test_an_empty_system_instruction_is_no_message(system: Any) -> None:
    assert [one["role"] for one in of(user({"text": "hi"}), systemInstruction=system).messages] == ["user"]


def test_a_call_without_an_id_and_an_answer_of_several_values() -> None:
    found = of(
        model({"function_call": {"name": "f", "args": None}}),
        {"role": "function", "parts": [{"function_response": {"name": "f", "response": {"a": 1, "b": "x"}}}]},
    )
    assert found.messages == [
        {
            "role": "assistant",
            "content": None,
            "tool_calls": [{"type": "function", "function": {"name": "f", "arguments": {}}}],
        },
        {"role": "tool", "name": "f", "content": '{"a":1,"b":"x"}'},
    ]


def test_signatures_are_no_part_of_the_prompt() -> None:
    signed = of(
        model(
            {"thought": True, "thoughtSignature": "c2ln"},
            {"text": "hi", "thoughtSignature": "c2ln"},
            {"functionCall": {"name": "f"}, "thought_signature": "c2ln"},
        )
    )
    plain = of(model({"text": "hi"}, {"functionCall": {"name": "f"}}))
    assert (signed.messages, signed.limits) == (plain.messages, ())


def test_results_and_what_is_said_stay_in_their_order() -> None:
    result = {"functionResponse": {"name": "f", "response": {"output": "1"}}}
    found = of(user({"text": "a"}, result, {"text": "b"}))
    assert [one["role"] for one in found.messages] == ["user", "tool", "user"]
    assert origin("/messages/2/content/0/text", found.origins) == "/contents/0/parts/2/text"


def test_a_file_is_a_fingerprint_unless_it_is_an_image() -> None:
    def shown(data: str) -> Any:
        return of(user({"inline_data": {"mime_type": "application/pdf", "data": data}}))

    assert shown("aGk=").messages == shown("aGk=").messages != shown("aGo=").messages
    assert "aGk" not in repr(shown("aGk=").messages)
    assert "fingerprint" in shown("aGk=").limits[0]
    found = of(user({"fileData": {"mimeType": "image/png", "fileUri": "gs://b/i"}}))
    assert found.messages[0]["content"] == [{"type": "image_url", "image_url": {"url": "gs://b/i"}}]
    assert origin("/messages/0/content/0/image_url/url", found.origins) == "/contents/0/parts/0/fileData/fileUri"


def test_other_parts_are_shown_as_json_with_a_limit() -> None:
    found = of(model({"executableCode": {"code": "1"}, "thoughtSignature": "c2ln"}))
    assert found.messages[0]["content"][0]["text"] == '{"executableCode":{"code":"1"}}'
    assert "executableCode" in found.limits[0]


def test_hosted_tools_stand_between_the_declared_ones() -> None:
    declared = {"function_declarations": [{"name": "f", "parameters": {"type": "OBJECT"}}]}
    found = of(user({"text": "hi"}), tools=[{"googleSearch": {}}, declared, {"codeExecution": None}])
    assert [tool["function"]["name"] for tool in found.tools or ()] == ["googleSearch", "f"]
    assert origin("/tools/1/function/parameters", found.origins) == "/tools/1/function_declarations/0/parameters"
    one = of(user({"text": "hi"}), tools={"functionDeclarations": {"name": "f"}})
    assert [tool["function"]["name"] for tool in one.tools or ()] == ["f"]


def test_a_stored_prefix_is_a_limit() -> None:
    assert "on the server" in of(user({"text": "hi"}), cachedContent="cachedContents/1").limits[0]


@pytest.mark.parametrize(
    ("contents", "texts", "place"),
    [
        ("hi", ["hi"], "/contents"),
        (["hi", "ho"], ["hi", "ho"], "/contents/0"),
        ([{"text": "hi"}], [[{"type": "text", "text": "hi"}]], "/contents/0"),
        ({"parts": ["hi"]}, [[{"type": "text", "text": "hi"}]], "/contents/parts"),
    ],
)
def test_the_sdk_takes_contents_in_a_word(contents: Any, texts: list[Any], place: str) -> None:
    found = gemini.normalise({"model": "gemini-x", "contents": contents, "config": {"topK": 3, "tools": []}})
    assert [(one["role"], one["content"]) for one in found.messages] == [("user", text) for text in texts]
    assert origin("/messages/0/content", found.origins) == place
    assert found.parameters == {"model": "gemini-x", "top_k": 3}
    assert origin("/top_k", found.origins) == "/config/topK"


def test_code_assist_has_all_of_it_one_level_down() -> None:
    inner = {"contents": [user({"text": "hi"})], "system_instruction": "Be brief.", "generationConfig": {"topP": 1}}
    found = gemini.normalise({"model": "gemini-x", "project": "p", "user_prompt_id": "1", "request": inner})
    assert [one["role"] for one in found.messages] == ["system", "user"]
    assert found.parameters == {"model": "gemini-x", "top_p": 1}
    assert origin("/messages/1/content/0/text", found.origins) == "/request/contents/0/parts/0/text"
    assert origin("/top_p", found.origins) == "/request/generationConfig/topP"


@pytest.mark.parametrize(
    "body",
    [
        {"contents": None},
        {"contents": [None]},
        {"contents": [{"role": 7, "parts": []}]},
        {"contents": [{"parts": 7}]},
        {"contents": [{"parts": [7]}]},
        {"contents": [user({"functionCall": 7})]},
        {"contents": [user({"functionResponse": {"response": 7}})]},
        {"contents": [user({"inlineData": "x"})]},
        {"contents": [], "generationConfig": 7},
        {"contents": [], "config": 7},
        {"contents": [], "tools": [{"functionDeclarations": [7]}]},
        {"contents": [], "systemInstruction": 7},
        {"request": {}},
    ],
)
def test_other_shapes_are_refused(body: Any) -> None:
    with pytest.raises(ShapeError, match="should be"):
        gemini.normalise(body)
