"""What a card says of small templates, each with one trait."""

from __future__ import annotations

from pathlib import Path

import pytest

from promptlint.errors import StoppedError, TemplateError, UsageError
from promptlint.options import Options
from promptlint.template_card.card import card_of
from promptlint.template_card.facts import Card
from promptlint.template_card.probe import MOST_RENDERINGS

PLAIN = """\
{%- for message in messages -%}<|{{ message.role }}|>{{ message.content }}<|end|>{%- endfor -%}
{%- if add_generation_prompt -%}<|assistant|>{%- endif -%}"""


def carded(folder: Path, template: str, engine: str = "vllm") -> Card:
    path = folder / "template.jinja"
    path.write_text(template, encoding="utf-8")
    return card_of(None, Options(engine=engine, template=str(path)))


def test_a_plain_template_keeps_every_prompt(tmp_path: Path) -> None:
    card = carded(tmp_path, PLAIN)
    assert card.stable
    assert card.layout == ("system", "first user", "answer", "second user")
    assert card.tools is not None
    assert card.tools.home == "nowhere"
    assert card.calls.printed is False
    assert card.clock.step == "none"
    assert card.text.trims == ()
    assert card.generation.prompt == "<|assistant|>"
    assert card.renderings < MOST_RENDERINGS


def test_tools_in_front_of_the_last_user_message_move(tmp_path: Path) -> None:
    last = "(messages | selectattr('role', 'equalto', 'user') | list | last)"
    block = f"{{%- if tools and message == {last} -%}}[TOOLS]{{{{ tools | tojson }}}}[/TOOLS]{{%- endif -%}}"
    card = carded(tmp_path, PLAIN.replace("<|{{", block + "<|{{", 1))
    assert card.tools is not None
    assert (card.tools.home, card.tools.own_block) == ("last user", True)
    assert [step.moved for step in card.growth if step.moved] == ["tools moved", "tools moved"]
    assert card.stable is False


def test_an_argument_that_keeps_the_reasoning_is_found(tmp_path: Path) -> None:
    thought = (
        "{%- if message.reasoning_content and (preserve_thinking or loop.last) -%}T:{{ message.reasoning_content }}"
    )
    card = carded(tmp_path, PLAIN.replace("{{ message.content }}", thought + "{%- endif -%}{{ message.content }}"))
    assert card.reasoning.after_turn is False
    assert card.reasoning.kept_by == ("preserve_thinking",)


@pytest.mark.parametrize(("form", "step"), [("%d %b %Y", "day"), ("%H:%M", "minute")])
def test_a_clock_is_found_by_moving_it(form: str, step: str, tmp_path: Path) -> None:
    assert carded(tmp_path, f"{{{{ strftime_now('%d {form}') }}}}{PLAIN}").clock.step == step


def test_a_date_that_can_be_given_is_named(tmp_path: Path) -> None:
    card = carded(tmp_path, "{{ date_string if date_string is defined else strftime_now('%d %b') }}" + PLAIN)
    assert card.clock.stopped_by == ("date_string",)


def test_roles_that_are_dropped_refused_and_renamed(tmp_path: Path) -> None:
    unknown = "{%- if message.role != 'developer' -%}"
    dropping = PLAIN.replace("<|{{", unknown + "<|{{", 1).replace("<|end|>", "<|end|>{%- endif -%}")
    assert carded(tmp_path, dropping, "transformers").roles["developer first"].outcome == "dropped"
    assert carded(tmp_path, PLAIN).roles["developer first"].taken_as == "system"
    refusing = "{%- if message.role == 'system' and not loop.first %}{{ raise_exception('only first') }}{% endif -%}"
    card = carded(tmp_path, PLAIN.replace("<|{{", refusing + "<|{{", 1))
    middle = card.roles["system in the middle"]
    assert (middle.outcome, middle.error) == ("refused", "only first")


def test_blanks_that_are_cut_are_found_by_role(tmp_path: Path) -> None:
    assert carded(tmp_path, PLAIN.replace("message.content", "message.content | trim")).text.trims == (
        "system",
        "user",
        "assistant",
        "tool",
    )


def test_a_template_that_refuses_everything_has_no_card(tmp_path: Path) -> None:
    with pytest.raises(TemplateError, match="refuses even one user message: never"):
        carded(tmp_path, "{{ raise_exception('never') }}")


def test_a_template_that_wants_tools_is_given_them(tmp_path: Path) -> None:
    card = carded(tmp_path, "{%- if not tools -%}{{ raise_exception('no tools') }}{%- endif -%}" + PLAIN)
    assert card.needs_tools
    assert card.layout == ("system", "first user", "answer", "second user")
    assert card.stable


def test_the_card_of_a_model_is_that_of_its_own_template(tiny_model: Path) -> None:
    card = card_of(str(tiny_model), Options(engine="vllm"))
    assert (card.reference, card.template, card.exact_tokens) == (str(tiny_model), None, True)
    assert card.tools is not None
    assert card.tools.home == "system"
    assert card.calls.arguments == "parsed"


def test_a_template_that_never_ends_is_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from promptlint.sandbox import limits

    monkeypatch.setattr(limits, "RENDER_SECONDS", 1.0)
    with pytest.raises(StoppedError):
        carded(tmp_path, "{%- for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor -%}")


def test_a_card_needs_a_model_or_a_template() -> None:
    with pytest.raises(UsageError, match="no model and no template"):
        card_of(None, Options())
