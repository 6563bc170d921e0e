"""With what an earlier run has left on disk the numbers are the same, and nobody is asked for them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from promptlint.errors import ModelError
from promptlint.token_ids import GivenIds, TokenIds
from tests.conftest import tiny_tokenizer, write_model
from tests.tokens.in_one_process import InOneProcess, encoder_of, ids_of

TEXT = "<|im_start|>user\nthe fox<|im_end|>\n<|im_start|>assistant\n"
OTHER = "<|im_start|>user\nthe dog<|im_end|>\n<|im_start|>assistant\nlazy<|im_end|>"
TEXTS = st.lists(st.sampled_from(["<|im_start|>", "<|im_end|>", "<call>", "fox", " ", "\n", "é", "lazy dog"])).map(
    "".join
)


def asked_of(model: Path, cache: Path | None, *texts: str) -> tuple[list[int], InOneProcess]:
    """Counts and common prefix of texts, and the process that may have been asked."""
    process = InOneProcess(tiny_tokenizer())
    encoder = encoder_of(process.tokenizer, process, model, cache)
    encoder.start()
    found = [TokenIds(encoder.encode([text])) for text in texts]
    numbers = [len(one) for one in found] + [one.common(found[0]) for one in found]
    numbers += [at for text in texts for at in encoder.token_span(text, 3)]
    encoder.close()
    return numbers, process


def test_the_second_run_asks_for_nothing(tiny_model: Path, tmp_path: Path) -> None:
    first, cold = asked_of(tiny_model, tmp_path / "cache", TEXT, OTHER)
    second, warm = asked_of(tiny_model, tmp_path / "cache", TEXT, OTHER)
    assert first == second == asked_of(tiny_model, None, TEXT, OTHER)[0]
    assert cold.started
    assert cold.encoded
    assert not warm.started
    assert warm.encoded == []


@settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(texts=st.lists(TEXTS, min_size=2, max_size=4))
def test_a_warm_run_counts_as_one_without_a_cache(tiny_model: Path, tmp_path: Path, texts: list[str]) -> None:
    expected = asked_of(tiny_model, None, *texts)[0]
    assert asked_of(tiny_model, tmp_path / "cache", *texts)[0] == expected
    assert asked_of(tiny_model, tmp_path / "cache", *texts)[0] == expected


def test_what_is_missing_is_asked_for_alone(tiny_model: Path, tmp_path: Path) -> None:
    asked_of(tiny_model, tmp_path / "cache", TEXT)
    _, process = asked_of(tiny_model, tmp_path / "cache", TEXT, TEXT.replace("fox", "dog"))
    assert {key.gap for key in process.encoded} == {"user\nthe dog", "user\nthe fox"}  # the second to be compared


def test_another_tokenizer_is_another_cache(tmp_path: Path) -> None:
    model = write_model(tmp_path / "model")
    asked_of(model, tmp_path / "cache", TEXT)
    config = json.loads((model / "tokenizer_config.json").read_text())
    (model / "tokenizer_config.json").write_text(json.dumps({**config, "pad_token": "fox"}))
    _, process = asked_of(model, tmp_path / "cache", TEXT)
    assert process.started
    assert process.encoded


def test_a_tokenizer_without_a_hash_has_no_cache(tmp_path: Path) -> None:
    model = write_model(tmp_path / "model")
    (model / "tokenizer.json").unlink()
    (model / "tokenizer.json").mkdir()
    for _ in range(2):
        _, process = asked_of(model, tmp_path / "cache", TEXT)
        assert process.encoded


def test_facts_that_are_none_are_asked_for(tiny_model: Path, tmp_path: Path) -> None:
    expected = asked_of(tiny_model, tmp_path / "cache", TEXT)[0]
    process = InOneProcess(tiny_tokenizer())
    encoder = encoder_of(process.tokenizer, process, tiny_model, tmp_path / "cache")
    encoder.start()
    assert encoder.add_bos is False
    assert encoder._store is not None
    encoder._store.note_facts({"cuts": 7})
    encoder.close()
    assert asked_of(tiny_model, tmp_path / "cache", TEXT)[0] == expected


def test_a_segment_is_compared_with_ids_that_were_sent(tiny_model: Path, tmp_path: Path) -> None:
    asked_of(tiny_model, tmp_path / "cache", TEXT)
    process = InOneProcess(tiny_tokenizer())
    encoder = encoder_of(process.tokenizer, process, tiny_model, tmp_path / "cache")
    ids = process.tokenizer.encode(TEXT, add_special_tokens=False).ids
    counted, sent = TokenIds(encoder.encode([TEXT])), TokenIds([GivenIds([*ids[:5], 0])])
    assert counted.common(sent) == sent.common(counted) == 5


def test_half_a_character_has_no_tokens() -> None:
    encoder = encoder_of(tiny_tokenizer())
    with pytest.raises(ModelError, match=r"holds half a surrogate pair, \\ud83d, at character 5$") as caught:
        encoder.encode(["fox \ud83d"])
    assert caught.value.hint is not None
    assert encoder.encode(["fox \U0001f600"])


def test_ids_of_a_counted_segment_are_encoded_when_somebody_looks(tiny_model: Path, tmp_path: Path) -> None:
    asked_of(tiny_model, tmp_path / "cache", TEXT)
    process = InOneProcess(tiny_tokenizer())
    encoder = encoder_of(process.tokenizer, process, tiny_model, tmp_path / "cache")
    assert ids_of(encoder, TEXT) == process.tokenizer.encode(TEXT, add_special_tokens=False).ids
    assert process.encoded
