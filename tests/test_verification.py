"""Prediction against a look-alike of a running server, which gives back what its engine's rule says or does not."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from promptlint.errors import ModelError, UsageError
from promptlint.options import Options
from promptlint.report import verification as report
from promptlint.verification import Verification, verify
from tests.commands import run
from tests.server.look_alike import ENDPOINTS, LookAlike, running

SYSTEM = "It is 10:00. The quick brown fox jumps over the lazy dog, and over the other dog too."
BEFORE: dict[str, Any] = {
    "model": "x",
    "stream": True,
    "max_tokens": 4000,
    "messages": [{"role": "system", "content": SYSTEM}, {"role": "user", "content": "Hello."}],
}
TURN = [{"role": "assistant", "content": "Hi."}, {"role": "user", "content": "More."}]
AFTER = {**BEFORE, "messages": [*BEFORE["messages"], *TURN]}


@pytest.fixture(params=ENDPOINTS)
def server(request: pytest.FixtureRequest, tiny_model: Path) -> Iterator[LookAlike]:
    with running(LookAlike(request.param, tiny_model)) as found:
        yield found


def text(found: Verification) -> str:
    stream = io.StringIO()
    report.write_text(found, stream)
    return stream.getvalue()


def document(found: Verification) -> Any:
    stream = io.StringIO()
    report.write_json(found, stream)
    return json.loads(stream.getvalue())


def sent(server: LookAlike) -> list[Any]:
    return [body for path, body in server.seen if path.endswith("completions")]


def test_a_server_that_does_as_predicted_agrees(server: LookAlike) -> None:
    found = verify(BEFORE, AFTER, Options(model=server.url))
    assert found.agrees
    assert found.prediction.low == found.prediction.high == found.after.counted.cached > 0
    assert text(found).startswith("AGREES  ")
    shown = document(found)
    assert shown["agrees"] is True
    assert shown["reported"] == shown["predicted"]["range"][0] == found.after.counted.cached
    assert shown["server"]["profile"] == server.engine
    assert shown["local"] is None


def test_both_are_sent_in_their_order_and_write_one_token(server: LookAlike) -> None:
    verify(BEFORE, AFTER, Options(model=server.url))
    bodies = sent(server)
    assert [body["messages"] for body in bodies] == [BEFORE["messages"], AFTER["messages"]]
    for body in bodies:
        assert (body["max_tokens"], body["temperature"], body["stream"]) == (1, 0, False)
        assert body.get("cache_prompt") is (True if server.engine == "llama.cpp" else None)
        assert ("cache_salt" in body) is (server.engine != "llama.cpp")
    assert bodies[0].get("cache_salt") == bodies[1].get("cache_salt")


def test_it_can_be_done_again(server: LookAlike) -> None:
    assert verify(BEFORE, AFTER, Options(model=server.url)).agrees
    assert verify(BEFORE, AFTER, Options(model=server.url)).agrees


def test_fewer_cached_tokens_than_predicted_differ(server: LookAlike, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "cached", lambda *_: 0)
    found = verify(BEFORE, AFTER, Options(model=server.url))
    assert not found.agrees
    assert text(found).startswith(f"DIFFERS  {found.prediction.low} cached tokens predicted, 0 reported")
    assert "Does it serve others" in text(found)


def test_more_than_predicted_was_there_before(server: LookAlike, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "cached", lambda ids, _: len(ids) - 1)
    found = verify(BEFORE, AFTER, Options(model=server.url))
    assert not found.agrees
    assert "the server still held one like it" in text(found)


def test_the_same_files_here_give_the_server_s_prompts(server: LookAlike, tiny_model: Path) -> None:
    found = verify(BEFORE, AFTER, Options(model=server.url), str(tiny_model))
    assert found.agrees
    assert found.local is not None
    assert (found.local.reference, found.local.profile) == (str(tiny_model), server.engine)
    assert f"after: {tiny_model} gives the server's {found.after.tokens} ids" in " ".join(text(found).split())


def test_another_template_here_is_told_with_its_first_difference(
    server: LookAlike, model_folder: Callable[..., Path]
) -> None:
    other = model_folder("{% for m in messages %}{{ '<|im_start|>' + m.role + ': ' + m.content }}{% endfor %}")
    found = verify(BEFORE, AFTER, Options(model=server.url), str(other))
    assert found.as_predicted
    assert not found.agrees
    assert found.before.parting is not None
    assert found.before.parting.same == "<|im_start|>system"
    assert found.before.parting.server.startswith("\nIt is")
    assert found.before.parting.local.startswith(": It is")
    shown = " ".join(text(found).split())
    assert "as predicted, but the prompts are not the same" in shown
    assert f"before: {other} parts from the server at token".replace(" ", "") in shown.replace(
        " ", ""
    )  # a long path is cut
    assert document(found)["before"]["local_difference"]["character"] == len("<|im_start|>system")


def test_a_template_here_that_refuses_is_told(server: LookAlike, model_folder: Callable[..., Path]) -> None:
    found = verify(BEFORE, AFTER, Options(model=server.url), str(model_folder("{{ raise_exception('no dogs') }}")))
    assert not found.agrees
    assert "refuses it: no dogs" in " ".join(text(found).split())
    assert document(found)["after"]["local_error"] == "no dogs"


def test_what_is_known_of_the_server_can_be_overruled(tiny_model: Path) -> None:
    with running(LookAlike("vllm", tiny_model)) as server:
        found = verify(BEFORE, AFTER, Options(model=server.url, engine_options={"block-size": 1}))
    assert found.options["block-size"] == 1
    assert not found.as_predicted


def test_a_salt_of_its_own_keeps_requests_apart(tiny_model: Path) -> None:
    with running(LookAlike("vllm", tiny_model)) as server:
        found = verify({**BEFORE, "cache_salt": "a"}, {**AFTER, "cache_salt": "b"}, Options(model=server.url))
    assert found.agrees
    assert (found.prediction.high, found.prediction.note) == (0, "another cache_salt")


def test_a_server_that_does_not_count_is_told_how_to(tiny_model: Path) -> None:
    for engine in ENDPOINTS:
        with running(LookAlike(engine, tiny_model, reports_cached=False)) as server:
            if engine == "llama.cpp":  # its timings say it too
                assert verify(BEFORE, AFTER, Options(model=server.url)).agrees
                continue
            with pytest.raises(ModelError, match="does not report cached tokens") as caught:
                verify(BEFORE, AFTER, Options(model=server.url))
            assert "--enable-" in str(caught.value.hint)


def test_a_request_that_the_server_refuses_is_an_error(server: LookAlike, monkeypatch: pytest.MonkeyPatch) -> None:
    refusal = {"error": {"message": "max_tokens is too small"}}
    monkeypatch.setitem(ENDPOINTS[server.engine], "/v1/chat/completions", lambda *_: (400, refusal))
    with pytest.raises(ModelError, match="refuses this request: max_tokens is too small"):
        verify(BEFORE, AFTER, Options(model=server.url))


@pytest.mark.parametrize("model", [None, "builtin"])
def test_only_a_running_server_can_be_asked(model: str | None) -> None:
    with pytest.raises(UsageError, match="running server") as caught:
        verify(BEFORE, AFTER, Options(model=model))
    assert "--model http://" in str(caught.value.hint)


def test_the_command_tells_by_its_exit_code(server: LookAlike, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, body in (("before.json", BEFORE), ("after.json", AFTER)):
        (tmp_path / name).write_text(json.dumps(body))
    command = f"promptlint verify --model {server.url} before.json after.json"
    assert run(command, tmp_path, tmp_path).returncode == 0
    monkeypatch.setattr(server, "cached", lambda *_: 0)
    done = run(f"{command} --format json", tmp_path, tmp_path)
    assert (done.returncode, json.loads(done.stdout)["agrees"]) == (1, False)


def test_a_server_that_is_not_there_is_one_line_and_a_hint(tmp_path: Path) -> None:
    for name, body in (("before.json", BEFORE), ("after.json", AFTER)):
        (tmp_path / name).write_text(json.dumps(body))
    for command in ("verify", "diff"):
        done = run(f"promptlint {command} --model http://127.0.0.1:9 before.json after.json", tmp_path, tmp_path)
        assert done.returncode == 2
        assert done.stderr.splitlines() == [
            "error: http://127.0.0.1:9: nothing listens there (connection refused)",
            "hint: start the server, or check the port",
        ]
