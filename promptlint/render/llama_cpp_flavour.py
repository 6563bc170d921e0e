"""Turns jinja2's sandbox into llama.cpp's Jinja engine, as far as chat templates can tell.

That engine is its own (llama.cpp common/jinja): it reads attributes of undefined values, adds none to text, counts
bytes, lets templates append to lists, and knows fewer filters. Here jinja2 still parses and runs the template; what
differs is replaced by hooks that jinja2 has for it (filters, tests, attribute access, operators, printing) and by
rewriting a few kinds of nodes before they are compiled. Of a value only the listed builtins can be reached, so this is
narrower than jinja2's own sandbox. Not modelled: macros see the variables of their caller there; `<` between texts
and `//` are errors there.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from types import BuiltinFunctionType, FunctionType
from typing import Any, ClassVar

import jinja2
import jinja2.ext
import jinja2.runtime
from jinja2.sandbox import ImmutableSandboxedEnvironment

from promptlint.render.llama_cpp_builtins import TABLES, builtin, filter_named, slice_of, tojson
from promptlint.render.llama_cpp_nodes import EngineCode, WatchedCode
from promptlint.render.llama_cpp_operators import OPERATORS, binary, is_number, iterated, joined
from promptlint.render.llama_cpp_tests import TESTS
from promptlint.render.llama_cpp_text import printed, type_name
from promptlint.render.usage import note

PLAIN = (str, dict, list, tuple, int, float, type(None), jinja2.Undefined)
JINJA_ONLY = ("dict", "cycler", "joiner", "lipsum")  # globals that this engine does not have


def adapt(env: ImmutableSandboxedEnvironment) -> None:
    """Make an environment behave like llama.cpp's engine."""
    names = {*env.filters, *(name for table in TABLES.values() for name in table)}
    env.filters.clear()
    env.filters.update({name: filter_named(name) for name in names})
    env.filters.update(_iterated=iterated, _joined=joined, _sliced=slice_of, _seen=seen)
    env.filters.update(_memory=_memory, _remembered=_remembered, _recalled=_recalled)
    env.tests.clear()
    env.tests.update(TESTS)
    for name in JINJA_ONLY:
        env.globals.pop(name, None)
    env.globals["tojson"] = tojson
    env.add_extension(PatchedSource)
    env.finalize = printed
    env.code_generator_class = EngineCode
    env.context_class = IsolatedContext
    env.intercepted_binops = OPERATORS
    _set(env, "getattr", _attribute_of(env.getattr))
    _set(env, "getitem", _item_of(env.getitem))
    _set(env, "call_binop", lambda _context, operator, left, right: binary(operator, left, right))


def watching(env: ImmutableSandboxedEnvironment) -> jinja2.Environment:
    """A variant of an adapted environment that records on tracked values how a template uses them."""
    variant = env.overlay()
    variant.code_generator_class = WatchedCode
    variant.context_class = DatedContext  # no copies: the records are on the originals
    return variant


def _set(env: ImmutableSandboxedEnvironment, name: str, function: Callable[..., Any]) -> None:
    setattr(env, name, function)  # mypy knows methods only as class attributes


class DatedContext(jinja2.runtime.Context):
    """The server always tells templates the day; here it is the clock's, which stands still."""

    DAYS: ClassVar[dict[str, str]] = {"date_string": "%d %b %Y", "datetime": "%b %d %Y"}

    def resolve_or_missing(self, key: str) -> Any:
        found = super().resolve_or_missing(key)
        if key in self.DAYS and found is jinja2.utils.missing:
            strftime: Any = self.environment.globals["strftime_now"]
            return strftime(self.DAYS[key])
        return found


class IsolatedContext(DatedContext):
    """Lists of the caller are copied: templates may append to theirs."""

    def __init__(self, environment: jinja2.Environment, parent: dict[str, Any], *rest: Any, **more: Any) -> None:
        super().__init__(environment, {key: _copied(value) for key, value in parent.items()}, *rest, **more)


def _copied(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _copied(item) for key, item in value.items()}
    return [_copied(item) for item in value] if isinstance(value, list) else value


class PatchedSource(jinja2.ext.Extension):
    """Takes out the two checks that the server takes out of templates which refuse ordinary agent traffic."""

    HARMONY = (
        '{%- if "<|channel|>analysis<|message|>" in message.content or '
        '"<|channel|>final<|message|>" in message.content %}'
    )
    MISTRAL = (
        "{%- if (message['content'] is none or message['content'] == '' or message['content']|length == 0) and "
        "(message['tool_calls'] is not defined or message['tool_calls'] is none or "
        "message['tool_calls']|length == 0) %}"
    )

    def preprocess(self, source: str, name: str | None, filename: str | None = None) -> str:
        del name, filename
        for family, check in (("<|channel|>", self.HARMONY), ("[TOOL_CALLS]", self.MISTRAL)):
            if family in source:
                source = source.replace(check, "{%- if false %}")
        return source


def seen(value: Any) -> Any:
    """A variable was read."""
    note(value)
    return value


def _memory(_nothing: None) -> LoopMemory:
    return LoopMemory()


class LoopMemory(dict[str, Any]):
    """What the rounds of one loop have set so far."""


def _remembered(memory: Any, name: str, value: Any) -> None:
    if isinstance(memory, LoopMemory):
        memory[name] = value


def _recalled(memory: Any, name: str, value: Any) -> Any:
    return memory.get(name, value) if isinstance(memory, LoopMemory) else value


def _attribute_of(other: Callable[[Any, str], Any]) -> Callable[[Any, str], Any]:
    def attribute(value: Any, name: str) -> Any:
        if not isinstance(value, PLAIN):
            return other(_no_function(value), name)  # loop and namespace: jinja2's own objects
        function = builtin(value, name)
        return _item(value, name) if function is None else function

    return attribute


def _item_of(other: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    def item(value: Any, key: Any) -> Any:
        if not isinstance(value, PLAIN):
            return other(_no_function(value), key)
        found = _item(value, key)
        if isinstance(found, jinja2.Undefined) and isinstance(key, str):
            function = builtin(value, key)
            return found if function is None else function
        return found

    return item


def _no_function(value: Any) -> Any:
    # Attributes of a bound builtin would lead to Python's own functions.
    if isinstance(value, (partial, FunctionType, BuiltinFunctionType, type, jinja2.runtime.Macro)):
        raise jinja2.TemplateRuntimeError("No builtins available for type Function")
    return value


def _item(value: Any, key: Any) -> Any:
    found = _found(value, key)
    note(found)
    if isinstance(key, str):
        note(value, "object_access")
    elif is_number(key):
        note(value, "array_access")
    return found


def _found(value: Any, key: Any) -> Any:
    missing = jinja2.Undefined(obj=value, name=key)
    if isinstance(value, dict):
        if isinstance(key, (list, dict)):
            raise jinja2.TemplateRuntimeError(f"Type: {type_name(key)} is not allowed as object key")
        return value.get(key, missing)
    if not isinstance(key, int) or isinstance(key, bool):
        return missing
    if isinstance(value, (list, tuple)):
        return value[key] if -len(value) <= key < len(value) else missing
    if isinstance(value, str) and key >= 0:
        return slice_of(value, key, key + 1, None) or missing
    return missing
