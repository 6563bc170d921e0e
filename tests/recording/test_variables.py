from __future__ import annotations

import pytest

from promptlint.commands.record import record
from promptlint.errors import UsageError
from promptlint.recording.variables import VARIABLES, detours, redirected, routes

PORT = 4711


def ways(environment: dict[str, str], upstream: str | None = None) -> dict[str, str]:
    """Each variable that is set, and where a request to it with `/x` at the end goes."""
    taken = detours(environment, upstream)
    given = redirected(environment, taken, PORT)
    start = f"http://127.0.0.1:{PORT}"
    ours = {name: value for name, value in given.items() if value.startswith(start)}
    return {name: routes(taken).target(value.removeprefix(start) + "/x") or "nowhere" for name, value in ours.items()}


def test_without_anything_set_requests_go_to_the_providers() -> None:
    assert ways({}) == {
        "OPENAI_BASE_URL": "https://api.openai.com/v1/x",
        "OPENAI_API_BASE": "https://api.openai.com/v1/x",
        "ANTHROPIC_BASE_URL": "https://api.anthropic.com/x",
        "GOOGLE_GEMINI_BASE_URL": "https://generativelanguage.googleapis.com/x",
        "CO_API_URL": "https://api.cohere.com/x",
        "GROQ_BASE_URL": "https://api.groq.com/x",
        "OLLAMA_HOST": "http://127.0.0.1:11434/x",
    }


def test_a_variable_that_is_set_already_says_where_its_requests_go() -> None:
    found = ways({"ANTHROPIC_BASE_URL": "http://10.0.0.5:4000/claude/", "AZURE_OPENAI_ENDPOINT": "https://me.example"})
    assert found["ANTHROPIC_BASE_URL"] == "http://10.0.0.5:4000/claude/x"
    assert found["AZURE_OPENAI_ENDPOINT"] == "https://me.example/x"


def test_a_key_for_one_server_never_goes_to_another_because_of_a_variable_that_was_not_set() -> None:
    found = ways({"OPENAI_API_BASE": "http://gateway.example/v1"})
    assert found["OPENAI_API_BASE"] == "http://gateway.example/v1/x"
    assert "OPENAI_BASE_URL" not in found


def test_two_variables_of_a_provider_that_name_two_servers_keep_them_apart() -> None:
    found = ways({"OPENAI_API_BASE": "http://a.example/v1", "OPENAI_BASE_URL": "http://b.example/v1"})
    assert (found["OPENAI_API_BASE"], found["OPENAI_BASE_URL"]) == ("http://a.example/v1/x", "http://b.example/v1/x")


@pytest.mark.parametrize("url", ["http://127.0.0.1:8000", "http://127.0.0.1:8000/", "http://127.0.0.1:8000/v1"])
def test_with_an_upstream_all_requests_go_there_each_in_its_own_way(url: str) -> None:
    found = ways({"OPENAI_API_BASE": "http://gateway.example/v1"}, url)
    assert found.keys() == {variable.name for variable in VARIABLES}
    assert found["OPENAI_BASE_URL"] == "http://127.0.0.1:8000/v1/x"
    assert found["ANTHROPIC_BASE_URL"] == "http://127.0.0.1:8000/x"


@pytest.mark.parametrize(
    ("host", "target"),
    [
        ("0.0.0.0", "http://127.0.0.1:11434/x"),
        ("10.0.0.5", "http://10.0.0.5:11434/x"),
        (":9000", "http://127.0.0.1:9000/x"),
        ("box:9000/ollama", "http://box:9000/ollama/x"),
        ("[::1]:9000", "http://[::1]:9000/x"),
        ("https://box", "https://box/x"),
    ],
)
def test_the_host_of_ollama_need_not_be_a_url(host: str, target: str) -> None:
    assert ways({"OLLAMA_HOST": host})["OLLAMA_HOST"] == target


@pytest.mark.parametrize(("variable", "value"), [("OPENAI_BASE_URL", "nonsense"), ("OLLAMA_HOST", "box:port")])
def test_a_variable_that_holds_no_address_is_named(variable: str, value: str) -> None:
    with pytest.raises(UsageError, match=f"^{variable}: '{value}' is no address of a server") as caught:
        detours({variable: value}, None)
    assert caught.value.hint


def test_a_proxy_of_the_environment_does_not_stand_between_the_command_and_us() -> None:
    given = redirected({"no_proxy": ".corp.example", "HTTP_PROXY": "http://proxy.example"}, (), PORT)
    assert given["no_proxy"] == ".corp.example,127.0.0.1,localhost"
    assert given["NO_PROXY"] == "127.0.0.1,localhost"


def test_the_help_names_every_variable() -> None:
    assert record.help is not None
    assert [variable.name for variable in VARIABLES if variable.name not in record.help] == []
