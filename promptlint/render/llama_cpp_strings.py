"""What llama.cpp's Jinja engine can do with text, which is bytes to it: case and blanks are ASCII, lengths count UTF-8.

Source: llama.cpp common/jinja/string.cpp and value.cpp, read.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import jinja2

from promptlint.render.llama_cpp_text import as_text, type_name

Builtin = Callable[..., Any]
BLANKS = " \t\n\v\f\r"
_UPPER = {lower: lower - 32 for lower in range(ord("a"), ord("z") + 1)}
_LOWER = {upper: upper + 32 for upper in range(ord("A"), ord("Z") + 1)}


class UnsupportedError(jinja2.TemplateRuntimeError):
    """Something that jinja2 can do and llama.cpp's engine cannot."""


def unsupported(what: str) -> Builtin:
    """A builtin that the engine knows by name only."""

    def refuse(*_args: Any, **_kwargs: Any) -> Any:
        raise UnsupportedError(f"NotImplemented: {what} not implemented")

    return refuse


def _text_default(value: str, replacement: Any = "", boolean: Any = False) -> Any:
    return replacement if boolean and not value else value


def _capitalize(text: str) -> str:
    return text[:1].translate(_UPPER) + text[1:].translate(_LOWER)


def _title(text: str) -> str:
    return re.sub(rf"[^{BLANKS}]+", lambda word: _capitalize(word[0]), text)


def _split(text: str, separator: str = " ", maxsplit: int = -1) -> list[str]:
    return text.split(separator, maxsplit)


def _rsplit(text: str, separator: str = " ", maxsplit: int = -1) -> list[str]:
    return text.rsplit(separator, maxsplit)


def _replace(text: Any, old: str, new: str, count: int = -1) -> str:
    if count > 0:
        raise UnsupportedError("NotImplemented: String replace with count argument not implemented")
    return str(text).replace(old, new)


def _format(text: str, *values: Any) -> str:
    pieces = text.split("{}")
    if any("{" in piece for piece in pieces):
        raise UnsupportedError("NotImplemented: format() only supports simple '{}' placeholders")
    if len(values) < len(pieces) - 1:
        raise jinja2.TemplateRuntimeError("Function 'format' expected more arguments")
    return pieces[0] + "".join(as_text(value) + piece for value, piece in zip(values, pieces[1:], strict=False))


def _starts_with(text: str, prefix: str) -> bool:
    return text.startswith(_only_text(prefix))


def _ends_with(text: str, suffix: str) -> bool:
    return text.endswith(_only_text(suffix))


def _only_text(value: Any) -> str:
    if not isinstance(value, str):
        raise jinja2.TemplateRuntimeError(f"expected a String, got {type_name(value)}")
    return value


def _strip(text: str, chars: str | None = None) -> str:
    return text.strip(BLANKS if chars is None else chars)


def _lstrip(text: str, chars: str | None = None) -> str:
    return text.lstrip(BLANKS if chars is None else chars)


def _rstrip(text: str, chars: str | None = None) -> str:
    return text.rstrip(BLANKS if chars is None else chars)


def _text_int(text: str, default: int = 0, base: int = 10) -> int:
    if base != 10:
        raise UnsupportedError("int() with a base is not modelled")
    digits = re.match(r"\s*[+-]?\d{1,20}", text, re.ASCII)
    number = int(digits[0]) if digits else default
    return number if -(2**31) <= number < 2**31 else default


def _text_float(text: str, default: float = 0.0) -> float:
    number = re.match(r"\s*[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?", text, re.IGNORECASE)
    return float(number[0]) if number else default


def _indent(text: str, width: Any = 4, first: Any = False, blank: Any = False) -> str:
    pad = width if isinstance(width, str) else " " * width
    lines = text.split("\n")
    rest = [pad + line if line or blank else line for line in lines[1:]]
    return "\n".join([pad + lines[0] if first else lines[0], *rest])


def _length(text: str) -> int:
    return len(text) if text.isascii() else len(text.encode("utf-8", "surrogatepass"))


STRING: dict[str, Builtin] = {
    "default": _text_default,
    "upper": lambda text: text.translate(_UPPER),
    "lower": lambda text: text.translate(_LOWER),
    "strip": _strip,
    "lstrip": _lstrip,
    "rstrip": _rstrip,
    "title": _title,
    "capitalize": _capitalize,
    "length": _length,
    "startswith": _starts_with,
    "endswith": _ends_with,
    "split": _split,
    "rsplit": _rsplit,
    "replace": _replace,
    "format": _format,
    "int": _text_int,
    "float": _text_float,
    "string": str,
    "safe": str,
    "indent": _indent,
    "join": unsupported("String join builtin"),
}
