"""The cases of a rule that are not what they should be."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from promptlint.errors import ConfigError
from promptlint.lint import catalogue
from promptlint.lint.testing import run_cases
from tests.lint import rules


@pytest.mark.parametrize(
    ("case", "message", "hint"),
    [
        ({"engin": "vllm"}, "unknown key 'engin' in a case", "did you mean 'engine'?"),
        ({"request": {"prompts": []}}, "the case 'mine' has no request: this dict is no request", None),
        ({"request": {"messages": ["Hello."], "model": "m"}}, "the case 'mine' has no request: ", None),
        ({"recorded-at": "yesterday"}, "the case 'mine' has no request: Invalid isoformat string: 'yesterday'", None),
    ],
)
def test_a_case_with_a_slip_is_named(tmp_path: Path, case: dict[str, Any], message: str, hint: str | None) -> None:
    cases = {**rules.RULE["cases"], "valid": [{"name": "mine", "request": {"system": "Be short."}, **case}]}
    path = rules.write(tmp_path, cases=cases)
    (rule,) = catalogue.folder_rules(str(tmp_path), allow_code=False)
    with pytest.raises(ConfigError, match=message) as caught:
        run_cases([rule])
    line = path.read_text(encoding="utf-8").splitlines().index("  - name: mine") + 1
    assert (caught.value.where, caught.value.hint) == (f"{path}:{line}", hint)
