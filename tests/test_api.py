"""The Python names of the package: the whole line from requests to a report, on a tiny model of our own."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

import promptlint
from promptlint.errors import (
    ConfigError,
    InputError,
    ModelError,
    NoRequestError,
    StoppedError,
    TemplateError,
    UsageError,
)
from promptlint.local_model import Rendering
from tests.conftest import TEMPLATE

LONG = " ".join(f"fact {number} stays the same." for number in range(60))
SYSTEM = {"role": "system", "content": f"It is 09:14.\n{LONG}"}
USER = {"role": "user", "content": "hi"}
ANSWER = {"role": "assistant", "content": "hello"}


def body(*messages: dict[str, Any], **rest: Any) -> dict[str, Any]:
    return {"model": "tiny", "messages": list(messages), **rest}


def write(path: Path, document: Any) -> str:
    path.write_text(json.dumps(document, indent=1, ensure_ascii=False), encoding="utf-8")
    return str(path)


def test_an_append_is_an_extension(tiny_model: Path) -> None:
    report = promptlint.diff(body(SYSTEM, USER), body(SYSTEM, USER, ANSWER, USER), model=tiny_model)
    (pair,) = report.pairs
    assert report.ok
    assert (pair.status, pair.json, pair.lost_tokens, pair.divergence) == ("extension", "extension", 0, None)
    assert pair.common_prefix_tokens == pair.before_tokens


def test_the_same_request_is_identical(tiny_model: Path) -> None:
    report = promptlint.diff(body(SYSTEM, USER), body(SYSTEM, USER, temperature=1), model=tiny_model)
    assert (report.pairs[0].status, report.pairs[0].json) == ("identical", "identical")
    assert [(one.code, one.severity) for one in report.findings] == [("KV101", "warning")]  # it stood still


def test_a_clock_breaks_the_prefix_and_is_found_in_both_files(tiny_model: Path, tmp_path: Path) -> None:
    later = SYSTEM | {"content": str(SYSTEM["content"]).replace("09:14", "09:32")}
    before = write(tmp_path / "a.json", body(SYSTEM, USER))
    after = write(tmp_path / "b.json", body(later, USER, ANSWER, USER))
    report = promptlint.diff(before, after, model=tiny_model)
    (pair,) = report.pairs
    assert [(one.code, one.severity) for one in report.findings] == [("KV101", "error"), ("KV108", "error")]
    assert not report.ok
    assert (pair.status, pair.json) == ("broken", "changed")
    assert pair.divergence is not None
    assert pair.divergence.region == "system"
    lines = Path(after).read_text(encoding="utf-8").splitlines()
    place = pair.divergence.after.place
    assert (place.pointer, place.exact) == ("/messages/0/content", True)
    assert place.line is not None
    assert place.column is not None
    assert lines[place.line - 1][place.column - 1 :].startswith("32.")
    assert pair.divergence.before.text.startswith("14.")
    assert pair.divergence.before.before_text.endswith("It is 09:")
    assert [(found.kind, found.pointer) for found in pair.differences] == [("changed", "/messages/0/content")]


def test_a_template_that_rewrites_history_is_only_a_warning(model_folder: Callable[..., Path]) -> None:
    template = TEMPLATE.replace("{%- if message.content %}", "{%- if message.role == 'user' or loop.revindex < 3 %}")
    thoughts = ANSWER | {"content": LONG}
    report = promptlint.diff(
        body(USER, thoughts, USER), body(USER, thoughts, USER, ANSWER, USER), model=model_folder(template)
    )
    (pair,), (finding,) = report.pairs, report.findings
    assert (pair.json, pair.status, finding.severity, report.ok) == ("extension", "broken", "warning", True)
    assert pair.divergence is not None
    assert pair.divergence.before.place.pointer == "/messages/1/content"
    assert "template" in (finding.hint or "")


def test_a_refusal_is_one_finding_and_no_numbers(model_folder: Callable[..., Path]) -> None:
    folder = model_folder("line\n{{ raise_exception('roles must alternate') }}")
    report = promptlint.diff(body(USER), body(USER, ANSWER), model=folder)
    (pair,), (finding,) = report.pairs, report.findings
    assert (pair.before_tokens, pair.common_prefix_tokens, pair.status, pair.kept) == (None, None, None, None)
    assert (finding.code, finding.place.line) == ("KV506", 2)
    assert "roles must alternate" in finding.message


def test_the_generation_prompt_is_forgiven(model_folder: Callable[..., Path]) -> None:
    template = TEMPLATE + "{%- if add_generation_prompt %}<think>\n{% endif %}"
    report = promptlint.diff(body(USER), body(USER, ANSWER, USER), model=model_folder(template))
    (pair,) = report.pairs
    assert (pair.status, pair.lost_tokens) == ("extension", 0)
    assert pair.common_prefix_tokens is not None
    assert pair.before_tokens is not None
    assert pair.common_prefix_tokens < pair.before_tokens


def test_the_clock_of_a_pair_is_the_first_ones(model_folder: Callable[..., Path], tmp_path: Path) -> None:
    def dump(name: str, stamp: str) -> str:
        request = {"method": "POST", "url": "http://x/v1/chat/completions", "body": body(USER)}
        document = {"timestamp": stamp, "session_id": "s", "reason": "preflight", "request": request}
        return write(tmp_path / name, document)

    folder = model_folder("{{ strftime_now('%Y-%m-%d %H:%M') }} {{ messages[0].content }}")
    first, second = dump("a.json", "2026-03-04T05:06:07"), dump("b.json", "2027-01-01T00:00:00")
    report = promptlint.diff(first, second, model=folder)
    assert report.pairs[0].status == "identical"
    rendered = promptlint.load_model(folder).prompt(first, now=datetime(2026, 3, 4, 5, 6)).text
    assert rendered == "2026-03-04 05:06 hi"


def test_two_models_in_one_pair_are_said(tiny_model: Path) -> None:
    other = body(USER) | {"model": "other"}
    (named,) = promptlint.diff(body(USER), other, model=tiny_model).pairs[0].limits
    assert named == f"the requests name two models, tiny and other: both are counted with {tiny_model}"
    assert any(
        limit.endswith("both are counted as the second one's")
        for limit in promptlint.diff(body(USER), other).pairs[0].limits
    )
    unnamed = {"messages": [USER]}
    assert promptlint.diff(body(USER), unnamed, model=tiny_model).pairs[0].limits == ()


def test_without_a_model_the_builtin_one_is_named_an_approximation() -> None:
    report = promptlint.diff(body(USER), body(USER, ANSWER, USER))
    assert {(use.tokenizer.reference, use.tokenizer.exact) for use in report.requests} == {("builtin", False)}
    assert report.pairs[0].status == "extension"


def test_the_order_of_an_anthropic_body_is_the_documented_one() -> None:
    tool = {"name": "read", "description": "Read.", "input_schema": {"type": "object", "properties": {}}}
    request = {"model": "claude-x", "max_tokens": 9, "system": "Be brief.", "tools": [tool], "messages": [USER]}
    report = promptlint.diff(request, request)
    assert report.requests[0].tokenizer.profile == "anthropic"
    later = {**request, "system": "Be long."}
    pair = promptlint.diff(request, later).pairs[0]
    assert pair.divergence is not None
    assert pair.divergence.region == "system"
    assert pair.divergence.after.place.pointer == "/system"
    assert "Read." not in pair.divergence.before.text  # the tools stand in front of the system text


@pytest.mark.parametrize("engine", ["anthropic", "openai", "transformers", "vllm", "sglang", "llama.cpp"])
def test_the_builtin_model_shows_a_medium_as_a_placeholder_and_never_its_data(engine: str) -> None:
    image = {"type": "image_url", "image_url": {"url": "data:image/png;base64,SECRET"}}
    file = {"type": "file", "file": {"file_data": "data:application/pdf;base64,SECRET"}}
    seen = body(USER | {"content": [{"type": "text", "text": "look"}, image, file]})
    prompt = promptlint.load_model("builtin", profile=engine).prompt(seen)
    assert "SECRET" not in prompt.text
    assert re.search(r"look\n?.*<image:[0-9a-f]{12}>\n?<file:[0-9a-f]{12}>", prompt.text)
    assert any("image tokens are not counted" in limit for limit in prompt.limits)


def test_requires_an_exact_tokenizer_when_told() -> None:
    with pytest.raises(ModelError, match="no tokenizer known"):
        promptlint.diff(body(USER), body(USER), require_exact=True)


def test_picks_a_request_of_a_file(tiny_model: Path, tmp_path: Path) -> None:
    path = tmp_path / "log.jsonl"
    path.write_text(
        "".join(json.dumps(body(*turn)) + "\n" for turn in ([USER], [USER, ANSWER, USER])), encoding="utf-8"
    )
    report = promptlint.diff(f"{path}#0", f"{path}#-1", model=tiny_model)
    assert (report.pairs[0].status, len(report.inputs)) == ("extension", 1)
    with pytest.raises(UsageError, match="2 requests in this file"):
        promptlint.diff(str(path), f"{path}#1", model=tiny_model)
    with pytest.raises(UsageError, match="no request number 7"):
        promptlint.diff(f"{path}#7", f"{path}#1", model=tiny_model)


@pytest.mark.parametrize("broken", ["", "{", "[1, 2]", '{"messages": 5}', "\ufeff\u0000", "nonsense"])
def test_only_our_errors_leave(tiny_model: Path, tmp_path: Path, broken: str) -> None:
    path = tmp_path / "broken.json"
    path.write_text(broken, encoding="utf-8")
    with pytest.raises(promptlint.PromptlintError):
        promptlint.diff(str(path), body(USER), model=tiny_model)


def test_model_prompt_takes_keywords(model_folder: Callable[..., Path]) -> None:
    model = promptlint.load_model(
        model_folder("{{ eos_token }}|{{ custom }}|{{ messages[0].content }}"), profile="transformers"
    )
    prompt = model.prompt(body(USER), custom=3, eos_token="<e>")
    assert prompt.text == "<e>|3|hi"
    assert type(prompt.ids) is list  # people compare it, and give it to json.dumps
    assert prompt.ids == model.encode(Rendering((prompt.text,))).ids


@pytest.mark.parametrize(
    ("content", "message"),
    [(None, "cannot read the template: No such file or directory"), (b"\xff", "the template is not UTF-8 text")],
)
def test_a_template_that_cannot_be_read(tiny_model: Path, tmp_path: Path, content: bytes | None, message: str) -> None:
    path = tmp_path / "t.jinja"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(ModelError) as caught:
        promptlint.load_model(tiny_model, template=path)
    assert (str(caught.value), caught.value.where) == (message, str(path))


def test_a_keyword_that_is_no_json_is_our_error(tiny_model: Path) -> None:
    model = promptlint.load_model(tiny_model)
    with pytest.raises(UsageError, match=r"^custom is no JSON value$"):
        model.prompt(body(USER), custom=object())


@pytest.mark.parametrize("engine", ["transformers", "vllm", "sglang", "llama.cpp"])
def test_template_arguments_reach_every_engine(model_folder: Callable[..., Path], engine: str) -> None:
    folder = model_folder(
        "{% if enable_thinking %}<think>{% endif %}{% for m in messages %}{{ m.content }}{% endfor %}"
    )
    request = body(USER, chat_template_kwargs={"enable_thinking": True})
    report = promptlint.diff(
        request, request, model=folder, engine=engine, template_arguments={"enable_thinking": False}
    )
    plain = promptlint.diff(request, request, model=folder, engine=engine)
    assert report.pairs[0].before_tokens is not None
    assert plain.pairs[0].before_tokens is not None
    assert report.pairs[0].before_tokens < plain.pairs[0].before_tokens


def test_an_answer_that_has_begun_is_continued(tiny_model: Path) -> None:
    begun = body(USER, ANSWER, continue_final_message=True, add_generation_prompt=False)
    for engine in ("transformers", "vllm", "sglang", "llama.cpp"):
        prompt = promptlint.load_model(tiny_model, profile=engine).prompt(begun)
        assert prompt.text.endswith("<|im_start|>assistant\nhello"), engine


def test_a_templates_own_words_stay(model_folder: Callable[..., Path]) -> None:
    model = promptlint.load_model(model_folder("{{ raise_exception('No.') }}"))
    with pytest.raises(TemplateError, match=r"^No\.$"):
        model.prompt(body(USER))


def test_a_server_that_is_not_there() -> None:
    with pytest.raises(ModelError, match="nothing listens there"):
        promptlint.diff(body(USER), body(USER), model="http://127.0.0.1:9")


def test_a_model_opens_again_after_it_was_closed(tiny_model: Path) -> None:
    model = promptlint.load_model(tiny_model)
    first = model.prompt(body(USER))
    model.close()
    assert model.prompt(body(USER)) == first


def test_names_exist_and_cost_nothing_to_import() -> None:
    assert all(getattr(promptlint, name) is not None for name in promptlint.__all__)
    heavy = "{'click', 'jinja2', 'tokenizers', 'yaml', 'deepdiff', 'huggingface_hub', 'json'}"
    code = f"import sys; there = set(sys.modules); import promptlint; print(sorted({heavy} & set(sys.modules) - there))"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"


def test_error_kinds_know_their_exit_codes() -> None:
    codes = {kind: kind("x").exit_code for kind in (InputError, ModelError, StoppedError, NoRequestError)}
    assert list(codes.values()) == [2, 2, 2, 3]


@pytest.mark.parametrize("given", [{"slots": 0}, {"slots": "1"}, {"slots": True}, {"slot": 1}, {1: 1}, [1], "slots"])
def test_what_is_said_of_the_engine_is_checked(given: Any, tiny_model: Path) -> None:
    for call in (promptlint.check, promptlint.diff):
        arguments = ([body(USER)],) if call is promptlint.check else (body(USER), body(USER))
        with pytest.raises(ConfigError) as caught:
            call(*arguments, model=tiny_model, engine_options=given)
        assert "engine-options" in str(caught.value)
