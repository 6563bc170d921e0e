"""How llama.cpp's Jinja engine writes values: as JSON, as the text of an expression, and inside other text.

Source: llama.cpp common/jinja/value.{h,cpp} and runtime.h, read; numbers print as C++ streams and `std::to_string`
print them, which is not how Python does.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import jinja2

_ESCAPES = {code: f"\\u{code:04x}" for code in range(0x20)}
_ESCAPES |= {ord(char): "\\" + letter for char, letter in zip('"\\\b\f\n\r\t', '"\\bfnrt', strict=True)}


def quoted(text: str) -> str:
    """A JSON string; everything outside ASCII stays as it is."""
    return f'"{text.translate(_ESCAPES)}"'


def to_json(value: Any, indent: int = -1, separators: tuple[str, str] = (", ", ": "), level: int = 0) -> str:
    """What the `tojson` filter writes: floats have six digits and whole ones no point (60.0 → 60)."""
    if isinstance(value, str):
        return quoted(value)
    if isinstance(value, Mapping):
        key_separator = separators[1]
        items = [
            quoted(as_text(key)) + key_separator + to_json(item, indent, separators, level + 1)
            for key, item in value.items()
        ]
        return _bracketed("{}", items, indent, separators[0], level)
    if isinstance(value, (list, tuple)):
        items = [to_json(item, indent, separators, level + 1) for item in value]
        return _bracketed("[]", items, indent, separators[0], level)
    return _scalar_json(value)


def _scalar_json(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        return f"{value:g}"
    return "null"


def _bracketed(brackets: str, items: list[str], indent: int, separator: str, level: int) -> str:
    if not items:
        return brackets
    if indent < 0:
        return brackets[0] + separator.join(items) + brackets[1]
    outer = "\n" + " " * (indent * level)
    inner = outer + " " * indent
    return brackets[0] + inner + (separator + inner).join(items) + outer + brackets[1]


def float_text(value: float) -> str:
    """A float in text: six decimals, trailing zeros cut, one kept (60.0, 0.25)."""
    text = f"{value:f}".rstrip("0")
    return text + "0" if text.endswith(".") else text


def as_text(value: Any) -> str:
    """The text of a value where text is needed: concatenation and the `string` filter."""
    if isinstance(value, str):
        return value
    if isinstance(value, float):
        return float_text(value)
    if isinstance(value, list):
        return "[" + ", ".join(map(_nested, value)) + "]"
    if isinstance(value, tuple):
        return "(" + ", ".join(map(_nested, value)) + (",)" if len(value) == 1 else ")")
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{_nested(key)}: {_nested(item)}" for key, item in value.items()) + "}"
    if value is None or isinstance(value, int):
        return str(value)
    raise jinja2.TemplateRuntimeError(f"{type_name(value)} is not a string value")


def _nested(value: Any) -> str:
    if isinstance(value, str):
        return quoted(value) if "'" in value else f"'{value}'"
    if isinstance(value, jinja2.Undefined):
        return "Undefined"
    return as_text(value)


def printed(value: Any) -> str:
    """What `{{ value }}` adds to the prompt: nothing for none, undefined, objects and functions."""
    if isinstance(value, str):
        return value
    if isinstance(value, (list, tuple)):
        return "".join(map(printed, value))
    if isinstance(value, (int, float)):
        return as_text(value)
    return ""


_NAMES: tuple[tuple[type, str], ...] = (
    (str, "String"),
    (bool, "Boolean"),
    (int, "Integer"),
    (float, "Float"),
    (Mapping, "Object"),
    (tuple, "Tuple"),
    (list, "Array"),
    (type(None), "None"),
    (jinja2.Undefined, "Undefined"),
)


def type_name(value: Any) -> str:
    """The engine's own name for a value's type."""
    return next((name for kind, name in _NAMES if isinstance(value, kind)), "Function")
