from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import pytest

from promptlint.capture import litellm_debug, load
from promptlint.errors import InputError
from promptlint.model import Place
from promptlint.positions import place
from tests.capture.calls import BODY, MESSAGES, loaded, text_at

CASSETTE = Path(__file__).parents[1] / "captures" / "cassette.yaml"


def command(data: Any, url: str = "http://h/v1/", before: str = "", prefix: str = "") -> str:
    lines = ["POST Request Sent from LiteLLM:", "curl -X POST \\", f"{url} \\", "-H 'a: b' \\", f"-d '{data}'"]
    return before + "\n".join(prefix + line for line in lines) + "\n\n"


@pytest.mark.parametrize(
    "text",
    [
        "10:00:00 - LiteLLM:DEBUG: x.py:9 - \n\n" + command(BODY),
        command(BODY, before="\x1b[92m") + "\x1b[0m",
        "INFO:     Started server process [1]\n" + command(BODY, prefix="proxy-1  | "),
        "[2026-08-04 07:45:31] start\n" + command(json.dumps(BODY)),
        command({**BODY, "extra_body": {}, "timeout": 600.0}),
    ],
    ids=["log", "colours", "prefixed", "json", "arguments"],
)
def test_the_body_is_read_as_python_and_as_json(text: str, tmp_path: Path) -> None:
    request = loaded(tmp_path, text).requests[0]
    assert (request.body, request.dialect, request.format) == (BODY, "openai_chat", "litellm-debug")


def test_several_requests_in_one_log(tmp_path: Path) -> None:
    claude = {"model": "claude-x", "system": "S", "messages": [{"role": "user", "content": "hi"}]}
    text = (
        command(BODY)
        + "noise\n"
        + command(claude, "https://h/v1/messages")
        + command({"input": ["x"]}, "http://h/v1/embeddings")
    )
    found = loaded(tmp_path, text)
    assert [(one.dialect, one.container) for one in found.requests] == [("openai_chat", "/0"), ("anthropic", "/1")]
    assert [one.reason for one in found.skipped] == ['an embedding: "/v1/embeddings"']


def test_places_are_exact_in_json_and_at_the_quote_in_python(tmp_path: Path) -> None:
    text = command(json.dumps(BODY)) + command(BODY)
    exact, rough = loaded(tmp_path, text).requests
    assert text_at(exact, "/messages/1/content", 5).startswith("hi")
    assert place(rough, "/messages/1/content", 5) == Place(rough.path, "/messages/1/content", 11, 4, exact=False)


def test_what_json_has_no_place_for_is_skipped_with_the_place(tmp_path: Path) -> None:
    text = command("{'messages': [<Message object at 0x7f>]}") + command({"messages": [b"x"]}) + command("{'a': 'cut")
    found = loaded(tmp_path, text + "POST Request Sent from LiteLLM:\ncurl -X POST \\\nhttp://h/ \\\n" + command(BODY))
    assert [one.body for one in found.requests] == [BODY]
    assert [one.reason for one in found.skipped] == [
        "5:19: a value that JSON has no place for",
        "11:19: a value that JSON has no place for",
        "19:1: no ',' where one belongs",
        "20:13: a command without data",
    ]


def test_a_json_log_has_the_command_in_its_message(tmp_path: Path) -> None:
    request = loaded(
        tmp_path, {"level": "INFO", "message": "x"}, {"level": "DEBUG", "message": "\n\n" + command(BODY)}
    ).requests[0]
    assert (request.body, request.container) == (BODY, "1/message")
    assert not place(request, "/messages/0").exact


def test_a_conversation_about_such_a_log_is_none(tmp_path: Path) -> None:
    quoted = [*MESSAGES, {"role": "user", "content": command(BODY)}]
    assert loaded(tmp_path, {"model": "m", "messages": quoted}).requests[0].format == "body"
    cassette = CASSETTE.read_text(encoding="utf-8") + "\n# POST Request\n"
    path = tmp_path / "cassette.yaml"
    path.write_text(cassette.replace("# POST Request", "note: |\n  " + command(BODY, prefix="  ").strip()))
    assert load(str(path)).format == "vcrpy"


def test_many_broken_commands_take_no_time(tmp_path: Path) -> None:
    text = command('{"x') + (command("{'a': \"") + command("[" * 150)) * 1_000
    started = time.process_time()
    assert len(loaded(tmp_path, text).skipped) == 2_001
    assert time.process_time() - started < 5


def test_data_that_is_no_object_is_no_request(tmp_path: Path) -> None:
    found = loaded(tmp_path, command([1, 2]) + command(BODY))
    assert [one.body for one in found.requests] == [BODY]
    assert [one.reason for one in found.skipped] == ["the body is no object"]


def test_more_requests_than_anybody_logs_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(litellm_debug, "MOST_LINES", 2)
    assert len(loaded(tmp_path, command(BODY) * 2).requests) == 2
    with pytest.raises(InputError, match="more than 2 requests"):
        loaded(tmp_path, command(BODY) * 3)
