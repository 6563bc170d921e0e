"""What computing tokens again costs: seconds from a rate, a fit or the work itself, and money from a price."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple, Protocol

from promptlint.engine.providers import Facts, document
from promptlint.records import dataclass

TERA = 1e12
MILLION = 1_000_000
LEAST_MEASUREMENTS = 3


class Price(NamedTuple):
    """Seconds or dollars, and the sentence that says what they rest on."""

    amount: float
    assumption: str


class Speed(Protocol):
    """A way to tell how long a server computes `new` tokens behind `cached` ones."""

    def seconds(self, new: int, cached: int = 0, /) -> Price: ...


@dataclass(frozen=True, slots=True)
class Rate:
    """Tokens a second, the same at every length."""

    tokens_per_second: float
    origin: str = "given"

    def seconds(self, new: int, _cached: int = 0, /) -> Price:
        """A long prompt takes more for each token than a short one, which this leaves out."""
        amount = new / self.tokens_per_second
        rate = _spelled(self.tokens_per_second)
        return Price(amount, f"at {rate} tokens/s ({self.origin}), the same at every length")


def _spelled(rate: float) -> str:
    return f"{rate:,.0f}" if rate >= 10 else f"{rate:g}"


@dataclass(frozen=True, slots=True)
class Fit:
    """Seconds of a cold prompt of n tokens: start + linear·n + square·n²."""

    start: float
    linear: float
    square: float
    origin: str = "given"

    def cold(self, tokens: int) -> float:
        """Seconds of a prompt of which nothing is cached."""
        return self.start + self.linear * tokens + self.square * tokens**2

    def seconds(self, new: int, cached: int = 0, /) -> Price:
        """The start counts each time, even where nothing is computed but one token."""
        amount = self.start + self.linear * new + self.square * ((cached + new) ** 2 - cached**2) if new else 0.0
        amount = max(0.0, amount)  # a fit through scattered measurements may fall
        formula = f"{self.start:.3g} s + {self.linear * 1000:.3g} ms·n + {self.square:.3g} s·n²"
        return Price(amount, f"by {formula} ({self.origin})")


@dataclass(frozen=True, slots=True)
class Work:
    """The work of a model, counted: active parameters (all of them for a dense model), and its attention.

    `layers` are those with full attention, `sliding_layers` those that look back `window` tokens; `heads` are query
    heads. Layers without attention, and the way a server shares its work out, are left out.
    """

    parameters: float
    layers: int
    heads: int
    head_size: int
    sliding_layers: int = 0
    window: int = 0

    def flops(self, new: int, cached: int = 0) -> float:
        """Two for each parameter and token, four for each pair of query and key in each layer."""
        each = 4 * self.heads * self.head_size
        pairs = cached * new + new * (new + 1) / 2
        sliding = self._pairs_in_window(new, cached) if self.sliding_layers else 0
        return 2 * self.parameters * new + each * (self.layers * pairs + self.sliding_layers * sliding)

    def _pairs_in_window(self, new: int, cached: int) -> float:
        """Sum of min(window, cached + i) for i from 1 to `new`."""
        growing = min(new, max(0, self.window - cached))
        return growing * cached + growing * (growing + 1) / 2 + (new - growing) * self.window

    def even_context(self) -> float:
        """The context, in tokens, at which attention is as much work for a token as the parameters."""
        return self.parameters / (2 * self.layers * self.heads * self.head_size)


@dataclass(frozen=True, slots=True)
class Counted:
    """Seconds by counted work on hardware of `peak` TFLOP a second, of which the share `mfu` is reached."""

    work: Work
    peak: float
    mfu: float

    def seconds(self, new: int, cached: int = 0, /) -> Price:
        """An assumption throughout: a measurement is better."""
        flops = self.work.flops(new, cached)
        amount = flops / (self.peak * TERA * self.mfu)
        return Price(amount, f"{flops / TERA:,.1f} TFLOP at {self.peak:,.1f} TFLOP/s, assuming an MFU of {self.mfu:g}")


def fitted(measurements: Mapping[int, float], origin: str = "fitted") -> Fit:
    """The fit through seconds of cold prompts by their tokens, three of them or more, each as exact as the others.

    Least squares of the relative error: a second more or less is nothing for the longest of them, and all for the
    shortest. Raises ValueError where that is not enough to tell.
    """
    if len(measurements) < LEAST_MEASUREMENTS:
        raise ValueError(f"{len(measurements)} measurements are not enough: a fit takes {LEAST_MEASUREMENTS} or more")
    if any(tokens <= 0 or seconds <= 0 for tokens, seconds in measurements.items()):
        raise ValueError("tokens and seconds of a measurement are above 0")
    scale = max(measurements)  # else the squares of the lengths drown all else
    rows = [[1 / s, n / scale / s, (n / scale) ** 2 / s] for n, s in measurements.items()]
    normal = [
        [sum(row[i] * row[j] for row in rows) for j in range(3)] + [sum(row[i] for row in rows)] for i in range(3)
    ]
    start, linear, square = _solved(normal)
    return Fit(start, linear / scale, square / scale**2, f"{origin}, {len(measurements)} measurements")


def _solved(rows: list[list[float]]) -> list[float]:
    """Gauss with the largest pivot; each row has its right side last."""
    size = len(rows)
    for column in range(size):
        pivot = max(range(column, size), key=lambda row: abs(rows[row][column]))
        rows[column], rows[pivot] = rows[pivot], rows[column]
        for row in range(size):
            if row != column:
                factor = rows[row][column] / rows[column][column]
                rows[row] = [x - factor * y for x, y in zip(rows[row], rows[column], strict=True)]
    return [rows[number][size] / rows[number][number] for number in range(size)]


def setup(name: str) -> Speed:
    """A setup of the data file: its fit, else its slowest rate. KeyError: unknown."""
    known = document()["setups"][name]
    origin = f"{known['about']}; {known['source']}, {known['date']}"
    if "fit" in known:
        start, linear, square = known["fit"]
        return Fit(start, linear, square, origin)
    seconds: Mapping[int, float] = known.get("seconds", {})
    rates = [*known.get("rates", {}).items(), *((tokens, tokens / took) for tokens, took in seconds.items())]
    tokens, rate = min(rates, key=lambda one: one[1])
    return Rate(float(rate), f"{origin}, {f'at {tokens:,} tokens' if tokens else 'at a length that is not told'}")


def setups() -> tuple[str, ...]:
    """The names that `setup` takes."""
    return tuple(document()["setups"])


def work(model: str) -> Work:
    """The work of a model of the data file. KeyError: unknown."""
    known: Mapping[str, Any] = document()["models"][model]
    return Work(**{name.replace("-", "_"): value for name, value in known.items()})


def counted(model: str, accelerator: str, mfu: float, number: int = 1) -> Counted:
    """The work of a model of the data file on some accelerators of it. KeyError: unknown."""
    return Counted(work(model), document()["accelerators"][accelerator]["bf16"] * number, mfu)


def money(
    fresh: int, read: int, written: int, facts: Facts, *, long: bool = False, price: float | None = None
) -> Price:
    """Dollars of a prompt. `written` for the second lifetime where `long`; `price` goes before that of the facts.

    Raises ValueError where neither has a price.
    """
    per_million = facts.price if price is None else price
    if per_million is None:
        raise ValueError("no price of a million input tokens is known")
    ratio = facts.write_long if long else facts.write
    amount = (fresh + facts.read * read + ratio * written) * per_million / MILLION
    shares = f"reads at {facts.read:g}×" + (f", writes at {ratio:g}×" if written else "")
    return Price(amount, f"at ${per_million:g} for a million input tokens, {shares}" + _source(facts))


def _source(facts: Facts) -> str:
    return f" ({facts.source})" if facts.source else ""


def reuses_to_break_even(facts: Facts, *, long: bool = False) -> int | None:
    """How often a written prefix must be read until writing it was cheaper than not caching; None: never."""
    extra = (facts.write_long if long else facts.write) - 1
    if extra <= 0:
        return 0 if facts.read < 1 else None
    return None if facts.read >= 1 else int(extra // (1 - facts.read)) + 1
