"""What of calls, results, texts and keys a card finds in the prompt."""

from __future__ import annotations

from pathlib import Path

import pytest

from promptlint.template_card.calls import call_facts, text_facts
from promptlint.template_card.facts import CallFacts, TextFacts
from tests.template_card.probes import PLAIN, probed, template, with_calls

ARGUMENTS = "{{ call.function.arguments }}"


def calls_of(folder: Path, text: str, engine: str = "transformers") -> CallFacts:
    with probed(folder, text, engine) as probe:
        return call_facts(probe)


def texts_of(folder: Path, text: str) -> TextFacts:
    with probed(folder, text, "transformers") as probe:
        return text_facts(probe)


def test_arguments_that_are_printed_as_they_came(tmp_path: Path) -> None:
    assert calls_of(tmp_path, with_calls(ARGUMENTS)) == CallFacts(
        printed=True,
        arguments="text",
        keeps_key_order=True,
        keeps_number_spelling=True,
        prints_ids=False,
        takes_long_ids=True,
        prints_extra_keys=False,
        parallel="in place",
        keeps_result_order=True,
    )


def test_arguments_that_are_parsed_and_sorted(tmp_path: Path) -> None:
    whole = "{{ name }}={{ value | int if value is number else value }};"
    loop = f"{{%- for name, value in call.function.arguments | dictsort -%}}{whole}{{%- endfor -%}}"
    found = calls_of(tmp_path, with_calls(loop), "vllm")
    assert (found.arguments, found.keeps_key_order, found.keeps_number_spelling) == ("parsed", False, False)


def test_a_template_that_asks_for_an_object_is_given_one(tmp_path: Path) -> None:
    loop = "{%- for name, value in call.function.arguments.items() -%}{{ name }}={{ value }};{%- endfor -%}"
    found = calls_of(tmp_path, with_calls(loop))
    assert (found.printed, found.arguments) == (True, "object only")


def test_a_template_that_refuses_calls_says_nothing_of_them(tmp_path: Path) -> None:
    refusal = "{%- if message.tool_calls -%}{{ raise_exception('no calls') }}{%- endif -%}"
    assert calls_of(tmp_path, with_calls(ARGUMENTS, before=refusal)) == CallFacts(None)


def test_ids_that_are_printed_and_must_have_nine_letters(tmp_path: Path) -> None:
    refusal = "{%- if call.id | length != 9 -%}{{ raise_exception('nine') }}{%- endif -%}"
    found = calls_of(tmp_path, with_calls(f"{refusal}{{{{ call.id }}}} {ARGUMENTS}"))
    assert (found.prints_ids, found.takes_long_ids) == (True, False)


def test_keys_beside_those_of_a_call(tmp_path: Path) -> None:
    assert calls_of(tmp_path, with_calls("{{ call | tojson }}")).prints_extra_keys is True


def test_a_second_call_that_is_refused_or_dropped(tmp_path: Path) -> None:
    refusal = "{%- if message.tool_calls | length > 1 -%}{{ raise_exception('one') }}{%- endif -%}"
    refused = calls_of(tmp_path, with_calls(ARGUMENTS, before=refusal))
    assert (refused.parallel, refused.keeps_result_order) == ("refused", None)
    assert calls_of(tmp_path, with_calls(ARGUMENTS, calls="(message.tool_calls or [])[:1]")).parallel == "dropped"


def test_results_in_the_order_of_the_calls(tmp_path: Path) -> None:
    results = "{%- for one in messages if one.tool_call_id == call.id -%}={{ one.content }}{%- endfor -%}"
    inside = with_calls(f"{ARGUMENTS}{results}").replace(
        "{{ message.content }}", "{{ '' if message.tool_call_id else message.content }}"
    )
    assert calls_of(tmp_path, inside).keeps_result_order is False


def test_nothing_is_said_of_results_that_are_not_printed(tmp_path: Path) -> None:
    assert texts_of(tmp_path, template("{{ message.content if message.role != 'tool' }}")).encodes_results is None


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("{{ message.content }}", TextFacts((), False, False, False)),
        (
            "{{ message.content | tojson if message.role == 'tool' else message.content }}",
            TextFacts((), True, False, False),
        ),
        ("{{ message.name }}: {{ message.content }}", TextFacts((), False, True, False)),
        ("{{ message.content }}{{ message.timestamp }}", TextFacts((), False, False, True)),
        ("{{ message.reasoning_content | trim }}{{ message.content }}", TextFacts(("reasoning",), False, False, False)),
    ],
    ids=["as they are", "results as JSON", "names", "further keys", "reasoning trimmed"],
)
def test_texts_and_keys_beside_them(body: str, expected: TextFacts, tmp_path: Path) -> None:
    assert texts_of(tmp_path, template(body)) == expected


def test_a_name_that_is_refused_is_not_known(tmp_path: Path) -> None:
    refusal = "{%- if message.name and message.role == 'user' -%}{{ raise_exception('no names') }}{%- endif -%}"
    assert texts_of(tmp_path, PLAIN.replace("<|{{", f"{refusal}<|{{{{", 1)).prints_name is None
