"""One function at work: on values of our own, or through a rule file as a user writes it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from promptlint.lint import rule_file
from promptlint.lint.functions import function
from promptlint.lint.given import Node, member
from promptlint.lint.rule import Hit, Options
from tests.lint import contexts, rules

BODY: dict[str, Any] = {"model": "example", "messages": [{"role": "user", "content": "Hello."}]}


def options_of(name: str, **given: Any) -> Options:
    """All options of a function, some of them set."""
    return {option: given.get(option.replace("-", "_"), one.default) for option, one in function(name).OPTIONS.items()}


def node(value: Any, field: str | None = None, pointer: str = "/x") -> Node:
    """A value as a rule is given it, or its member."""
    found = Node(pointer, value)
    return found if field is None else member(found, field)


def check(name: str, nodes: Iterable[Node], **given: Any) -> list[Hit]:
    """What the function finds in the values of one request."""
    with contexts.model() as opened:
        return list(function(name).check(nodes, options_of(name, **given), contexts.request(BODY, opened)))


def compare(name: str, before: Iterable[Node], after: Iterable[Node], **given: Any) -> list[Hit]:
    """What the function finds in the values of a pair."""
    with _pair() as pair:
        return list(function(name).compare(before, after, options_of(name, **given), pair))


@contextmanager
def _pair() -> Iterator[Any]:
    with contexts.model() as opened:
        yield contexts.session(opened, BODY, BODY)[1][0]


def texts(hits: Iterable[Hit]) -> list[tuple[str, str]]:
    """Hits as (pointer, text)."""
    return [(hit.span.pointer, hit.text) for hit in hits]


def read(folder: Path, name: str, **given: Any) -> None:
    """A rule file with this function: raises ConfigError for options that it does not take."""
    options = {option.replace("_", "-"): value for option, value in given.items()}
    path = rules.write(folder, then={"function": name, "options": options})
    rule_file.read(path, "folder")
