"""`promptlint init`: a starting promptlint.yaml for the captures that lie under a folder."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path

from promptlint import whole_file
from promptlint.capture import load
from promptlint.collection import collect
from promptlint.errors import InputError, NoRequestError, UsageError
from promptlint.model import Capture

NAME = "promptlint.yaml"
MOST_FILES = 2000
MOST_MODELS = 20


def write(folder: str, *, replace: bool = False) -> str:
    """Write the config into the folder, and say what it is for. Raises UsageError where one is there already."""
    path = Path(folder) / NAME
    if not whole_file.is_free(path):
        raise UsageError("something is there that is no plain file", where=str(path), hint="move it away first")
    if path.exists() and not replace:
        raise UsageError("there is a config already", where=str(path), hint="--force replaces it")
    captures = list(_captures(folder))
    if not captures:
        raise NoRequestError("no capture found", where=folder, hint="record some requests first: see README.md")
    text = config_text(captures, Path(folder))
    try:
        whole_file.write(path, text)
    except OSError as error:
        raise UsageError(f"cannot write: {error.strerror}", where=str(path)) from None
    requests = sum(len(one.requests) for one in captures)
    return f"{path}: {len(captures)} captures with {requests} requests. Next: promptlint check"


def _captures(folder: str) -> Iterator[Capture]:
    for one in collect([folder])[:MOST_FILES]:
        try:
            found = load(one.path)
        except InputError:
            continue
        if found.requests:
            yield found


def config_text(captures: Iterable[Capture], folder: Path) -> str:
    """The config: where the captures lie, which models they name, and what else people set first."""
    captures = list(captures)
    patterns = sorted({_pattern(Path(one.path).relative_to(folder)) for one in captures})
    models = sorted({request.model for one in captures for request in one.requests if request.model})[:MOST_MODELS]
    lines = ["# Which files are golden requests; promptlint check looks at them when it is given no path."]
    lines += ["captures:", *(f"  - {json.dumps(pattern)}" for pattern in patterns), ""]
    lines += ["# The tokenizer of each model: a folder, a .gguf file, org/name of the Hub, or builtin (approximate)."]
    lines += ["models:", *(f"  {json.dumps(model)}: builtin" for model in models)] if models else ["model: builtin"]
    lines += [
        "",
        "# Who serves them: vllm, sglang, llama.cpp, transformers, or a hosted API such as openai.",
    ]
    lines += ["# engine: llama.cpp", "", "# The least severity that makes the exit code 1.", "fail-on: error"]
    return "\n".join(lines) + "\n"


def _pattern(path: Path) -> str:
    """All files of this kind in the folder, as a glob."""
    suffix = "".join(path.suffixes[-2:]) if path.suffix == ".gz" else path.suffix
    return (path.parent / f"*{suffix}").as_posix()
