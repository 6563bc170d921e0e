"""Rewrites of a parsed template, so that jinja2's compiler makes of it what llama.cpp's engine would do.

Loops, `~` and slices compile straight to Python and offer no hook. And where jinja2 gives each round of a loop fresh
variables, llama.cpp gives them to the loop as a whole: what one round sets, the next one finds.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from jinja2 import nodes
from jinja2.compiler import CodeGenerator
from jinja2.visitor import NodeTransformer


class EngineNodes(NodeTransformer):
    """Puts the engine's own functions where jinja2 compiles straight to Python."""

    def __init__(self) -> None:
        self.loops = 0

    def visit_For(self, node: nodes.For) -> Any:  # noqa: N802  jinja2's name
        self.generic_visit(node)
        pairs = nodes.Const(isinstance(node.target, nodes.Tuple))
        node.iter = filtered("_iterated", node.iter, pairs)
        names = sorted(set(_assigned(node.body)) - set(_names(node.target)))
        return self._with_memory(node, names) if names else node

    def _with_memory(self, node: nodes.For, names: list[str]) -> list[nodes.Node]:
        self.loops += 1
        memory = f"_loop{self.loops}"
        store = nodes.Assign(nodes.Name(memory, "store"), filtered("_memory", nodes.Const(None)), lineno=node.lineno)
        recalled = [_recall(memory, name, node.lineno) for name in names]
        node.body = [*recalled, *_remembering(node.body, memory)]
        return [store, node]

    def visit_Concat(self, node: nodes.Concat) -> nodes.Node:  # noqa: N802  jinja2's name
        self.generic_visit(node)
        result = node.nodes[0]
        for operand in node.nodes[1:]:
            result = filtered("_joined", result, operand)
        return result

    def visit_Getitem(self, node: nodes.Getitem) -> nodes.Node:  # noqa: N802  jinja2's name
        self.generic_visit(node)
        if not isinstance(node.arg, nodes.Slice):
            return node
        bounds = (bound or nodes.Const(None) for bound in (node.arg.start, node.arg.stop, node.arg.step))
        return filtered("_sliced", node.node, *bounds)


class WatchedNodes(EngineNodes):
    """Also reports each variable that is read, for the capability probes."""

    def visit_Name(self, node: nodes.Name) -> nodes.Node:  # noqa: N802  jinja2's name
        return filtered("_seen", node) if node.ctx == "load" else node


class EngineCode(CodeGenerator):
    """jinja2's compiler behind the engine's nodes."""

    transformer: type[EngineNodes] = EngineNodes

    def visit_Template(self, node: nodes.Template, frame: Any = None) -> None:  # noqa: N802  jinja2's name
        changed = self.transformer().visit(node)
        super().visit_Template(changed.set_environment(self.environment), frame)


class WatchedCode(EngineCode):
    """The compiler for the capability probes."""

    transformer = WatchedNodes


def filtered(name: str, value: Any, *arguments: nodes.Expr) -> nodes.Filter:
    """`value | name(arguments)`."""
    return nodes.Filter(value, name, list(arguments), [], None, None, lineno=value.lineno or 1)


def _assigned(body: list[nodes.Node]) -> Iterator[str]:
    """The names that a loop's own round sets, inner loops and macros left out."""
    for statement in body:
        if isinstance(statement, (nodes.Assign, nodes.AssignBlock)):
            yield from _names(statement.target)
        elif isinstance(statement, nodes.If):
            yield from _assigned([*statement.body, *statement.elif_, *statement.else_])


def _names(target: nodes.Node) -> Iterator[str]:
    if isinstance(target, nodes.Name):
        yield target.name
    elif isinstance(target, nodes.Tuple):
        for item in target.items:
            yield from _names(item)


def _remembering(body: list[nodes.Node], memory: str) -> list[nodes.Node]:
    """The statements with a note in the loop's memory behind each that sets a name."""
    changed: list[nodes.Node] = []
    for statement in body:
        changed.append(statement)
        if isinstance(statement, (nodes.Assign, nodes.AssignBlock)):
            changed += [_remember(memory, name, statement.lineno) for name in _names(statement.target)]
        elif isinstance(statement, nodes.If):
            statement.body = _remembering(statement.body, memory)
            statement.elif_ = [
                branch for branch in _remembering([*statement.elif_], memory) if isinstance(branch, nodes.If)
            ]
            statement.else_ = _remembering(statement.else_, memory)
    return changed


def _remember(memory: str, name: str, line: int) -> nodes.Node:
    call = filtered("_remembered", nodes.Name(memory, "load"), nodes.Const(name), nodes.Name(name, "load"))
    return nodes.ExprStmt(call, lineno=line)


def _recall(memory: str, name: str, line: int) -> nodes.Node:
    known = filtered("_recalled", nodes.Name(memory, "load"), nodes.Const(name), nodes.Name(name, "load"))
    return nodes.Assign(nodes.Name(name, "store"), known, lineno=line)
