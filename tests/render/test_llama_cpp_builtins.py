from __future__ import annotations

from typing import Any

import jinja2
import pytest

from promptlint.render.llama_cpp_builtins import builtin, filter_named, slice_of, tojson
from promptlint.render.llama_cpp_strings import UnsupportedError

UNDEFINED = jinja2.Undefined()


def call(value: Any, name: str, *args: Any, **kwargs: Any) -> Any:
    function = builtin(value, name)
    assert function is not None
    return function(*args, **kwargs)


@pytest.mark.parametrize(
    ("value", "name", "args", "result"),
    [
        (60.0, "string", (), "60"),
        (2.9, "int", (), 2),
        (True, "string", (), "True"),
        (None, "default", ("d",), "d"),  # other than in jinja2
        (None, "string", (), "None"),
        (UNDEFINED, "length", (), 0),
        (UNDEFINED, "strip", (), ""),
        (UNDEFINED, "items", (), []),
        ([3, 1, 2], "sort", (), [1, 2, 3]),
        ([1, 2], "first", (), 1),
        ([1, 2], "last", (), 2),
        ([1, 2.0, "x"], "join", ("-",), "1-2.0-x"),
        ([{"a": 1}, {"a": 0}], "selectattr", ("a",), [{"a": 1}]),
        ([{"a": 1}, {"a": 0}], "rejectattr", ("a", "equalto", 1), [{"a": 0}]),
        ([1, 2, 3], "select", ("gt", 1), [2, 3]),
        ([1, 2], "reverse", (), [2, 1]),
        ({"b": 1, "a": 2}, "keys", (), ["b", "a"]),
        ({"b": 1, "a": 2}, "items", (), [("b", 1), ("a", 2)]),
        ({"b": 1}, "get", ("x", 3), 3),
    ],
)
def test_builtins(value: Any, name: str, args: tuple[Any, ...], result: Any) -> None:
    assert call(value, name, *args) == result


def test_map_reads_an_attribute_and_leaves_undefined_what_lacks_it() -> None:
    first, second = call([{"a": 1}, {}], "map", attribute="a")
    assert first == 1
    assert isinstance(second, jinja2.Undefined)


def test_map_reads_a_place_in_lists() -> None:
    values = [["a", "b"], ("c",), "de"]
    assert call(values, "map", attribute=1, default="-") == ["b", "-", "-"]
    assert call(values, "map", attribute=-1, default="-") == ["b", "c", "-"]


@pytest.mark.parametrize(
    ("value", "name", "args", "message"),
    [
        ([{"a": 1}, "a"], "selectattr", ("a",), "selectattr: item is not an object"),
        ([["a"]], "reject", ("a", "gt", 1), "selectattr: item is not an object"),
        ({"1": "a"}, "get", (1,), r"get: second argument must be a string \(key\)"),
    ],
)
def test_a_value_that_a_builtin_does_not_take_is_an_error(
    value: Any, name: str, args: tuple[Any, ...], message: str
) -> None:
    with pytest.raises(jinja2.TemplateRuntimeError, match=message):
        call(value, name, *args)


def test_an_unknown_test_is_an_error() -> None:
    with pytest.raises(jinja2.TemplateRuntimeError, match="unknown test '=='"):
        call([{"a": 1}], "selectattr", "a", "==", 1)


def test_dictsort_compares_case() -> None:
    assert list(call({"b": 1, "C": 2, "a": 3}, "dictsort")) == ["C", "a", "b"]
    assert list(call({"b": 1, "C": 2, "a": 3}, "dictsort", by="value", reverse=True)) == ["a", "C", "b"]


@pytest.mark.parametrize(
    ("value", "name", "args"),
    [
        ("a", "replace", ("a", "b", 1)),
        ("a", "join", ()),
        ("{0}", "format", (1,)),
        ([1], "unique", ()),
        ([1], "map", ("upper",)),
    ],
)
def test_what_the_engine_does_not_do_is_an_error(value: Any, name: str, args: tuple[Any, ...]) -> None:
    with pytest.raises(UnsupportedError):
        call(value, name, *args)


def test_join_takes_text_and_numbers_only() -> None:
    with pytest.raises(jinja2.TemplateRuntimeError, match="arrays of strings"):
        call([None], "join")


def test_text_predicates_take_text_only() -> None:
    with pytest.raises(jinja2.TemplateRuntimeError, match="expected a String"):
        call("a", "startswith", ("a", "b"))


def test_tojson_options() -> None:
    assert tojson({"a": [1]}, separators=(",", ":")) == '{"a":[1]}'
    assert tojson("é😀", ensure_ascii=True) == '"\\u00e9\\ud83d\\ude00"'
    assert tojson([1], indent=1) == "[\n 1\n]"
    with pytest.raises(UnsupportedError, match="sort_keys"):
        tojson({}, sort_keys=True)


def test_slices_of_text_cut_between_bytes() -> None:
    assert slice_of("héllo", 3, None, None) == "llo"
    assert slice_of("hello", 1, -1, None) == "ell"
    assert slice_of([1, 2, 3], None, None, -1) == [3, 2, 1]
    with pytest.raises(jinja2.TemplateRuntimeError, match="slice"):
        slice_of(None, 1, None, None)


def test_filters_know_their_other_names() -> None:
    assert filter_named("trim")(" a ") == "a"
    assert filter_named("count")([1]) == 1
    assert filter_named("d")(None, 1) == 1
    assert filter_named("trim")(1.0) == "1.0"


def test_an_unknown_filter_is_an_error_and_an_unknown_method_is_none() -> None:
    with pytest.raises(jinja2.TemplateRuntimeError, match="filter 'default' for type Object"):
        filter_named("default")({}, 1)
    assert builtin("a", "zfill") is None
    assert builtin({}, "pop") is None
