"""Requests for the tests of engines: tokens by number, and what each of several requests finds."""

from __future__ import annotations

from collections.abc import Sequence

from promptlint.engine.serving import Options, Prediction, Serve, Served, Spans, Tokens


def ids(start: int, count: int) -> list[int]:
    """Tokens that no other start has."""
    return [start * 1_000_000 + number for number in range(count)]


def request(prompt: Tokens, generated: Tokens = (), user_starts: tuple[int, ...] = ()) -> Served:
    return Served(prompt, generated, Spans(user_starts=user_starts))


def found(serve: Serve, requests: Sequence[Served], **options: object) -> list[int]:
    """How many tokens each request of a session is predicted to find."""
    return [one.low for one in predictions(serve, requests, named(**options))]


def predictions(serve: Serve, requests: Sequence[Served], options: Options) -> list[Prediction]:
    state, all_of_them = None, []
    for one in requests:
        state, prediction = serve(state, one.prompt, one.generated, one.spans, options)
        all_of_them.append(prediction)
    return all_of_them


def named(**options: object) -> Options:
    """Options by their real names, which have dashes."""
    return {name.replace("_", "-"): value for name, value in options.items()}


def pair(common: int, length: int, before: int) -> list[Served]:
    """Two requests: the second shares so many tokens with the first."""
    first = ids(1, before)
    return [request(first), request([*first[:common], *ids(2, length - common)])]
