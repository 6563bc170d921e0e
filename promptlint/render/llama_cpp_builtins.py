"""What llama.cpp's Jinja engine can do with a value: one table per type, for filters and for methods alike.

A filter `value | name(…)` and a method `value.name(…)` are the same function there. A name that the table of the
value's type lacks is an error as a filter and undefined as a method. Source: llama.cpp common/jinja/value.cpp, read.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import jinja2

from promptlint.render.llama_cpp_strings import STRING, Builtin, UnsupportedError, unsupported
from promptlint.render.llama_cpp_tests import TESTS
from promptlint.render.llama_cpp_text import as_text, to_json, type_name
from promptlint.render.usage import TRACKED, note, note_all

MISSING: Any = jinja2.Undefined()


def tojson(
    value: Any, ensure_ascii: Any = False, indent: Any = None, separators: Any = None, sort_keys: Any = False
) -> str:
    """The `tojson` filter and function."""
    note_all(value)
    if sort_keys:
        raise UnsupportedError("NotImplemented: tojson sort_keys=true not implemented")
    width = indent if isinstance(indent, int) and not isinstance(indent, bool) else -1
    item, key = (", " if width < 0 else ","), ": "
    if isinstance(separators, (list, tuple)):
        item, key = [*map(as_text, separators), *(item, key)[len(separators) :]][:2]
    text = to_json(value, width, (item, key))
    return _ascii(text) if ensure_ascii else text


def _ascii(json_text: str) -> str:
    escaped = (json.dumps(char)[1:-1] if ord(char) > 0x7F else char for char in json_text)
    return "".join(escaped)


def default(value: Any, replacement: Any = "", boolean: Any = False) -> Any:
    """`default`: none counts as missing, other than in jinja2."""
    missing = not value if boolean else value is None or isinstance(value, jinja2.Undefined)
    return replacement if missing else value


def _string(value: Any) -> str:
    note_all(value)
    return as_text(value)


def slice_of(value: Any, start: int | None, stop: int | None, step: int | None) -> Any:
    """`value[start:stop:step]`; text is cut between bytes."""
    note(value, "slice")
    if isinstance(value, str) and not value.isascii():
        return value.encode("utf-8", "surrogatepass")[start:stop:step].decode("utf-8", "replace")
    if not isinstance(value, (str, list, tuple)):
        raise jinja2.TemplateRuntimeError(f"Unknown (built-in) filter 'slice' for type {type_name(value)}")
    return value[start:stop:step]


def _attribute(item: Any, attribute: Any, missing: Any = MISSING) -> Any:
    if isinstance(attribute, int) and isinstance(item, (list, tuple)):
        return item[attribute] if -len(item) <= attribute < len(item) else missing
    return item.get(attribute, missing) if isinstance(item, Mapping) else missing


def _join(values: list[Any], d: Any = "", attribute: Any = None) -> str:
    items = values if attribute is None else [_attribute(value, attribute) for value in values]
    if any(isinstance(item, bool) or not isinstance(item, (str, int, float)) for item in items):
        raise jinja2.TemplateRuntimeError("join() can only join arrays of strings or numerics")
    return as_text(d).join(map(as_text, items))


def _map(values: list[Any], *filters: Any, attribute: Any = None, default: Any = MISSING) -> list[Any]:
    if filters or attribute is None:
        raise UnsupportedError("NotImplemented: map: filter-mapping not implemented")
    return [_attribute(value, attribute, default) for value in values]


def _select(keep: bool) -> Builtin:
    def chosen(values: list[Any], name: str, *rest: Any) -> list[Any]:
        if len(rest) == 1:
            test, other = _test(name), rest[0]
            return [value for value in values if bool(test(value, other)) is keep]
        if any(not isinstance(value, Mapping) for value in values):
            raise jinja2.TemplateRuntimeError("selectattr: item is not an object")
        if not rest:
            return [value for value in values if bool(value.get(name, MISSING)) is keep]
        test = _test(rest[0])
        return [value for value in values if bool(test(value.get(name, MISSING), *rest[1:])) is keep]

    return chosen


def _test(name: str) -> Callable[..., bool]:
    if name not in TESTS:
        raise jinja2.TemplateRuntimeError(f"selectattr: unknown test '{name}'")
    return TESTS[name]


def _append(values: list[Any], item: Any) -> list[Any]:
    values.append(item)
    return values


def _pop(values: list[Any], index: int = -1) -> Any:
    return values.pop(index)


def _sorted(values: Any, reverse: Any = False, case_sensitive: Any = None, attribute: Any = None) -> list[Any]:
    del case_sensitive  # the engine always compares bytes
    key = None if attribute is None else partial(_attribute, attribute=attribute)
    return sorted(values, key=key, reverse=bool(reverse))


def _dictsort(value: Mapping[Any, Any], case_sensitive: Any = None, by: str = "key", reverse: Any = False) -> Any:
    del case_sensitive
    place = 1 if by == "value" else 0
    return dict(sorted(value.items(), key=lambda item: item[place], reverse=bool(reverse)))


def _first(values: list[Any]) -> Any:
    return values[0] if values else MISSING


def _last(values: list[Any]) -> Any:
    return values[-1] if values else MISSING


def _get(value: Mapping[Any, Any], key: Any, missing: Any = None) -> Any:
    if not isinstance(key, str):
        raise jinja2.TemplateRuntimeError("get: second argument must be a string (key)")
    return value.get(key, missing)


def _constant(value: Any) -> Builtin:
    return lambda *_args, **_kwargs: value


def _fresh_list(*_args: Any, **_kwargs: Any) -> list[Any]:
    return []


_Table = dict[str, Builtin]
_ARRAY: _Table = {
    "default": default,
    "list": list,
    "first": _first,
    "last": _last,
    "length": len,
    "selectattr": _select(True),
    "select": _select(True),
    "rejectattr": _select(False),
    "reject": _select(False),
    "join": _join,
    "string": _string,
    "tojson": tojson,
    "map": _map,
    "append": _append,
    "pop": _pop,
    "sort": _sorted,
    "reverse": lambda values: values[::-1],
    "min": min,
    "max": max,
    "unique": unsupported("Array unique builtin"),
}
_OBJECT: _Table = {
    "get": _get,
    "keys": list,
    "values": lambda value: list(value.values()),
    "items": lambda value: list(value.items()),
    "tojson": tojson,
    "string": _string,
    "length": len,
    "dictsort": _dictsort,
    "join": unsupported("object join"),
}
_NUMBER: _Table = {
    "default": default,
    "abs": abs,
    "int": int,
    "float": float,
    "safe": tojson,
    "string": tojson,
    "tojson": tojson,
}
_TRUTH: _Table = {"default": default, "int": int, "float": float, "safe": str, "string": str, "tojson": tojson}
_EMPTY: _Table = dict.fromkeys(("items", "map", "reject", "rejectattr", "select", "selectattr", "unique"), _fresh_list)
_NONE: _Table = {
    **_EMPTY,
    "default": default,
    "tojson": tojson,
    "string": _constant("None"),
    "safe": _constant("None"),
}
_UNDEFINED: _Table = {
    **_EMPTY,
    "default": default,
    **dict.fromkeys(("list", "reverse", "sort"), _fresh_list),
    **dict.fromkeys(("first", "last", "max", "min"), _constant(MISSING)),
    **dict.fromkeys(("length", "sum", "wordcount"), _constant(0)),
    **dict.fromkeys(("capitalize", "lower", "title", "upper", "strip", "replace"), _constant("")),
    **dict.fromkeys(("join", "safe", "string", "truncate"), _constant("")),
}
TABLES: Mapping[str, _Table] = {
    "String": {**STRING, "tojson": tojson},
    "Array": _ARRAY,
    "Tuple": _ARRAY,
    "Object": _OBJECT,
    "Integer": _NUMBER,
    "Float": _NUMBER,
    "Boolean": _TRUTH,
    "None": _NONE,
    "Undefined": _UNDEFINED,
}
ALIASES = {"count": "length", "d": "default", "e": "escape", "trim": "strip"}
COERCED = frozenset({"capitalize", "lower", "replace", "strip", "title", "upper", "wordcount"})


def builtin(value: Any, name: str) -> Builtin | None:
    """The function `name` of a value, bound to it, or None."""
    if isinstance(value, TRACKED):
        note(value, name)
    found = TABLES.get(type_name(value), {}).get(name)
    return None if found is None else partial(found, value)


def filter_named(name: str) -> Builtin:
    """The filter of that name, for whatever value it meets."""
    canonical = ALIASES.get(name, name)

    def apply(value: Any, *args: Any, **kwargs: Any) -> Any:
        if canonical in COERCED and not args and not isinstance(value, (str, jinja2.Undefined)):
            value = as_text(value)
        function = builtin(value, canonical)
        if function is None:
            raise jinja2.TemplateRuntimeError(f"Unknown (built-in) filter '{canonical}' for type {type_name(value)}")
        return function(*args, **kwargs)

    return apply
