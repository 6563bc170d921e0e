"""The Jinja environment of chat templates, as transformers builds it, with a clock that stands still.

Templates are strangers' code. Jinja's immutable sandbox keeps them from Python; the process that calls `render`
(`sandbox.child`) keeps them from time and memory. Source: transformers 5.23 `utils/chat_template_utils.py`, read and
checked against its recorded answers.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any, ClassVar, Literal, NoReturn

import jinja2
import jinja2.ext
import jinja2.nodes
import jinja2.parser
import jinja2.runtime
import jinja2.utils
from jinja2.sandbox import ImmutableSandboxedEnvironment

from promptlint.errors import OutputTooLongError

Flavour = Literal["transformers", "llama.cpp"]

OUTPUT_LIMIT = 64 * 1024 * 1024  # characters of one rendered prompt; the longest real one seen has 4 million


class GenerationTag(jinja2.ext.Extension):
    """`{% generation %}…{% endgeneration %}`: marks assistant text for training; renders as if it were not there."""

    tags: ClassVar[set[str]] = {"generation"}  # type: ignore[misc]  # Jinja declares an instance attribute

    def parse(self, parser: jinja2.parser.Parser) -> jinja2.nodes.Node:
        line = next(parser.stream).lineno
        body = parser.parse_statements(("name:endgeneration",), drop_needle=True)
        return jinja2.nodes.CallBlock(self.call_method("_unchanged"), [], [], body).set_lineno(line)

    @staticmethod
    def _unchanged(caller: Callable[[], str]) -> str:
        return caller()


class DictFactory:
    """The name `dict` in a template: callable and `.fromkeys`, but not the class, which would lead to `type`."""

    def __call__(self, *args: Any, **kwargs: Any) -> dict[Any, Any]:
        return dict(*args, **kwargs)

    def fromkeys(self, *args: Any) -> dict[Any, Any]:
        return dict.fromkeys(*args)

    def __repr__(self) -> str:
        return repr(dict)  # what a template prints of it anywhere else, and no address


class PlainNamespace(jinja2.utils.Namespace):
    """Jinja's namespace without underscored names, which could shadow what the sandbox relies on."""

    __module__, __qualname__ = "jinja2.utils", "Namespace"  # as a template prints it anywhere else

    def __init__(*args: Any, **kwargs: Any) -> None:
        # No parameter named self: a template may say namespace(self=…).
        self, *rest = args
        attributes = dict(*rest, **kwargs)
        for name in attributes:
            _refuse_underscored(name)
        jinja2.utils.Namespace.__init__(self, attributes)

    def __setitem__(self, name: str, value: Any) -> None:
        _refuse_underscored(name)
        super().__setitem__(name, value)


def _refuse_underscored(name: object) -> None:
    if isinstance(name, str) and name.startswith("_"):
        raise jinja2.exceptions.SecurityError(
            f"Chat templates cannot store underscore-prefixed attributes on a namespace, but got {name!r}. "
            "Please rename the attribute."
        )


def _raise_exception(message: str) -> NoReturn:
    raise jinja2.exceptions.TemplateError(message)


def to_json(
    value: Any,
    ensure_ascii: bool = False,
    indent: int | str | None = None,
    separators: tuple[str, str] | None = None,
    sort_keys: bool = False,
) -> str:
    """The `tojson` filter: plain JSON; Jinja's own escapes it for HTML, which no model was trained on."""
    return json.dumps(value, ensure_ascii=ensure_ascii, indent=indent, separators=separators, sort_keys=sort_keys)


class Clock:
    """The instant that `strftime_now` prints; set before each rendering."""

    def __init__(self) -> None:
        self.now = datetime(2026, 1, 15, 12, 34, 56)

    def strftime(self, pattern: str) -> str:
        return self.now.strftime(pattern)


@lru_cache(maxsize=4)
def environment(flavour: Flavour = "transformers") -> tuple[ImmutableSandboxedEnvironment, Clock]:
    """The environment of one engine's Jinja and the clock inside it."""
    env = ImmutableSandboxedEnvironment(
        trim_blocks=True, lstrip_blocks=True, extensions=[GenerationTag, jinja2.ext.loopcontrols]
    )
    clock = Clock()
    env.filters["tojson"] = to_json
    env.globals.update(
        raise_exception=_raise_exception,
        strftime_now=lambda pattern: clock.strftime(pattern),
        dict=DictFactory(),
        namespace=PlainNamespace,
    )
    if flavour == "llama.cpp":
        from promptlint.render import llama_cpp_flavour

        llama_cpp_flavour.adapt(env)
    return env, clock


@lru_cache(maxsize=64)
def _compiled(source: str, flavour: Flavour) -> jinja2.Template:
    return environment(flavour)[0].from_string(source)


def render(
    source: str,
    variables: Mapping[str, Any],
    *,
    now: datetime,
    flavour: Flavour = "transformers",
    limit: int = OUTPUT_LIMIT,
) -> str:
    """The template's text for these variables, of at most `limit` characters.

    Raises whatever the template raises (jinja2's errors, TypeError, …), unchanged, and OutputTooLongError.
    """
    environment(flavour)[1].now = now
    random.seed(0)  # `random` and `lipsum` of a template: one request, one prompt
    return _joined(_compiled(source, flavour).generate(variables), limit)


def _joined(chunks: Iterable[str], limit: int) -> str:
    parts: list[str] = []
    length = 0
    for chunk in chunks:
        length += len(chunk)
        if length > limit:
            raise OutputTooLongError(f"the template printed more than {limit:,} characters")
        parts.append(chunk)
    return "".join(parts)


def template_line(error: BaseException) -> int | None:
    """The template's line (1-based) where an error of `render` was raised, if Jinja knows it."""
    line = getattr(error, "lineno", None)
    trace = error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == "<template>":
            line = trace.tb_lineno
        trace = trace.tb_next
    return line if isinstance(line, int) else None
