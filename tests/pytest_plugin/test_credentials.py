from __future__ import annotations

import pytest

from promptlint.pytest_plugin.credentials import has_credentials

KEYS = [
    "sk-ant-api03-" + "a" * 24,
    "sk-proj-" + "Ab3_" * 12,
    "AIza" + "a" * 35,
    "AKIA" + "A" * 16,
    "ghp_" + "a" * 36,
    "xoxb-1234567890-abc",
    "hf_" + "a" * 34,
    "-----BEGIN RSA PRIVATE KEY-----",
]


@pytest.mark.parametrize("key", KEYS)
def test_what_looks_like_a_key_is_one(key: str) -> None:
    assert has_credentials(f'{{"content": "use {key} please"}}'.encode(), ())


def test_the_key_that_it_was_sent_with_is_one_whatever_it_looks_like() -> None:
    assert has_credentials(b'{"content": "hunter2-hunter2"}', ("Bearer hunter2-hunter2",))
    assert has_credentials(b'{"content": "abcdefabcdef1"}', ("session=abcdefabcdef1; other=1",))


@pytest.mark.parametrize("text", ["sk-test", "task-management-of-things", "AKIA", "a short test", "risk-" + "free" * 3])
def test_ordinary_text_is_none(text: str) -> None:
    assert not has_credentials(f'{{"content": "{text}"}}'.encode(), ("Bearer test", "sk-test"))
