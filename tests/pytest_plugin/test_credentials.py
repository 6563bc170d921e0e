from __future__ import annotations

import pytest

from promptlint.pytest_plugin.credentials import has_credentials

KEYS = [
    "sk-ant-api03-" + "a" * 24,
    "sk-proj-" + "Ab3x9Qz7Lm2Pk8Vt_" * 3,
    "sk-" + "Ab3x9Qz7Lm2Pk8Vt" * 3,
    "sk-or-v1-" + "0a1b2c3d" * 8,
    "sk-" + "0a1b2c3d" * 4,
    "sk-lf-0a1b2c3d-0a1b-2c3d-4e5f-0a1b2c3d4e5f",
    "AIza" + "a" * 35,
    "AKIA" + "A" * 16,
    "ghp_" + "a" * 36,
    "xoxb-1234567890-abc",
    "hf_" + "a" * 34,
    "-----BEGIN RSA PRIVATE KEY-----",
]

ORDINARY = [
    "sk-test",
    "https://example.com/task-management-software-comparison-guide-2026",
    "disk-usage-of-the-servers-in-Frankfurt-and-Paris-2026",
    "risk-" + "Free0" * 12,
    "sk-Management-Software-Comparison-Guide-For-2026",
    "sk-learn-pipelines-with-many-hyphens-in-their-names",
    "task-0a1b2c3d-0a1b-2c3d-4e5f-0a1b2c3d4e5f",
    "xoxb-something-else",
    "AKIA",
    "a short test",
]


@pytest.mark.parametrize("key", KEYS)
def test_what_looks_like_a_key_is_one(key: str) -> None:
    for before in ("use ", "=", "\\n", "\\u00e9", "KEY_"):
        assert has_credentials(f'{{"content": "{before}{key} please"}}'.encode(), ())


def test_the_key_that_it_was_sent_with_is_one_whatever_it_looks_like() -> None:
    assert has_credentials(b'{"content": "hunter2-hunter2"}', ("Bearer hunter2-hunter2",))
    assert has_credentials(b'{"content": "abcdefabcdef1"}', ("session=abcdefabcdef1; other=1",))


@pytest.mark.parametrize("text", ORDINARY)
def test_ordinary_text_is_none(text: str) -> None:
    assert not has_credentials(f'{{"content": "{text}"}}'.encode(), ("Bearer test", "sk-test"))
