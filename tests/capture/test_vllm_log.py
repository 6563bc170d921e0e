from __future__ import annotations

import time
from pathlib import Path

import pytest

from promptlint.capture import vllm_log
from promptlint.dialect import chat
from promptlint.errors import InputError
from promptlint.model import Place, Skipped
from promptlint.positions import place
from tests.capture.calls import loaded

PROMPT = '<|im_start|>user\nIt\'s "so".<|im_end|>\n<|im_start|>assistant\n'


def line(prompt: object, ids: object = None, name: str = "cmpl-1") -> str:
    return (
        f"INFO 08-04 07:20:33 [logger.py:43] Received request {name}: prompt: {prompt!r}, "
        f"params: SamplingParams(n=1, stop=['prompt_token_ids: [9]']), prompt_token_ids: {ids}, lora_request: None."
    )


def debug(prompt: object) -> str:
    return f"DEBUG 08-04 [logger.py:53] Request cmpl-2 details: prompt: {prompt!r}, prompt_token_ids: None, x: None."


@pytest.mark.parametrize(
    "text",
    [
        line(PROMPT),
        "\x1b[1;36m(APIServer pid=1)\x1b[0;0m " + debug(PROMPT),
        "[2026-08-04] start\n" + line(PROMPT, [1, 2, 3]),
        "INFO: server started\n" + line(PROMPT).replace("params: S", "sampling params: S"),
    ],
)
def test_the_rendered_prompt_is_the_request(text: str, tmp_path: Path) -> None:
    request = loaded(tmp_path, text).requests[0]
    assert (request.body, request.dialect, request.model) == ({"prompt": PROMPT}, "completion", None)
    assert chat(request).rendered == PROMPT


def test_token_ids_stand_in_for_text_that_is_not_there(tmp_path: Path) -> None:
    request = loaded(tmp_path, line(None, [1, 2])).requests[0]
    assert request.body == {"prompt": [1, 2]}


def test_several_requests_and_where_they_stand(tmp_path: Path) -> None:
    quoting = "Read this: " + line("x")
    found = loaded(tmp_path, "start", line(quoting), "noise", line("b"))
    assert [one.body["prompt"] for one in found.requests] == [quoting, "b"]
    request = found.requests[1]
    column = line("b").index("'b'") + 1
    assert place(request, "/prompt", 0) == Place(request.path, "/prompt", 4, column, exact=False)


def test_prompts_that_were_cut_are_skipped_with_the_reason(tmp_path: Path) -> None:
    cut = line("a" * 50)[:80]
    text = line("a" * 30, list(range(30)))
    found = loaded(tmp_path, cut, text, line(None), line("short", [1, 2, 3, 4, 5]))
    assert [one.body["prompt"] for one in found.requests] == ["short"]
    reason = "the prompt is cut off: start vLLM without --max-log-len"
    column = line("a").index("'a'") + 1
    assert found.skipped[:2] == (Skipped("/0", f"1:{column}: {reason}"), Skipped("/1", f"2:{column}: {reason}"))
    assert found.skipped[2].reason.endswith("neither a prompt nor its token ids")


def test_a_log_without_its_prompts_says_why(tmp_path: Path) -> None:
    record = "INFO 08-04 [logger.py:47] Received request cmpl-1: params: SamplingParams(n=1), lora_request: None."
    found = loaded(tmp_path, record, record)
    assert found.skipped == (Skipped("", "vLLM writes the prompts only at the level DEBUG: none is in this log"),)


def test_the_line_about_parameters_beside_a_prompt_is_no_request(tmp_path: Path) -> None:
    record = "INFO 08-04 [logger.py:47] Received request cmpl-2: params: SamplingParams(n=1), lora_request: None."
    found = loaded(tmp_path, record, debug("a"))
    assert (len(found.requests), found.skipped) == (1, ())


def test_many_broken_records_take_no_time(tmp_path: Path) -> None:
    text = 'x Received request a: prompt: "' + "Received request b: prompt: ' " * 100_000
    started = time.process_time()
    assert len(loaded(tmp_path, text, *["z Received request a: prompt: '"] * 20_000).skipped) == 20_001
    assert time.process_time() - started < 5


def test_token_ids_that_were_cut_count_for_nothing(tmp_path: Path) -> None:
    found = loaded(tmp_path, line("a" * 30, "[1, 2, ..."), line(None, "[1, 2, ..."))
    assert [one.body for one in found.requests] == [{"prompt": "a" * 30}]
    assert [one.reason.partition(": ")[2] for one in found.skipped] == ["neither a prompt nor its token ids"]


def test_more_requests_than_anybody_logs_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vllm_log, "MOST_LINES", 2)
    assert len(loaded(tmp_path, debug("a"), debug("b")).requests) == 2
    with pytest.raises(InputError, match="more than 2 requests"):
        loaded(tmp_path, debug("a"), debug("b"), debug("c"))
