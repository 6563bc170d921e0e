"""The tools of a request, in whichever list they stand, and those of two requests aligned by name."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from promptlint.lint.context import PairContext, RequestContext
from promptlint.lint.rule import Span
from promptlint.model import Chat, JsonObject
from promptlint.positions import keys
from promptlint.records import dataclass


@dataclass(frozen=True, slots=True)
class Tool:
    """One tool. Tools that a provider runs and that have no name go by their type."""

    name: str
    number: int  # in the list as it was sent
    pointer: str
    value: JsonObject


@dataclass(frozen=True, slots=True)
class ToolList:
    """The tools in the order of the request, without those that the provider keeps out of the prefix."""

    pointer: str  # /tools, or /functions of older chat requests
    tools: tuple[Tool, ...]

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(tool.name for tool in self.tools)

    def by_name(self) -> dict[str, Tool]:
        """The tools by their names; a second one of the same name is told apart by a number."""
        found: dict[str, Tool] = {}
        copies: dict[str, int] = {}
        for tool in self.tools:
            name = tool.name
            while name in found:
                copies[tool.name] = copies.get(tool.name, 1) + 1
                name = f"{tool.name} ({copies[tool.name]})"
            found[name] = tool
        return found


def tool_list(chat: Chat) -> ToolList:
    """The tools of a request; empty where it has none."""
    functions = chat.parameters.get("functions")
    if not chat.tools and isinstance(functions, list):
        return ToolList("/functions", tuple(_listed("/functions", functions)))
    return ToolList("/tools", tuple(_listed("/tools", chat.tools or ())))


def _listed(pointer: str, tools: object) -> Iterator[Tool]:
    for number, tool in enumerate(tools if isinstance(tools, list | tuple) else ()):
        holder = tool.get("function", tool) if isinstance(tool, dict) else None
        # Deferred tools are loaded behind the conversation, when the model asks for them.
        if isinstance(holder, dict) and not (holder.get("defer_loading") or tool.get("defer_loading")):
            yield Tool(str(holder.get("name") or tool.get("type")), number, f"{pointer}/{number}", tool)


def tool_names(tools: Sequence[JsonObject]) -> dict[str, int]:
    """The number of each tool of a list by its name, whatever it is; further ones of a name are told apart."""
    found: dict[str, int] = {}
    for number, tool in enumerate(tools):
        holder = tool.get("function", tool)
        name = str((holder.get("name") if isinstance(holder, dict) else None) or tool.get("type"))
        while name in found:
            name += "+"
        found[name] = number
    return found


def shared_order(before: ToolList, after: ToolList) -> tuple[list[str], list[str]]:
    """The names that both have, in the order of each."""
    old, new = before.by_name(), after.by_name()
    return [name for name in old if name in new], [name for name in new if name in old]


def differing_tools(before: ToolList, after: ToolList) -> Iterator[tuple[Tool, Tool]]:
    """The tools that both have and that are not the same to the letter, in the order of `after`."""
    old = before.by_name()
    for name, tool in after.by_name().items():
        if name not in old or old[name].value is tool.value:
            continue
        if repr(old[name].value) != repr(tool.value):  # dicts are equal in any order of their keys
            yield old[name], tool


def place_in_tool(context: RequestContext, tool: Tool, pointer: str) -> list[str]:
    """The way to a place inside of a tool, in the names that the body has for it: input_schema, properties, path."""
    steps = keys(context.body_pointer(pointer)[len(context.body_pointer(tool.pointer)) :])
    return steps[1:] if steps[:1] == ["function"] else steps


def member_in_tool(context: RequestContext, tool: Tool, pointer: str) -> tuple[list[str], str]:
    """The way to what holds a member of a tool, and its name: that of the chat form where the body has none."""
    steps = place_in_tool(context, tool, pointer)
    return (steps[:-1], steps[-1]) if steps else ([], keys(pointer)[-1])


def with_tools_of(before: Chat, after: Chat) -> Chat:
    """`after` with the tool list of `before`: what a change of the list is undone by."""
    return replace(after, tools=before.tools)


def with_tool(chat: Chat, tool: Tool, other: Tool) -> Chat:
    """A copy with another tool in the place of one."""
    if chat.tools is None or not tool.pointer.startswith("/tools/"):
        return chat
    return replace(chat, tools=[*chat.tools[: tool.number], other.value, *chat.tools[tool.number + 1 :]])


def is_explained(pair: PairContext, span: Span) -> bool:
    """Has another rule explained what stands there inside of a tool: claims of whole tools, or of the list, are of
    their order and their number, and say nothing about their text."""
    return any(claim.pointer.count("/") > 2 and claim.touches(span) for claim in pair.claimed)
