"""Causes in words, as a report shows them."""

from __future__ import annotations

from pathlib import Path

import promptlint
from tests.conftest import write_model

PICKY = """line
{% if tools and 'tools' not in messages[0].content %}{{ raise_exception('no word of the tools') }}{% endif %}
{%- for tool in tools or [] %}{{ tool | tojson }}
{% endfor %}{% for message in messages %}<{{ message.role }}>{{ message.content }}{% endfor %}"""
ASK = {"role": "user", "content": "Which orders are open?"}
TOOL = {"type": "function", "function": {"name": "orders", "description": "Lists orders.", "parameters": {}}}


def test_a_cause_says_nothing_of_a_repair_that_the_template_refuses(tmp_path: Path) -> None:
    before = {"model": "m", "messages": [{"role": "system", "content": "You sort orders."}, ASK]}
    after = {"model": "m", "messages": [{"role": "system", "content": "You have tools."}, ASK], "tools": [TOOL]}
    report = promptlint.diff(before, after, model=write_model(tmp_path, PICKY), engine="transformers")
    prompt, tool = report.pairs[0].causes
    assert (prompt.code, prompt.reusable_tokens) == ("KV109", None)
    assert prompt.sentence is prompt.redacted_sentence is None
    assert tool.sentence is not None
    assert tool.sentence.startswith('without tool "orders" ')


def test_messages_beside_the_input_of_a_responses_request_are_not_taken_for_its_messages() -> None:
    asks = ("Which orders are open?", "Which orders are late?")
    before, after = ({"model": "m", "input": [{"role": "user", "content": ask}], "messages": []} for ask in asks)
    (cause,) = promptlint.diff(before, after, model="builtin").pairs[0].causes
    assert (cause.where, cause.before, cause.after) == ("message 1 (user)", "open?", "late?")
