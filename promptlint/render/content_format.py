"""Does a template walk over the parts of a message's content, or print it as one string? Each engine guesses its way.

Both look for `{% for part in message.content %}` in the syntax tree. vLLM follows names that `messages` is assigned
to, loops over them, and macros that get a message's content; SGLang knows three names for a message.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Literal

import jinja2.nodes as nodes

Format = Literal["string", "openai"]

_SGLANG_MESSAGE_NAMES = frozenset({"message", "msg", "m"})


class _UnexpectedLoopError(Exception):
    """A loop over messages or content with several targets: vLLM gives up and says "string"."""


def seen_by_vllm(tree: nodes.Template) -> Format:
    """The content format that vLLM detects for a template."""
    try:
        return "openai" if any(_content_loops(tree)) else "string"
    except _UnexpectedLoopError:
        return "string"


def seen_by_sglang(tree: nodes.Template) -> Format:
    """The content format that SGLang detects by the syntax tree of a template."""
    loops = tree.find_all(nodes.For)
    return "openai" if any(_is_content(loop.iter, _SGLANG_MESSAGE_NAMES) for loop in loops) else "string"


def _content_loops(tree: nodes.Template) -> Iterator[bool]:
    message_names = _message_names(tree)
    parameters = _content_parameters(tree, message_names)
    for loop in tree.find_all(nodes.For):
        name = loop.iter.name if isinstance(loop.iter, nodes.Name) else None
        received = parameters.get(id(loop))
        if (
            _is_content(loop.iter, message_names)
            or (received is not None and name in received)
            or (received is None and name == "content")
        ):
            _target(loop)
            yield True


def _message_names(tree: nodes.Template) -> frozenset[str]:
    names = _names_of(tree, "messages")
    return frozenset(_target(loop) for loop in tree.find_all(nodes.For) if _dotted(_inner(loop.iter)) in names)


def _names_of(tree: nodes.Template, root: str) -> set[str]:
    """The names that a variable's value is assigned to, directly or step by step, as `a` or `namespace.a`."""
    steps: dict[str, list[str]] = defaultdict(list)
    for assignment in tree.find_all(nodes.Assign):
        for source, name in _assigned(assignment):
            steps[source].append(name)
    names, pending = {root}, [root]
    while pending:
        for name in steps[pending.pop()]:
            if name not in names:
                names.add(name)
                pending.append(name)
    return names


def _assigned(assignment: nodes.Assign) -> Iterator[tuple[str, str]]:
    target, value = assignment.target, assignment.node
    name = _dotted_target(target)
    source = _dotted(_inner(value))
    if source is not None and name is not None:
        yield source, name
    if isinstance(target, nodes.Name):
        for key, inner in _namespace_members(value):
            yield inner, f"{target.name}.{key}"


def _namespace_members(node: nodes.Node) -> Iterator[tuple[str, str]]:
    if isinstance(node, nodes.Call) and isinstance(node.node, nodes.Name) and node.node.name == "namespace":
        for keyword in node.kwargs:
            source = _dotted(_inner(keyword.value))
            if source is not None:
                yield keyword.key, source


def _content_parameters(tree: nodes.Template, message_names: frozenset[str]) -> dict[int, set[str]]:
    """For each loop inside a macro, by its id, the macro's parameters that receive a message's content."""
    calls: dict[str, list[nodes.Call]] = defaultdict(list)
    for call in tree.find_all(nodes.Call):
        if isinstance(call.node, nodes.Name):
            calls[call.node.name].append(call)
    found: dict[int, set[str]] = {}
    for macro in tree.find_all(nodes.Macro):
        received = {name for call in calls[macro.name] for name in _received(macro, call, message_names)}
        for loop in macro.find_all(nodes.For):
            found[id(loop)] = received or found.get(id(loop), set())
    return found


def _received(macro: nodes.Macro, call: nodes.Call, message_names: frozenset[str]) -> Iterator[str]:
    parameters = [argument.name for argument in macro.args]
    for name, value in zip(parameters, call.args, strict=False):
        if _is_content(value, message_names):
            yield name
    for keyword in call.kwargs:
        if keyword.key in parameters and _is_content(keyword.value, message_names):
            yield keyword.key


def _is_content(node: nodes.Node, message_names: frozenset[str]) -> bool:
    inner = _inner(node)
    if isinstance(inner, nodes.Getitem):
        key = inner.arg.value if isinstance(inner.arg, nodes.Const) else None
        return key == "content" and _dotted(inner.node) in message_names
    return isinstance(inner, nodes.Getattr) and inner.attr == "content" and _dotted(inner.node) in message_names


def _inner(node: nodes.Node | None) -> nodes.Node | None:
    """What filters, tests and slices are applied to."""
    while isinstance(node, nodes.Filter | nodes.Test) or (
        isinstance(node, nodes.Getitem) and isinstance(node.arg, nodes.Slice)
    ):
        node = node.node
    return node


def _dotted(node: nodes.Node | None) -> str | None:
    parts: list[str] = []
    while isinstance(node, nodes.Getattr):
        parts.append(node.attr)
        node = node.node
    if not isinstance(node, nodes.Name) or node.ctx != "load":
        return None
    return ".".join((node.name, *reversed(parts)))


def _dotted_target(node: nodes.Node) -> str | None:
    if isinstance(node, nodes.NSRef):
        return f"{node.name}.{node.attr}"
    return node.name if isinstance(node, nodes.Name) else None


def _target(loop: nodes.For) -> str:
    if not isinstance(loop.target, nodes.Name):
        raise _UnexpectedLoopError
    return loop.target.name
