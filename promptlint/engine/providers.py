"""What is known of hosted APIs in numbers: one dated data file, read when it is first asked for."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from promptlint.records import dataclass

FILE = Path(__file__).resolve().parent / "data" / "providers.yaml"
ANY = "*"
LIKE = "like"  # in the file alone: another provider whose entries come first

Entry = Mapping[str, Any]
Overrides = Mapping[str, Mapping[str, Entry]]  # provider → name of a model → facts


@dataclass(frozen=True, slots=True)
class Facts:
    """What a provider does with a model. Prices are shares of a fresh token's, `price` and `storage` are dollars."""

    caches: bool = True
    minimum: int = 0  # tokens
    block: int = 1  # tokens
    boundaries: bool = False
    markers: int = 0
    look_back: int = 0  # content blocks
    lifetimes: tuple[str, ...] = ()
    read: float = 1.0
    write: float = 1.0
    write_long: float = 1.0
    price: float | None = None  # of a million tokens
    storage: float | None = None  # of a million tokens for an hour
    source: str = ""


# What an entry may say, as the config spells it.
TRUTHS = ("caches", "boundaries")
COUNTS = ("minimum", "block", "markers", "look-back")
SHARES = ("read", "write", "write-long", "price", "storage")
FACTS = (*TRUTHS, *COUNTS, *SHARES, "lifetimes", "source")
IMPLICIT = "dashscope-implicit"  # what DashScope does with requests without markers


@cache
def document() -> Mapping[str, Any]:
    """The data file."""
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    with FILE.open(encoding="utf-8") as file:
        found: Mapping[str, Any] = loader(file).get_single_data()
    return found


def as_of() -> str:
    """The day of the numbers."""
    return str(document()["as_of"])


def facts(provider: str, model: str | None, overrides: Overrides | None = None) -> Facts:
    """All that is known of a provider's model; of two entries that fit the last one wins, those of the config over all.

    A provider that is not in the file has no minimum and no block.
    """
    found: dict[str, Any] = {}
    for name, entry in (*_entries(provider), *(overrides or {}).get(provider, {}).items()):
        if fits(name, model):
            found |= {key.replace("-", "_"): value for key, value in entry.items()}
    if "lifetimes" in found:
        found["lifetimes"] = tuple(found["lifetimes"])
    return Facts(**found)


def _entries(provider: str) -> Iterator[tuple[str, Entry]]:
    known = document()["providers"].get(provider, {})
    if LIKE in known:
        yield from _entries(known[LIKE])
    yield from ((name, entry) for name, entry in known.items() if name != LIKE)


def fits(name: str, model: str | None) -> bool:
    """Does the name of an entry stand for a model, however a gateway spells its id."""
    return name == ANY or (model is not None and _fits(_plain(name), _plain(model)))


def _plain(name: str) -> str:
    return name.lower().replace(".", "-").replace("_", "-")


def _fits(name: str, model: str) -> bool:
    if not name.endswith("+"):
        return _pattern(name).search(model) is not None
    family, *least = re.split(r"-(?=\d)", name[:-1])
    versions = re.findall(rf"(?<![a-z\d]){re.escape(family)}-(\d{{1,2}})(?!\d)(?:-(\d{{1,2}})(?!\d))?", model)
    return any((int(major), int(minor or 0)) >= tuple(map(int, least)) for major, minor in versions)


@cache
def _pattern(name: str) -> re.Pattern[str]:
    """A whole word; a name that begins with a version has none in front, and none has more version behind it."""
    start = r"(?<![a-z\d])" + (r"(?<!\d-)" if name[:1].isdigit() else "")
    return re.compile(start + re.escape(name).replace(r"\*", ".*") + r"(?!-?\d{1,2}(?!\d))")
