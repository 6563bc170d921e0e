"""The card of a template, printed."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path

from promptlint.options import Options
from promptlint.report import card as report
from promptlint.template_card.card import card_of

ROW = "<|{{ message.role }}|>{{ message.content }}\x1b<|end|>"
TEMPLATE = f"{{%- for message in messages -%}}{ROW}{{%- endfor -%}}<|assistant|>\x1b[31m"


def test_a_card_fits_a_terminal_and_shows_what_the_json_says(tmp_path: Path) -> None:
    path = tmp_path / "t.jinja"
    path.write_text(TEMPLATE, encoding="utf-8")
    found = card_of(None, Options(template=str(path)))
    text, document = StringIO(), StringIO()
    report.write_text(found, text)
    report.write_json(found, document)
    lines = text.getvalue().splitlines()
    assert all(len(line) <= 80 for line in lines[1:])
    assert "\x1b" not in text.getvalue()
    assert "  two turns with tools     system > first user > answer > second user" in lines
    assert any("Not prefix-stable" in line for line in lines)
    known = json.loads(document.getvalue())
    assert known["schema"] == "promptlint-template/1"
    assert known["stable"] is False
    assert known["roles"]["system first"] == {"outcome": "in place", "taken_as": None, "error": ""}
