"""How fast a server computes prompts, as a config or the command line says it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from promptlint.config_checks import Check, kind, mapping

if TYPE_CHECKING:
    from promptlint.engine.price import Fit, Speed

LEAST_RATE, MOST_RATE = 1e-3, 1e9  # tokens a second
MOST_TOKENS = 1_000_000_000
MOST_SECONDS = 1e6


def prefill_rate(check: Check, value: Any) -> Speed:
    """Tokens a second, the name of a setup, or measured seconds of cold prompts by their tokens."""
    from promptlint.engine.price import Rate, setup, setups

    if isinstance(value, dict):
        return _measured(check, value)
    if isinstance(value, str):
        if value not in setups():
            raise check.wrong(f"cannot be {value!r}", hint=f"tokens per second, or one of {', '.join(setups())}")
        return setup(value)
    return Rate(_number(check, value, LEAST_RATE, MOST_RATE))


def _measured(check: Check, value: Any) -> Fit:
    from promptlint.engine.price import fitted

    given = mapping(check, value)
    seconds = {
        _tokens(check.below(name), name): _number(check.below(name), one, 1 / MOST_SECONDS, MOST_SECONDS)
        for name, one in given.items()
    }
    try:
        return fitted(seconds, "given")
    except (ValueError, ZeroDivisionError) as error:
        reason = error if isinstance(error, ValueError) else "measurements so close to each other tell nothing"
        raise check.wrong(f"does not fit: {reason}") from None


def _tokens(check: Check, name: Any) -> int:
    """Keys of a config are texts, those of Python may be numbers."""
    text = str(name)
    if not (text.isascii() and text.isdigit() and len(text) <= len(str(MOST_TOKENS)) and int(text) <= MOST_TOKENS):
        raise check.wrong("must be a number of tokens")
    return int(text)


def _number(check: Check, value: Any, least: float, most: float) -> float:
    if not isinstance(value, int | float) or isinstance(value, bool):
        raise check.wrong(f"must be a number, not {kind(value)}")
    if not least <= value <= most:
        raise check.wrong(f"must be between {least:g} and {most:,.0f}")
    return float(value)
