"""Recorded answers of engines, each beside what is predicted for it.

Which engine a file is of, its lines say. A file may be compressed.
"""

from __future__ import annotations

import itertools
import json
import lzma
import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from promptlint.engine import llama_cpp
from promptlint.engine.block_floor import serve_sglang, serve_vllm
from promptlint.engine.serving import Options, Served, Spans, reusable_tokens
from promptlint.render.llama_cpp_facts import llama_cpp_facts

Line = Mapping[str, Any]
CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
TEMPLATES = CACHE / "promptlint-test-data" / "templates"  # where the shared folder's script unpacks them
MEMORIES = {"kv": "full", "full": "full", "swa": "window", "hybrid": "recurrent", "recurrent": "recurrent"}
WINDOWS = {"gemma4": 1024}  # tokens, by architecture
FLAGS: Mapping[str, Options] = {
    "--swa-full": {"swa-full": True},
    "-kvu": {"kv-unified": True},
    "--kv-unified": {"kv-unified": True},
    "--no-cache-idle-slots": {"cache-idle-slots": False},
}
SHORT = {
    "-cram": "cache-ram",
    "-ctxcp": "ctx-checkpoints",
    "-cms": "checkpoint-min-step",
    "-b": "batch-size",
    "-ub": "ubatch-size",
    "-sps": "slot-prompt-similarity",
}
VALUES = {**SHORT, **{f"--{option.name}": option.name for option in llama_cpp.OPTIONS}}


def replay(path: Path) -> Iterator[tuple[int, int]]:
    """For each answer in a file the reused tokens as recorded and as predicted."""
    for _, recorded, predicted in replayed(path):
        yield recorded, predicted


def replayed(path: Path) -> Iterator[tuple[str, int, int]]:
    """The same, each with a few words that tell where it stands."""
    lines = list(read(path))
    if all("steps" in line for line in lines):
        yield from _conversations(lines)
    elif all("trace" in line for line in lines):
        for name, trace in itertools.groupby(lines, key=lambda line: str(line["trace"])):
            yield from ((name, *one) for one in _trace(sorted(trace, key=lambda line: int(line["i"]))))
    else:
        yield from (_pair(line) for line in lines)


def read(path: Path) -> Iterator[Line]:
    """The lines of a file."""
    with lzma.open(path, "rt", encoding="utf-8") if path.suffix == ".xz" else path.open(encoding="utf-8") as file:
        yield from (json.loads(line) for line in file if line.strip())


def _pair(line: Line) -> tuple[str, int, int]:
    before = range(line["len_a"])
    after = [*range(line["lcp"]), *range(-1, -1 - line["len_b"] + line["lcp"], -1)]
    name, serve = ("block-size", serve_vllm) if "block_size" in line else ("page-size", serve_sglang)
    size = line["block_size"] if "block_size" in line else line["page_size"]
    options = {name: size, "eagle": line["eagle"]}
    prediction = reusable_tokens(serve, Served(tuple(before)), Served(after), options)
    assert prediction.low == prediction.high
    return f"{line['engine']} {options}", line["cached"], prediction.low


def _trace(lines: Sequence[Line]) -> Iterator[tuple[int, int]]:
    """One server with one slot, its requests rebuilt from their lengths."""
    fresh = itertools.count()
    state = None
    held: list[int] = []
    options = _config(lines[0]["config"])
    for line in lines:
        assert len(held) == line["len_slot"]
        prompt = [*held[: line["lcp"]], *itertools.islice(fresh, line["len_b"] - line["lcp"])]
        generated = list(itertools.islice(fresh, line["n_predict"]))
        state, prediction = llama_cpp.serve(state, prompt, generated, Spans(), options)
        held = [*prompt, *generated[:-1]]
        yield line["cache_n"], prediction.low


def _config(config: Line) -> Options:
    names = {"n_swa": "window", "n_ubatch": "ubatch-size", "n_batch": "batch-size"}
    given = {names.get(name, name.replace("_", "-")): value for name, value in config.items()}
    # The recorded slot holds what the last request left there: no copy was put back.
    return {**given, "memory": MEMORIES[config["memory"]], "cache-ram": given.get("cache-ram", 0)}


def _conversations(records: Sequence[Line]) -> Iterator[tuple[str, int, int]]:
    openers = _Openers(records)
    for record in records:
        state = None
        options = server_options(record)
        for step in record["steps"]:
            cached = bool(step["request"].get("cache_prompt", True))
            starts = openers.user_starts(record, step)
            generated = [*step["gen_ids_in_cache"], -1]
            state, prediction = llama_cpp.serve(
                state, step["token_ids"], generated, Spans(user_starts=starts), {**options, "cache-prompt": cached}
            )
            if not step.get("note"):
                where = f"{record['memory_kind']} {record['variant']} {record['id']} {step['label']}"
                yield where, step["cache_n"], prediction.low


def server_options(record: Line) -> Options:
    """How the recorded server ran, by our names."""
    options: dict[str, Any] = {"memory": MEMORIES[record["memory_kind"]], "slots": record["np"]}
    if record["memory_kind"] == "swa":
        options["window"] = WINDOWS.get(record["arch"], llama_cpp.WINDOW.default)
    words = iter(record["server_args"])
    for word in words:
        if word in FLAGS:
            options |= FLAGS[word]
        elif word in VALUES:
            value = float(next(words))
            options[VALUES[word]] = value if value % 1 else int(value)
    return options


@cache
def _markers(template: str) -> tuple[tuple[str, str], ...]:
    source = (TEMPLATES / template).read_text(encoding="utf-8")
    return llama_cpp_facts(source, {}).role_markers


class _Openers:
    """The token of the mark that opens a message: it stands as often in each prompt's ids as in its text.

    The ids of special tokens are not those of the published models, so no tokenizer can be asked. Of several tokens
    that fit, the one counts whose places are most like those in the text.
    """

    def __init__(self, records: Iterable[Line]) -> None:
        self._distances: dict[tuple[str, str], dict[int, float]] = {}
        for record in records:
            if record["memory_kind"] != "kv":
                for step in record["steps"]:
                    self._narrow(record, step)

    def _narrow(self, record: Line, step: Line) -> None:
        for opener in {_opener(text) for _, text in _markers(record["template"])}:
            there = [match.start() / len(step["prompt"]) for match in re.finditer(re.escape(opener), step["prompt"])]
            if there:
                found = _distances(step["token_ids"], there)
                known = self._distances.setdefault((record["model"], opener), found)
                both = {token: known[token] + found[token] for token in known.keys() & found.keys()}
                self._distances[record["model"], opener] = both

    def user_starts(self, record: Line, step: Line) -> tuple[int, ...]:
        """Where user messages begin; the completion endpoint is told nothing of messages."""
        if record["memory_kind"] == "kv" or step["path"] == "/completion":
            return ()
        markers = _markers(record["template"])
        found = (self._starts(record, step, opener, markers) for opener in {_opener(text) for _, text in markers})
        return tuple(sorted(place for places in found for place in places))

    def _starts(self, record: Line, step: Line, opener: str, markers: Sequence[tuple[str, str]]) -> Iterator[int]:
        possible = self._distances.get((record["model"], opener), {})
        token = min(possible, key=lambda one: possible[one], default=None)
        places = (place for place, one in enumerate(step["token_ids"]) if one == token)
        for place, match in zip(places, re.finditer(re.escape(opener), step["prompt"]), strict=True):
            text = step["prompt"][match.start() :]
            if next((role for role, marker in markers if text.startswith(marker)), None) == "user":
                yield place


def _distances(tokens: Sequence[int], there: Sequence[float]) -> dict[int, float]:
    """Of each token that stands as often as `there` says, how far from there, in shares of the whole."""
    places: dict[int, list[float]] = {}
    for place, token in enumerate(tokens):
        places.setdefault(token, []).append(place / len(tokens))
    return {
        token: sum(abs(left - right) for left, right in zip(found, there, strict=True))
        for token, found in places.items()
        if len(found) == len(there)
    }


def _opener(marker: str) -> str:
    match = re.match(r"<[^<>]*>|\[[^\[\]]*\]|\]~b\]", marker)
    return match[0] if match else marker
