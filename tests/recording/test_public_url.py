from __future__ import annotations

import pytest

from promptlint.recording.public_url import public_url

HOST = "https://api.example:8443"


@pytest.mark.parametrize(
    "path",
    [
        "/v1/chat/completions",
        "/v1beta/models/gemini-2.5-pro:generateContent",
        "/v1/projects/p/locations/l/publishers/anthropic/models/claude-sonnet-4@20250514:rawPredict",
        "/model/arn%3Aaws%3Abedrock%3Aus-east-1%3A1%3Ainference-profile%2Fus.anthropic.claude/converse-stream",
        "/openai/deployments/gpt%204/chat/completions",
        "//v1/",
        "",
    ],
)
def test_a_plain_path_stays(path: str) -> None:
    assert public_url(HOST + path) == HOST + path


@pytest.mark.parametrize("mark", ["?", "#", ";", "%3F", "%3f", "%23", "%3B", "%3b", "%253F", "&", "%26"])
def test_what_follows_a_mark_is_left_out(mark: str) -> None:
    assert "secret" not in public_url(f"{HOST}/v1/messages{mark}key=secret/user@h")


@pytest.mark.parametrize("user", ["me:secret@", "secret@", "me%3Asecret%40", "a@secret:b@"])
def test_a_user_is_left_out(user: str) -> None:
    assert public_url(f"{HOST}/{user}host/v1/messages") == f"{HOST}/host/v1/messages"


def test_a_user_does_not_hide_as_a_model() -> None:
    assert public_url(f"{HOST}/models/me:secret@host:run") == f"{HOST}/models/host:run"
