from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

from promptlint.dialect import chat
from promptlint.errors import InputError
from promptlint.model import Place
from promptlint.positions import place
from tests.capture.calls import BODY, MESSAGES, TOOL, loaded, text_at


def observation(given: Any, **more: Any) -> dict[str, Any]:
    return {"id": "o", "trace_id": "t", "type": "GENERATION", "provided_model_name": "m", "input": given, **more}


@pytest.mark.parametrize(
    "given",
    [
        {"messages": MESSAGES, "tools": [TOOL]},
        json.dumps({"messages": MESSAGES, "tools": [TOOL]}),
        {"args": [], "kwargs": {"messages": MESSAGES, "tools": [TOOL]}},
        [*MESSAGES, {"role": "tool", "content": TOOL}],
    ],
    ids=["object", "text", "arguments", "tools among the messages"],
)
def test_a_conversation_in_every_packing(given: Any, tmp_path: Path) -> None:
    request = loaded(tmp_path, observation(given)).requests[0]
    found = chat(request)
    assert (request.model, found.messages, found.tools) == ("m", MESSAGES, [TOOL])
    assert text_at(request, "/messages/1/content", 5).startswith("hi")
    assert "look" in text_at(request, "/tools/0/function/name")[:12]


@pytest.mark.parametrize(
    "given", ["Say hi.", {"role": "user", "content": "Say hi."}, [{"role": "user", "content": "Say hi."}]]
)
def test_a_single_message(given: Any, tmp_path: Path) -> None:
    request = loaded(tmp_path, observation(given)).requests[0]
    assert chat(request).messages == [{"role": "user", "content": "Say hi."}]
    assert text_at(request, "/messages/0/content").startswith('"Say hi."')


@pytest.mark.parametrize(
    ("key", "usage", "cached"),
    [
        ("usage_details", {"input": 1, "input_cached_tokens": 7}, 7),
        ("usageDetails", {"cache_read_input_tokens": 7}, 7),
        ("usageDetails", {"input_cache_read": 7, "input_cache_creation": 9}, 7),
        ("usage_details", '{"prompt_cache_hit_tokens": 7}', 7),
        ("usage_details", {"cache_creation_input_tokens": 9, "output_cached_tokens": 9, "cached": "7"}, None),
        ("usage_details", "{", None),
        ("usage", None, None),
    ],
)
def test_cached_tokens_in_every_spelling(key: str, usage: Any, cached: int | None, tmp_path: Path) -> None:
    assert loaded(tmp_path, observation("x", **{key: usage})).requests[0].observed_cached_tokens == cached


def test_a_page_of_the_api(tmp_path: Path) -> None:
    one = {"id": "o", "traceId": "t", "sessionId": "s", "type": "GENERATION", "model": "m", "input": BODY["messages"]}
    more = {"startTime": "2026-08-04T07:45:31", "modelParameters": {"temperature": 0.5}}
    found = loaded(tmp_path, {"data": [one | more, {**one, "type": "SPAN"}, {**one, "input": None}, 7], "meta": {}})
    request = found.requests[0]
    assert (request.session, request.container) == ("s", "/data/0/input")
    assert request.recorded_at == datetime(2026, 8, 4, 7, 45, 31)
    assert request.body["temperature"] == 0.5
    assert [one.reason for one in found.skipped] == [
        'an observation of the type "SPAN", no call of a model',
        "the input was not stored",
        "no observation",
    ]


def test_an_input_that_was_cut_is_skipped_with_the_place(tmp_path: Path) -> None:
    found = loaded(tmp_path, observation("x"), observation('[{"role": "user", "content": "hi'))
    assert [one.reason for one in found.skipped] == [
        "the input is not readable at character 30: the JSON ends too early"
    ]


def test_something_of_another_type_is_no_observation(tmp_path: Path) -> None:
    with pytest.raises(InputError):
        loaded(tmp_path, {"type": "message", "trace_id": "t", "input": "x"})


def test_yaml_holds_one_or_a_list_as_json_does(tmp_path: Path) -> None:
    for document in (observation("Say hi."), [observation("Say hi.")]):
        request = loaded(tmp_path, yaml.dump(document)).requests[0]
        assert chat(request).messages == [{"role": "user", "content": "Say hi."}]
        assert place(request, "/messages/0/content") == Place(request.path, "/messages/0/content", 1, 1, exact=False)


def test_the_model_may_stand_in_the_input_alone_or_nowhere(tmp_path: Path) -> None:
    inputs = ({"model": "inner", "messages": MESSAGES}, {"messages": MESSAGES})
    found = loaded(tmp_path, [observation(one, provided_model_name=None) for one in inputs])
    assert [one.model for one in found.requests] == ["inner", None]
