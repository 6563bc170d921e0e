from __future__ import annotations

import json
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from promptlint.capture import yaml_text
from promptlint.capture.json_text import JsonError

LEAVES = (
    st.none()
    | st.booleans()
    | st.integers(-(10**18), 10**18)
    | st.text(st.characters(codec="utf-8"), max_size=20)
    | st.binary(max_size=9)
)
VALUES = st.recursive(
    LEAVES | st.floats(allow_nan=False),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
)


@given(VALUES, st.sampled_from([None, "'", '"', "|"]), st.booleans())
def test_reads_what_pyyaml_wrote(value: Any, style: str | None, flow: bool) -> None:
    text = yaml.dump({"root": value}, default_style=style, default_flow_style=flow, allow_unicode=True)
    assert yaml_text.parse(text).data == yaml.safe_load(text)


@pytest.mark.parametrize(
    ("text", "offset", "says"),
    [
        ("a: [1\nb: 2\n", 7, "no valid YAML"),
        ("a: 1\nb: 2\na: 3\n", 10, 'the key "a" is there twice'),
        ("a: 1\n---\nb: 2\n", 5, "several YAML documents"),
        ("a: *b\n", 3, "alias"),
        ("a: &b [*b]\n", 7, "an alias for something that is not there yet"),
        ("[" * 300, 200, "200 levels"),
        ("a: \x1b\n", 3, "control characters|special characters"),
        ("a: '\n", 5, "no valid YAML"),
        ("a:\n\t- b\n", 3, "no valid YAML"),
    ],
)
def test_faults_have_their_place(text: str, offset: int, says: str) -> None:
    with pytest.raises(JsonError, match=says) as caught:
        yaml_text.parse(text)
    assert caught.value.offset == offset
    assert str(caught.value).isprintable()
    assert caught.value.hint


def test_alias_bombs_are_refused() -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 10)]
    with pytest.raises(JsonError, match="too many values"):
        yaml_text.parse("\n".join(lines))
    long = "a: &a " + "x" * 100_000 + "\nb: [" + "*a, " * 5000 + "]\n"
    with pytest.raises(JsonError, match="too many values"):
        yaml_text.parse(long)


def test_a_chain_of_aliases_is_as_deep_as_what_it_spells() -> None:
    chain = "a0: &a0 []\n" + "".join(f"a{n}: &a{n} [*a{n - 1}]\n" for n in range(1, 300))
    with pytest.raises(JsonError, match="nested more than 200 levels deep"):
        yaml_text.parse(chain)


def test_aliases_as_keys_count_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(yaml_text, "MOST_VALUES", 100)
    with pytest.raises(JsonError, match="too many values"):
        yaml_text.parse("a: &a [1, 2, 3, 4, 5, 6, 7, 8, 9]\n" + "".join(f"b{n}: {{? *a : 1}}\n" for n in range(9)))


def test_directives_are_bounded() -> None:
    with pytest.raises(JsonError, match="too many YAML directives"):
        yaml_text.parse("%YAML 1.1\n" + "".join(f"%TAG !a{n}! x\n" for n in range(200_000)) + "---\na: 1\n")


def test_aliases_stand_for_their_values() -> None:
    parsed = yaml_text.parse("a: &a {k: [1]}\nb: *a\n? &k key\n: *k\n")
    assert parsed.data == {"a": {"k": [1]}, "b": {"k": [1]}, "key": "key"}


@pytest.mark.parametrize(
    ("spelled", "value"),
    [
        ("2026-08-04", "2026-08-04"),
        ("!!int abc", "abc"),
        ("!!float x", "x"),
        ("!!bool maybe", "maybe"),
        ("!!str 1", "1"),
        ("!!binary '*'", b""),
        ("!!binary abcde", "abcde"),
        ("!!python/unicode 'x'", "x"),
        ("!!python/tuple [1, 2]", [1, 2]),
        ("!unknown {a: 1}", {"a": 1}),
        ("9" * 5000, "9" * 5000),
        ("1:" * 2000 + "1", "1:" * 2000 + "1"),
        ("0x1F", 31),
        ("yes", True),
        ("~", None),
    ],
)
def test_scalars_and_tags_are_data(spelled: str, value: Any) -> None:
    assert yaml_text.parse(f"a: {spelled}\n").data == {"a": value}


def test_complex_keys_become_text() -> None:
    assert list(yaml_text.parse("? [1, {a: b}]\n: x\n1: y\n").data) == [json.dumps([1, {"a": "b"}]), "1"]


def test_marks_count_characters(monkeypatch: pytest.MonkeyPatch) -> None:
    text = "ä: é🌱\nb:\n- c: 'x'\n"
    for _ in range(2):
        mark = yaml_text.parse(text).mark("/b/0/c")
        assert mark is not None
        assert text[mark.start : mark.end] == "'x'"
        monkeypatch.delattr(yaml, "CSafeLoader", raising=False)  # second round: without the C parser


@pytest.mark.parametrize("pointer", ["", "/0", "/0/b"])
def test_only_members_of_mappings_have_marks(pointer: str) -> None:
    assert yaml_text.parse("- a: 1\n").mark(pointer) is None
