"""Functions for `then`, one file each. A module offers OPTIONS and `check`, and `compare` if it can look at a pair.

OPTIONS: Mapping[str, Option]
def check(nodes: Iterable[Node], options: Options, context: RequestContext) -> Iterator[Hit]: ...
def compare(before: Iterable[Node], after: Iterable[Node], options: Options, context: PairContext) -> Iterator[Hit]: ...
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

# Name in a rule file → module of this package.
FUNCTIONS: dict[str, str] = {
    "clock": "clock",
    "counter": "counter",
    "date": "date",
    "defined": "defined",
    "edge-space": "edge_space",
    "enumeration": "enumeration",
    "json": "json_text",
    "keys": "keys",
    "length": "length",
    "live-state": "live_state",
    "max-tokens": "max_tokens",
    "nonce": "nonce",
    "pattern": "pattern",
    "recall": "recall",
    "sorted": "sorted_list",
    "type": "type_of",
    "unchanged": "unchanged",
    "undefined": "undefined",
}


def function(name: str) -> Any:
    """The module of a function of FUNCTIONS."""
    return import_module(f"promptlint.lint.functions.{FUNCTIONS[name]}")
