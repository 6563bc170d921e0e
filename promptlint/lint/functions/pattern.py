"""`pattern`: a regular expression that a text must match, or must not. Stopped when it takes too long."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from itertools import islice
from typing import TYPE_CHECKING, Any

from promptlint.errors import ConfigError
from promptlint.lint.rule import Hit, Option, Options, Span

if TYPE_CHECKING:
    from promptlint.lint.context import RequestContext
    from promptlint.lint.given import Node

SECONDS = 0.25  # for one expression on one text; a good one takes microseconds
LONGEST = 2000  # characters of an expression
MOST_NODES = 200_000  # of a compiled expression
TOKEN = re.compile(
    r"\\.|\[\^?\]?(?:[^\]\\]|\\.)*+\]|\{(?P<least>[0-9]{1,9}),?\}|\{[0-9]{0,9},(?P<most>[0-9]{1,9})\}|.", re.DOTALL
)
MOST_HITS = 20  # of one expression in one text

OPTIONS: Mapping[str, Option] = {
    "match": Option("text", about="fires on a text that this is nowhere found in"),
    "not-match": Option("text", about="fires on each place where this is found"),
    "ignore-case": Option("boolean", default=False, about="letters match in both cases"),
}


def validate(options: Options) -> None:
    """Raises ValueError for options that make no sense together, or an expression that does not compile."""
    given = [options[name] for name in ("match", "not-match") if options.get(name) is not None]
    if len(given) != 1:
        raise ValueError("pattern takes either match or not-match")
    compiled(given[0], bool(options.get("ignore-case")))


@lru_cache(maxsize=512)
def compiled(expression: str, ignore_case: bool) -> Any:
    """The compiled expression. Raises ValueError with what is wrong in it."""
    import regex

    if len(expression) > LONGEST:
        raise ValueError(f"an expression of more than {LONGEST} characters")
    if _size(expression) > MOST_NODES:
        raise ValueError("counted repeats inside of counted repeats: compiling it would take all memory")
    try:
        return regex.compile(expression, regex.IGNORECASE if ignore_case else 0)
    except (regex.error, RecursionError, OverflowError) as error:
        raise ValueError(f"not a regular expression: {error}") from None


def check(nodes: Iterable[Node], options: Options, _context: RequestContext) -> Iterator[Hit]:
    """A hit for each place that must not be there, or for a text in which nothing is found."""
    wanted, unwanted = options["match"], options["not-match"]
    expression = compiled(wanted if unwanted is None else unwanted, options["ignore-case"])
    for node in nodes:
        if not isinstance(node.value, str):
            continue
        found = _found(expression, node.value)
        if unwanted is None and not found:
            yield Hit(Span(node.pointer), node.value, in_body=node.in_body)
        for start, text in found if unwanted is not None else ():
            yield Hit(Span(node.pointer, start, len(text)), text, in_body=node.in_body)


def _size(expression: str) -> int:
    """About how many parts the compiled expression has: what a counted repeat holds is there that many times."""
    sizes, last = [0], 0
    for token in TOKEN.finditer(expression):
        text = token[0]
        if text == "(":
            sizes.append(0)
            continue
        if text == ")":
            last = sizes.pop() if len(sizes) > 1 else 0
        elif token["most"] or token["least"]:
            sizes[-1] += last * (int(token["most"] or token["least"]) - 1)
            continue
        else:
            last = 1
        sizes[-1] += last
        if max(sizes) > MOST_NODES:
            break
    return max(sizes)


@lru_cache(maxsize=4096)  # each request of a session has all the texts of those before it
def _found(expression: Any, text: str) -> tuple[tuple[int, str], ...]:
    try:
        hits = islice(expression.finditer(text, timeout=SECONDS), MOST_HITS)
        return tuple((match.start(), match[0]) for match in hits)
    except TimeoutError:
        raise ConfigError(
            f"the pattern {expression.pattern!r} was stopped: it took more than {SECONDS} s on one text",
            hint="nested repeats take exponential time: write it without, or with possessive ones (a++)",
        ) from None
