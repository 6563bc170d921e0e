from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from promptlint.capture import load
from promptlint.dialect import bedrock_converse, chat
from promptlint.dialect.shape import ShapeError
from promptlint.model import Chat
from promptlint.positions import origin

CAPTURE = Path(__file__).parents[1] / "captures" / "bedrock-converse.json"


def of(*blocks: Any, role: str = "user", **body: Any) -> Chat:
    return bedrock_converse.normalise({"messages": [{"role": role, "content": list(blocks)}], **body})


def test_the_whole_form() -> None:
    request = load(str(CAPTURE)).requests[0]
    found = chat(request)
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
            "tool_calls": [{"id": "t7", "type": "function", "function": call}],
        },
        {"role": "tool", "tool_call_id": "t7", "content": [{"type": "text", "text": "rose\nthyme\n"}]},
        {"role": "user", "content": [{"type": "text", "text": "Which one smells better?"}]},
    ]
    assert [list(tool["function"]) for tool in found.tools or ()] == [["name", "description", "parameters"]]
    assert found.parameters == {
        "model": "us.amazon.nova-2-lite-v1:0",
        "max_tokens": 512,
        "top_p": 0.9,
        "tool_choice": {"any": {}},
    }
    assert (request.model, found.limits) == ("us.amazon.nova-2-lite-v1:0", ())


@pytest.mark.parametrize(
    ("pointer", "place"),
    [
        ("/messages/0/content/0/text", "/system/0/text"),
        ("/messages/1/content/1/image_url/url", "/messages/0/content/1/image/source/bytes"),
        ("/messages/2/reasoning_content", "/messages/1/content/0/reasoningContent/reasoningText/text"),
        ("/messages/2/content/0/text", "/messages/1/content/1/text"),
        ("/messages/2/tool_calls/0/id", "/messages/1/content/2/toolUse/toolUseId"),
        ("/messages/2/tool_calls/0/function/arguments/path", "/messages/1/content/2/toolUse/input/path"),
        ("/messages/3/content/0/text", "/messages/2/content/0/toolResult/content/0/text"),
        ("/messages/3/tool_call_id", "/messages/2/content/0/toolResult/toolUseId"),
        ("/messages/4/content/0/text", "/messages/2/content/2/text"),
        ("/tools/0/function/name", "/toolConfig/tools/0/toolSpec/name"),
        ("/tools/0/function/parameters/type", "/toolConfig/tools/0/toolSpec/inputSchema/json/type"),
        ("/tool_choice", "/toolConfig/toolChoice"),
        ("/max_tokens", "/inferenceConfig/maxTokens"),
        ("/model", "/modelId"),
    ],
)
def test_each_value_leads_back_to_its_place(pointer: str, place: str) -> None:
    assert origin(pointer, chat(load(str(CAPTURE)).requests[0]).origins) == place


def test_a_rolling_cache_point_changes_nothing() -> None:
    point = {"cachePoint": {"type": "default"}}
    marked = of({"text": "hi"}, point, system=[{"text": "x"}, point], toolConfig={"tools": [point]})
    plain = of({"text": "hi"}, system=[{"text": "x"}], toolConfig={"tools": []})
    assert (marked.messages, marked.tools) == (plain.messages, plain.tools)
    assert [one["role"] for one in of({"text": "hi"}, system=[point]).messages] == ["user"]


def test_nova_invoked_by_itself_has_the_same_blocks() -> None:
    found = of({"text": "hi"}, schemaVersion="messages-v1", inferenceConfig={"max_new_tokens": 7})
    assert found.messages == [{"role": "user", "content": [{"type": "text", "text": "hi"}]}]
    assert found.parameters == {"max_new_tokens": 7}


def test_results_of_every_kind() -> None:
    image = {"image": {"format": "png", "source": {"s3Location": {"uri": "s3://b/i"}}}}
    blocks = [{"text": "a"}, {"json": {"b": 1}}, image, {"document": {"name": "d"}}, {"searchResult": {}}]
    found = of({"toolResult": {"toolUseId": "t", "status": "error", "content": blocks}})
    text, data, shown, document, other = found.messages[0]["content"]
    assert (text["text"], data["text"]) == ("a", '{"b":1}')
    assert shown == {"type": "image_url", "image_url": {"url": "s3://b/i"}}
    assert document["text"].startswith("[document ")
    assert other["text"] == '{"searchResult":{}}'
    at = "/messages/0/content/0/toolResult/content"
    assert origin("/messages/0/content/1/text", found.origins) == f"{at}/1/json"
    assert origin("/messages/0/content/2/image_url/url", found.origins) == f"{at}/2/image/source/s3Location/uri"
    assert [limit.split()[0] for limit in found.limits] == ["the", "a", "blocks"]


def test_what_was_said_with_sources_is_what_was_said() -> None:
    cited = {"content": [{"text": "a"}, {"text": "b"}], "citations": [{"title": "t"}]}
    found = of({"citationsContent": cited}, {"guardContent": {"text": {"text": "c"}}}, role="assistant")
    assert [part["text"] for part in found.messages[0]["content"]] == ["a", "b", "c"]
    place = origin("/messages/0/content/1/text", found.origins)
    assert place == "/messages/0/content/0/citationsContent/content/1/text"
    assert origin("/messages/0/content/2/text", found.origins) == "/messages/0/content/1/guardContent/text/text"


def test_encrypted_reasoning_is_a_fingerprint() -> None:
    found = of({"reasoningContent": {"redactedContent": "aGk="}}, {"text": "hi"}, role="assistant")
    assert [part["text"][:19] for part in found.messages[0]["content"]] == ["[redacted reasoning", "hi"]


def test_a_system_tool_has_no_schema() -> None:
    found = of({"text": "hi"}, toolConfig={"tools": [{"systemTool": {"name": "nova_grounding"}}]})
    assert [tool["function"]["name"] for tool in found.tools or ()] == ["nova_grounding"]


@pytest.mark.parametrize(
    "body",
    [
        {"system": 7},
        {"inferenceConfig": 7},
        {"toolConfig": 7},
        {"toolConfig": {"tools": 7}},
        {"toolConfig": {"tools": [{"toolSpec": {"inputSchema": 7}}]}},
    ],
)
def test_other_shapes_are_refused(body: Any) -> None:
    with pytest.raises(ShapeError, match="should be"):
        of({"text": "hi"}, **body)


@pytest.mark.parametrize(
    "block",
    [
        {"text": 7},
        {"toolUse": 7},
        {"toolResult": {"content": 7}},
        {"image": 7},
        {"reasoningContent": {"reasoningText": {"text": 7}}},
        {"citationsContent": {"content": [{}]}},
    ],
)
def test_other_shapes_of_blocks_are_refused(block: Any) -> None:
    with pytest.raises(ShapeError, match="should be"):
        of(block)


def test_plain_text_stands_for_a_block() -> None:
    found = bedrock_converse.normalise({"system": "Be brief.", "messages": [{"role": "user", "content": "hi"}]})
    assert found.messages == [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "hi"}]
    assert origin("/messages/0/content", found.origins) == "/system"
    assert origin("/messages/1/content", found.origins) == "/messages/0/content"
    assert bedrock_converse.normalise({"system": "", "messages": []}).messages == []


@pytest.mark.parametrize(
    ("source", "url", "place"),
    [
        ({"bytes": "aGk="}, "data:image/png;base64,aGk=", "/source/bytes"),
        ({"s3Location": {"uri": "s3://b/i"}}, "s3://b/i", "/source/s3Location/uri"),
        ("https://h/i.png", "https://h/i.png", "/source"),
    ],
)
def test_a_picture_wherever_it_lies(source: Any, url: str, place: str) -> None:
    found = of({"image": {"format": "png", "source": source}})
    assert found.messages[0]["content"] == [{"type": "image_url", "image_url": {"url": url}}]
    at = origin("/messages/0/content/0/image_url/url", found.origins)
    assert at == "/messages/0/content/0/image" + place


def test_guarded_content_that_is_no_text_is_shown_as_its_json() -> None:
    found = of({"guardContent": {"image": {"format": "png"}}})
    assert found.messages[0]["content"] == [{"type": "text", "text": '{"guardContent":{"image":{"format":"png"}}}'}]
    assert found.limits == ("blocks of type guardContent are shown as their JSON text",)
