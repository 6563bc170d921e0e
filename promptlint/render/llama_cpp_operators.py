"""Operators and loops of llama.cpp's Jinja engine, where they differ from Python's. Source: its common/jinja, read."""

from __future__ import annotations

import math
from typing import Any

import jinja2

from promptlint.render.llama_cpp_text import as_text, type_name
from promptlint.render.usage import note

OPERATORS = frozenset("+-*/%")


def iterated(value: Any, pairs: bool) -> Any:
    """What a for loop runs over: objects give their keys, or pairs to two loop variables; text is refused."""
    note(value, "array_access")
    if isinstance(value, jinja2.Undefined):
        return []
    if isinstance(value, dict):
        note(value, "object_access")
        return list(value.items()) if pairs else list(value)
    if isinstance(value, (str, int, float, type(None))):
        raise jinja2.TemplateRuntimeError(f"Expected iterable or object type in for loop: got {type_name(value)}")
    return value


def joined(left: Any, right: Any) -> Any:
    """`left ~ right`: one of them must be text."""
    if isinstance(left, str) or isinstance(right, str):
        return binary("+", left, right)
    return _refuse("~", left, right)


def _refuse(operator: str, left: Any, right: Any) -> Any:
    raise jinja2.TemplateRuntimeError(f'Unknown operator "{operator}" between {type_name(left)} and {type_name(right)}')


def binary(operator: str, left: Any, right: Any) -> Any:
    """`left operator right` for the operators that jinja2 hands over."""
    if _missing(left) or _missing(right):
        return _with_nothing(operator, left, right)
    if is_number(left) and is_number(right):
        return _arithmetic(operator, left, right)
    if operator == "+":
        return _added(left, right)
    if operator == "*" and isinstance(left, str) and is_number(right):
        return left * int(right)
    if operator == "*" and isinstance(right, str) and is_number(left):
        return right * int(left)
    return _refuse(operator, left, right)


def _missing(value: Any) -> bool:
    return value is None or isinstance(value, jinja2.Undefined)


def is_number(value: Any) -> bool:
    """An integer or a float; truth values are a type of their own."""
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _with_nothing(operator: str, left: Any, right: Any) -> str:
    text = [value for value in (left, right) if isinstance(value, str)]
    if operator == "+" and text:
        return text[0]
    raise jinja2.UndefinedError(f"Cannot perform operation {operator} on null or undefined values")


def _added(left: Any, right: Any) -> Any:
    if isinstance(left, (list, tuple)) and isinstance(right, (list, tuple)):
        return [*left, *right]
    if isinstance(left, str) or isinstance(right, str):
        return as_text(left) + as_text(right)
    return _refuse("+", left, right)


def _arithmetic(operator: str, left: Any, right: Any) -> int | float:
    whole = isinstance(left, int) and isinstance(right, int)
    if operator == "/":
        return _divided(left, right)
    if operator == "%":
        remainder = math.fmod(left, right) if right else math.nan
        return int(remainder) if whole and right else remainder
    result: int | float = left + right if operator == "+" else left - right if operator == "-" else left * right
    return result


def _divided(left: Any, right: Any) -> float:
    if right:
        return float(left / right)
    return math.copysign(math.inf, left) if left else math.nan
