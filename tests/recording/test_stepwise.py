from __future__ import annotations

import json

import pytest

from promptlint.recording.stepwise import STEP, decoded, dumped, loads

LONG = 'é\U0001f600\\"\n' * STEP  # a step ends in each of its characters
DOCUMENT = {"a": LONG, "b": {"c": None, "d": 200, "e": False, "f": {}}, "é": "", "g": {"h": "x" * STEP}}


def test_it_writes_what_the_library_writes() -> None:
    assert b"".join(dumped(DOCUMENT)).decode() == json.dumps(DOCUMENT, ensure_ascii=False, indent=1).replace(
        '"é":', '"\\u00e9":'
    )


def test_no_piece_is_large() -> None:
    assert max(map(len, dumped(DOCUMENT))) <= 4 * STEP


@pytest.mark.parametrize("size", [0, 1, STEP - 1, STEP, STEP + 1, 3 * STEP])
def test_a_text_is_decoded_whole(size: int) -> None:
    raw = (LONG.encode() * 2)[: size - size % 9]
    assert decoded(raw) == raw.decode()


def test_a_text_that_ends_in_a_character_is_none() -> None:
    with pytest.raises(UnicodeDecodeError):
        decoded("é".encode()[:1])


def test_it_reads_what_the_library_reads() -> None:
    raw = json.dumps([DOCUMENT, 1.5e3, -0, True, "\ud83d\ude00", []]).encode()
    assert len(raw) > STEP
    assert loads(raw) == json.loads(raw)


@pytest.mark.parametrize("start", [b"[1,", b"{", b'{"a": nul', b"\xff"])
def test_what_is_no_json_is_a_value_error(start: bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        loads(start + b" " * STEP)


def test_what_is_nested_too_deep_is_an_error_of_its_own() -> None:
    with pytest.raises(RecursionError):
        loads(b"[" * STEP * 2)
