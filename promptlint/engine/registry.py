"""The step of every engine and hosted API, by the name that `--engine` takes, and what can be said of a server."""

from __future__ import annotations

from collections.abc import Mapping

from promptlint.engine.hosted import OPTIONS as HOSTED_OPTIONS
from promptlint.engine.hosted import STEPS as HOSTED_STEPS
from promptlint.engine.local import ENGINES as LOCAL_ENGINES
from promptlint.engine.local import STEPS as LOCAL_STEPS
from promptlint.engine.serving import Option, Serve

STEPS: Mapping[str, Serve] = {**LOCAL_STEPS, **HOSTED_STEPS}
_ALL = tuple(
    option for options in (*(engine.options for engine in LOCAL_ENGINES.values()), HOSTED_OPTIONS) for option in options
)
# Engines share names for what they have in common; their defaults are their own. The strictest says what may be given.
OPTIONS: Mapping[str, Option] = {
    option.name: max((one for one in _ALL if one.name == option.name), key=lambda one: one.least) for option in _ALL
}
