"""`given`: which values a rule looks at. Aliases hide the APIs, RFC 9535 paths lead into the body as it was sent."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from itertools import islice
from typing import TYPE_CHECKING, Any, NamedTuple

from promptlint.positions import step

if TYPE_CHECKING:
    from promptlint.lint.context import RequestContext
    from promptlint.lint.texts import Text

MOST_NODES = 20_000
LONGEST_PATH = 500  # characters
MOST_COMMAS = 12
QUOTED = re.compile(r"""'(?:[^'\\]|\\.)*+'|"(?:[^"\\]|\\.)*+\"""", re.DOTALL)


class Node(NamedTuple):
    """A value that a rule looks at. `exists` is false for the member that a `field` names and that is not there."""

    pointer: str
    value: Any
    in_body: bool = False
    exists: bool = True


def nodes(given: str, context: RequestContext) -> Iterator[Node]:
    """The values that an alias or a path finds in a request, in document order."""
    if given.startswith("#"):
        yield from islice(ALIASES[given](context), MOST_NODES)
    else:
        for found in islice(compiled(given).finditer(context.request.body), MOST_NODES):
            yield Node("".join(step(key) for key in found.location), found.value, in_body=True)


def member(node: Node, name: str) -> Node:
    """The member `name` of an object."""
    exists = isinstance(node.value, dict) and name in node.value
    return Node(node.pointer + step(name), node.value[name] if exists else None, node.in_body, exists)


@lru_cache(maxsize=512)
def compiled(path: str) -> Any:
    """A JSON path ready for use. Raises ValueError for what is no path, or one that could take long."""
    import jsonpath_rfc9535

    if len(path) > LONGEST_PATH:
        raise ValueError(f"longer than {LONGEST_PATH} characters")
    _refuse_blow_ups(path)
    try:
        query = jsonpath_rfc9535.compile(path)
    except (jsonpath_rfc9535.JSONPathError, OverflowError, RecursionError) as error:  # OverflowError: 1e999
        raise ValueError(str(error).splitlines()[0]) from None
    if "match(" in path or "search(" in path:
        raise ValueError("match() and search() are not for paths: regular expressions belong into `then`")
    return query


def _refuse_blow_ups(path: str) -> None:
    """Raises ValueError for what takes more than one walk through the request: three of a kind nested take minutes."""
    bare = QUOTED.sub("''", path)
    if bare.count("..") > 1:
        raise ValueError("more than one '..': each of them looks at the whole request")
    if bare.count("$") > 1:
        raise ValueError("a second '$': it looks at the whole request again for each value; @ is the value at hand")
    if bare.count(",") > MOST_COMMAS:
        raise ValueError(f"more than {MOST_COMMAS} commas: selectors side by side multiply from step to step")


def _system_text(context: RequestContext) -> Iterator[Node]:
    yield from map(_node, context.system.texts)


def _all_text(context: RequestContext) -> Iterator[Node]:
    from promptlint.lint.texts import content_texts

    for number, message in enumerate(context.messages):
        yield from map(_node, content_texts(message, f"/messages/{number}"))


def _text_of(*roles: str) -> Callable[[RequestContext], Iterator[Node]]:
    def found(context: RequestContext) -> Iterator[Node]:
        from promptlint.lint.texts import content_texts

        for number, message in enumerate(context.messages):
            if message.get("role") in roles:
                yield from map(_node, content_texts(message, f"/messages/{number}"))

    return found


def _node(text: Text) -> Node:
    return Node(text.pointer, text.text)


def _messages(context: RequestContext) -> Iterator[Node]:
    for number, message in enumerate(context.messages):
        yield Node(f"/messages/{number}", message)


def _system_messages(context: RequestContext) -> Iterator[Node]:
    from promptlint.comparison.location import leading_system

    yield from islice(_messages(context), leading_system(context.chat))


def _tool_list(context: RequestContext) -> Iterator[Node]:
    if context.chat.tools is not None:
        yield Node("/tools", context.chat.tools)


def _tools(context: RequestContext) -> Iterator[Node]:
    for number, tool in enumerate(context.chat.tools or ()):
        yield Node(f"/tools/{number}", tool)


def _tool_schemas(context: RequestContext) -> Iterator[Node]:
    for number, tool in enumerate(context.chat.tools or ()):
        function = tool.get("function")
        if isinstance(function, dict) and isinstance(function.get("parameters"), dict):
            yield Node(f"/tools/{number}/function/parameters", function["parameters"])


def _tool_text(context: RequestContext) -> Iterator[Node]:
    from promptlint.lint.texts import strings

    for number, tool in enumerate(context.chat.tools or ()):
        yield from map(_node, strings(tool, f"/tools/{number}"))


def _tool_calls(context: RequestContext) -> Iterator[Node]:
    for number, message in enumerate(context.messages):
        calls = message.get("tool_calls")
        for index, call in enumerate(calls if isinstance(calls, list) else ()):
            yield Node(f"/messages/{number}/tool_calls/{index}", call)


def _parameters(context: RequestContext) -> Iterator[Node]:
    yield Node("", dict(context.chat.parameters))


ALIASES: dict[str, Callable[[RequestContext], Iterator[Node]]] = {
    "#system-text": _system_text,
    "#system-messages": _system_messages,
    "#messages": _messages,
    "#all-text": _all_text,
    "#user-text": _text_of("user"),
    "#assistant-text": _text_of("assistant"),
    "#tool-result-text": _text_of("tool"),
    "#tool-list": _tool_list,
    "#tools": _tools,
    "#tool-schemas": _tool_schemas,
    "#tool-text": _tool_text,
    "#tool-calls": _tool_calls,
    "#parameters": _parameters,
}
