"""A server in the place of a model's files: the same prompts, the same ids, the same places."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from promptlint.comparison.pair import compare, compare_structure
from promptlint.dialect import chat
from promptlint.errors import ModelError, TemplateError
from promptlint.local_model import DEFAULT_NOW, Model
from promptlint.model import Pair, Turn
from promptlint.selection import request_of_body
from promptlint.server import server_model
from promptlint.server.server_model import ServerModel
from promptlint.tokens.reference import resolve
from tests.server.look_alike import ENDPOINTS, NAME, LookAlike, running

TOOL = {"type": "function", "function": {"name": "read_file", "description": "reads", "parameters": {"type": "object"}}}
CALL = {"id": "1", "type": "function", "function": {"name": "read_file", "arguments": '{"path": "a.py"}'}}
BODY: dict[str, Any] = {
    "model": "another",
    "temperature": 0.5,
    "tools": [TOOL],
    "messages": [
        {"role": "system", "content": "It is 10:00. The quick brown fox jumps over the lazy dog."},
        {"role": "user", "content": "Read it, 漢字 too."},
        {"role": "assistant", "content": "", "tool_calls": [CALL]},
        {"role": "tool", "tool_call_id": "1", "content": "def f(x):\n    return x + 1"},
    ],
}
LATER = {
    **BODY,
    "messages": [
        {"role": "system", "content": "It is 11:00. The quick brown fox jumps over the lazy dog."},
        *BODY["messages"][1:],
        {"role": "assistant", "content": "Done."},
        {"role": "user", "content": "Thanks."},
    ],
}
MORE = {**BODY, "messages": [*BODY["messages"], *LATER["messages"][-2:]]}


@pytest.fixture(params=ENDPOINTS)
def server(request: pytest.FixtureRequest, tiny_model: Path) -> Iterator[LookAlike]:
    with running(LookAlike(request.param, tiny_model)) as found:
        yield found


@pytest.fixture
def model(server: LookAlike) -> Iterator[ServerModel]:
    found = ServerModel(resolve(server.url, online=False))
    yield found
    found.close()


def compared(before: Any, after: Any, model: Model) -> Pair:
    turns = [Turn(request, chat(request)) for request in map(request_of_body, (before, after))]
    structure = compare_structure(turns[0].chat, turns[1].chat)
    return compare(turns[0], turns[1], structure, model, DEFAULT_NOW).pair


def test_its_prompts_are_those_of_the_files_behind_it(server: LookAlike, model: ServerModel) -> None:
    for body in (BODY, LATER):
        own, other = model.prompt(body), server.model.prompt(body)
        assert (own.text, own.ids) == (other.text, other.ids)


def test_a_pair_parts_where_it_does_with_the_files(server: LookAlike, model: ServerModel) -> None:
    own, other = compared(BODY, LATER, model), compared(BODY, LATER, server.model)
    assert own.divergence is not None
    assert own.divergence.exact
    assert own.divergence.before.place.pointer == "/messages/0/content"
    assert own.divergence == other.divergence
    assert (own.status, own.common_prefix_tokens) == ("broken", other.common_prefix_tokens)
    assert own.lost_tokens is not None
    assert other.lost_tokens is not None
    opener = len(server.ids("<|im_start|>assistant\n")) if server.engine == "sglang" else 0  # an answer begins so too
    assert own.lost_tokens == other.lost_tokens + opener


def test_a_healthy_pair_is_one(model: ServerModel) -> None:
    assert compared(BODY, MORE, model).status == "extension"


def test_a_pair_needs_few_requests(server: LookAlike, model: ServerModel) -> None:
    compared(BODY, MORE, model)
    assert len(server.seen) <= 16
    seen = len(server.seen)
    compared(BODY, MORE, model)
    assert len(server.seen) == seen


def test_nothing_is_sent_that_makes_the_model_work(server: LookAlike, model: ServerModel) -> None:
    compared(BODY, LATER, model)
    assert {path for path, _ in server.seen} <= set(ENDPOINTS[server.engine]) - {"/v1/chat/completions"}
    assert all("temperature" not in body for _, body in server.seen if body)


def test_the_report_says_whose_tokenizer_it_is(server: LookAlike, model: ServerModel) -> None:
    use = model.use
    assert (use.reference, use.exact, use.profile) == (server.url, True, server.engine)
    assert use.notes[0].startswith(f"The server's own rendering, tokenizer and clock: {server.engine} ")
    assert use.notes[0].endswith(f"with {NAME}.")


def test_the_model_that_is_named_is_one_that_the_server_has(server: LookAlike, model: ServerModel) -> None:
    model.prompt(BODY)
    assert {body["model"] for _, body in server.seen if body and "model" in body} == {NAME}


def test_template_variables_reach_the_template(server: LookAlike) -> None:
    model = ServerModel(resolve(server.url, online=False), template_arguments={"day": "Monday"})
    model.prompt({**BODY, "chat_template_kwargs": {"day": "x", "a": 1}, "reasoning_effort": "low"}, b=2)
    model.close()
    sent = next(body for path, body in server.seen if body and "messages" in body and len(body["messages"]) > 1)
    assert sent["chat_template_kwargs"].items() >= {"day": "Monday", "a": 1, "b": 2}.items()
    effort = sent["chat_template_kwargs"] if server.engine == "vllm" else sent
    assert effort["reasoning_effort"] == "low"


def test_no_generation_prompt_where_none_is_wanted(server: LookAlike, model: ServerModel) -> None:
    with_it = model.prompt(BODY).text
    without = model.prompt(BODY, add_generation_prompt=False).text
    assert with_it.startswith(without)
    missing = "" if server.engine == "sglang" else "<|im_start|>assistant\n"  # there an answer begins with as much
    assert with_it == without + missing


def test_tokens_are_shown_as_texts(server: LookAlike, model: ServerModel) -> None:
    prompt = model.prompt({**BODY, "messages": BODY["messages"][:1]})
    assert "".join(model.spellings(prompt.ids)) == prompt.text
    assert model.token_text(prompt.text, 0) == model.id_texts(prompt.ids[:1])[0]
    assert model.token_text(prompt.text, len(prompt.ids)) == ""


def test_a_prompt_that_the_client_made_is_only_encoded(server: LookAlike, model: ServerModel) -> None:
    text = model.prompt({"prompt": "the fox", "max_tokens": 5})
    assert text.text == "the fox"
    mixed = model.prompt({"prompt": text.ids, "max_tokens": 5})
    assert (mixed.text, mixed.ids) == (text.text, text.ids)
    assert not any("messages" in body for _, body in server.seen if body and len(body.get("messages", "aa")) > 1)


def test_a_refusal_is_the_template_s(server: LookAlike, model: ServerModel, monkeypatch: pytest.MonkeyPatch) -> None:
    _ = model.server

    def refuse(_: Any) -> str:
        raise TemplateError("roles must alternate", kind="TemplateError")

    monkeypatch.setattr(server, "chat", refuse)
    with pytest.raises(TemplateError, match="roles must alternate"):
        model.prompt(BODY)


@pytest.mark.parametrize("odd", [{}, [], {"tokens": "x", "prompt": 1}, {"tokens": [1, -1], "prompt": [], "content": 0}])
def test_answers_of_another_shape_are_an_error(
    server: LookAlike, model: ServerModel, monkeypatch: pytest.MonkeyPatch, odd: Any
) -> None:
    _ = model.server
    for path in ("/apply-template", "/tokenize", "/detokenize"):
        if path in ENDPOINTS[server.engine]:
            monkeypatch.setitem(ENDPOINTS[server.engine], path, lambda *_: (200, odd))
    with pytest.raises(ModelError, match="does not answer as it should"):
        model.prompt(BODY)


def test_texts_of_another_shape_are_an_error(
    server: LookAlike, model: ServerModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(ENDPOINTS[server.engine], "/detokenize", lambda *_: (200, {"content": 1, "text": ["a"]}))
    with pytest.raises(ModelError, match=r"does not answer as it should: no (content|text) from /detokenize"):
        model.spellings([1])


@pytest.mark.parametrize(
    ("reply", "said"),
    [
        ((404, {"error": {"message": "File Not Found"}}), r" has no /detokenize \(HTTP 404\): File Not Found$"),
        ((501, "<html>"), r" has no /detokenize \(HTTP 501\)$"),
        ((500, {"error": "out of memory"}), "/detokenize answers HTTP 500: out of memory$"),
        ((500, "<html>"), "/detokenize answers HTTP 500: no reason given$"),
    ],
)
def test_an_endpoint_that_fails_is_named_with_the_words_of_the_server(
    server: LookAlike, model: ServerModel, monkeypatch: pytest.MonkeyPatch, reply: tuple[int, Any], said: str
) -> None:
    monkeypatch.setitem(ENDPOINTS[server.engine], "/detokenize", lambda *_: reply)
    with pytest.raises(ModelError, match=said) as caught:
        model.spellings([1])
    assert caught.value.hint


def test_a_server_that_names_no_models_is_sent_the_request_s_own(tiny_model: Path) -> None:
    with running(LookAlike("llama.cpp", tiny_model, without=("/v1/models", "/props"))) as server:
        model = ServerModel(resolve(server.url, online=False))
        assert model.use.notes == ("The server's own rendering, tokenizer and clock: llama.cpp.",)
        model.prompt(BODY)
        model.prompt({"messages": BODY["messages"][:2]})
        model.close()
    _, *sent = [body for path, body in server.seen if path == "/apply-template"]  # the first one found out the engine
    assert [body.get("model") for body in sent] == [BODY["model"], None]


def test_the_end_of_an_answer_is_what_the_server_says(server: LookAlike, model: ServerModel) -> None:
    assert model.end_of_answer == ("<|im_end|>" if server.engine == "llama.cpp" else "")


def test_only_the_last_prompts_are_kept(server: LookAlike, model: ServerModel, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server_model, "MOST_KEPT", 1)

    def asked(body: Any) -> int:
        before = len(server.seen)
        model.prompt(body)
        return len(server.seen) - before

    model.prompt(BODY)
    assert asked(BODY) == 0
    assert asked(LATER) > 0
    assert asked(LATER) == 0
    assert asked(BODY) > 0


def test_a_server_of_another_engine_than_named_is_refused(server: LookAlike) -> None:
    other = next(engine for engine in ENDPOINTS if engine != server.engine)
    model = ServerModel(resolve(server.url, online=False), engine=other)
    with pytest.raises(ModelError, match=f"is {server.engine}, not {other}"):
        model.start()
    model.close()
    hosted = ServerModel(resolve(server.url, online=False), engine="openai")
    assert hosted.profile == server.engine
    hosted.close()


def test_a_bos_of_the_vocabulary_is_part_of_a_llama_cpp_prompt(tiny_model: Path) -> None:
    with running(LookAlike("llama.cpp", tiny_model, bos="<call>")) as server:
        model = ServerModel(resolve(server.url, online=False))
        prompt = model.prompt(BODY)
        assert prompt.text.startswith("<call><|im_start|>")
        assert model.token_text(prompt.text, 0) == "<call>"
        assert prompt.ids == server.ids(server.chat(BODY), special=True)
        assert model.prompt({"prompt": "a", "max_tokens": 1}).ids == server.ids("a", special=True)
        model.close()


def test_a_llama_cpp_server_that_gives_no_pieces_is_asked_for_texts(
    tiny_model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def plain(server: LookAlike, body: Any) -> tuple[int, Any]:
        return 200, {"tokens": server.ids(body["content"], special=body["add_special"])}

    monkeypatch.setitem(ENDPOINTS["llama.cpp"], "/tokenize", plain)
    with running(LookAlike("llama.cpp", tiny_model)) as server:
        model = ServerModel(resolve(server.url, online=False))
        prompt = model.prompt({"messages": [{"role": "user", "content": "the fox"}]})
        assert "".join(model.spellings(prompt.ids)) == prompt.text
        model.close()


def test_pieces_of_a_llama_cpp_server_are_texts_or_bytes(tiny_model: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pieces = [{"id": 1, "piece": "a"}, {"id": 2, "piece": [228, 189, 160]}, {"id": 3, "piece": [228]}, {"id": 4}]
    monkeypatch.setitem(ENDPOINTS["llama.cpp"], "/tokenize", lambda *_: (200, {"tokens": pieces}))
    with running(LookAlike("llama.cpp", tiny_model)) as server:
        model = ServerModel(resolve(server.url, online=False))
        prompt = model.prompt({"prompt": "any", "max_tokens": 1})
        assert (prompt.ids, model.spellings(prompt.ids)) == ([1, 2, 3, 4], ["a", "你", "\ufffd", ""])
        model.close()
