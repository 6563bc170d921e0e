import json

import pytest

from promptlint.render.template_facts import TemplateFacts
from promptlint.render.template_scan import facts, family


def test_facts_survive_a_journey_through_json() -> None:
    found = facts("{% set x = 1 %}{{ bos_token }}{{ messages[0].tool_call_id }}{{ 'developer' }}")
    assert found == TemplateFacts(
        knows_developer=True, reads_tool_call_id=True, variables=("bos_token", "messages"), readable=True
    )
    assert TemplateFacts.from_dict(json.loads(json.dumps(found.as_dict()))) == found


@pytest.mark.parametrize(
    ("source", "reads"),
    [
        ("{{ m.tool_call_id }}", True),
        ("{{ m['tool_call_id'] }}", True),
        ("{{ m.get('tool_call_id') }}", True),
        ("{{ ms | map(attribute='tool_call_id') | list }}", True),
        ("{{ ms | selectattr('tool_call_id', 'eq', 'a') | list }}", True),
        ("{{ 'tool_call_id' }}", False),
        ("{{ m.tool_call }}", False),
    ],
)
def test_does_it_look_at_tool_call_id(source: str, reads: bool) -> None:
    assert facts(source).reads_tool_call_id is reads


def test_a_developer_is_known_only_as_a_quoted_word() -> None:
    assert facts('{% if role == "developer" %}{% endif %}').knows_developer
    assert not facts("{{ developer }} developers").knows_developer


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("<|start|>system<|channel|>", "gpt-oss"),
        ("<｜DSML｜function_calls>", "deepseek-v3.2"),
        ("<｜DSML｜tool_calls>", "deepseek-v4"),
        ("<|open|>tool<|kimi_image_placeholder|>", "kimi-k3"),
        ("[INST] [TOOL_CALLS]", "mistral"),
        ("[INST] [/INST]", None),
        ("<|im_start|>", None),
    ],
)
def test_family(text: str, name: str | None) -> None:
    assert family(text) == name


@pytest.mark.parametrize(
    "source",
    [
        "{% if %}",
        "{{ " + "(" * 20_000 + "1" + ")" * 20_000 + " }}",
        "{% if a %}" * 3_000 + "{% endif %}" * 3_000,
        "{{ x | no_such_filter }}{% for a in b | no_such_filter %}{% endfor %}",
        "{{ a" + ".a" * 30_000 + " }}",
        "\x00\ud800{{",
        "",
    ],
)
def test_hostile_sources_give_facts_all_the_same(source: str) -> None:
    found = facts(source)
    assert found.vllm_format == found.sglang_format == "string"
    assert found.family is None


def test_an_unreadable_source_is_called_so_and_its_text_still_counts() -> None:
    found = facts("{% if 'developer' image")
    assert found == TemplateFacts(sglang_format="openai", knows_developer=True, readable=False)
    assert facts("").readable
