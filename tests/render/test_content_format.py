import pytest

from promptlint.render.template_scan import facts

LOOP = "{% for m in messages %}{% for part in m.content %}{{ part.text }}{% endfor %}{% endfor %}"


def inside(source: str) -> str:
    return "{% for message in messages %}" + source + "{% endfor %}"


@pytest.mark.parametrize(
    ("source", "vllm", "sglang"),
    [
        (inside("{{ message.content }}"), "string", "string"),
        (LOOP, "openai", "openai"),
        (inside("{% for p in message['content'] %}{% endfor %}"), "openai", "openai"),
        (inside("{% for p in message.content | list %}{% endfor %}"), "openai", "openai"),
        (inside("{% for p in message.content[1:] %}{% endfor %}"), "openai", "openai"),
        (LOOP.replace(" m ", " turn ").replace("m.content", "turn.content"), "openai", "string"),
        (LOOP.replace("in messages", "in messages[1:]"), "openai", "openai"),
        (LOOP.replace("in messages", "in others"), "string", "openai"),
        ("{% set a = messages %}{% set b = a[1:] %}" + LOOP.replace("in messages", "in b"), "openai", "openai"),
        ("{% set a = messages %}{% set messages = a %}" + LOOP, "openai", "openai"),
        (
            "{% set ns = namespace(n=1, rest=messages) %}" + LOOP.replace("in messages", "in ns.rest"),
            "openai",
            "openai",
        ),
        (
            "{% set ns = namespace() %}{% set ns.r = messages %}" + LOOP.replace("in messages", "in ns.r"),
            "openai",
            "openai",
        ),
        ("{% set first, rest = messages %}" + LOOP.replace("in messages", "in rest"), "string", "openai"),
        (inside("{% for p in content %}{% endfor %}"), "openai", "string"),
        ("{% macro show(content) %}{% for p in content %}{% endfor %}{% endmacro %}", "string", "string"),
        (
            "{% macro show(x) %}{% for p in x %}{% endfor %}{% endmacro %}" + inside("{{ show(message.content) }}"),
            "openai",
            "string",
        ),
        (
            "{% macro show(x) %}{% for p in x %}{% endfor %}{% endmacro %}" + inside("{{ show(x=message.content) }}"),
            "openai",
            "string",
        ),
        ("{% macro show(x) %}{% for p in x %}{% endfor %}{% endmacro %}" + inside("{{ show(1) }}"), "string", "string"),
        (
            "{% macro show(x) %}{% for p in x %}{% endfor %}{% endmacro %}" + inside("{{ show(x=message.role) }}"),
            "string",
            "string",
        ),
        (LOOP + "{% for a, b in messages %}{% endfor %}", "string", "openai"),
        (inside("{% for a, b in message.content %}{% endfor %}"), "string", "openai"),
        ("{{ 'no vision here' }}", "string", "openai"),
        ("{% for", "string", "string"),
    ],
)
def test_detected_format(source: str, vllm: str, sglang: str) -> None:
    found = facts(source)
    assert (found.vllm_format, found.sglang_format) == (vllm, sglang)
