"""What a model reference of `--model` or the config stands for. Looks at names and folders only; opens no file."""

from __future__ import annotations

import difflib
from itertools import islice
from pathlib import Path
from typing import Literal, NoReturn

from promptlint.errors import ModelError
from promptlint.records import dataclass
from promptlint.tokens import hub

BUILTIN = Path(__file__).resolve().parent.parent / "builtin"
FORMS = "builtin, a folder, a .gguf file, org/name[@revision] of the Hub, or http://HOST:PORT of a running server"


@dataclass(frozen=True, slots=True)
class ModelSource:
    """Where a model's files are. `exact` is false for the builtin approximation alone."""

    reference: str
    kind: Literal["folder", "gguf", "builtin", "server"]
    path: str
    revision: str | None = None  # the commit, for a model of the Hub
    exact: bool = True


def resolve(reference: str, *, online: bool) -> ModelSource:
    """Find the files of a reference; an existing path wins over a name of the Hub.

    Nothing is downloaded unless `online`. Raises ModelError that says what is missing, where it was looked for, and
    what to do.
    """
    try:
        return _resolve(reference, online=online)
    except OSError as error:
        raise ModelError(f"cannot look at {reference}: {error.strerror}") from error


def _resolve(reference: str, *, online: bool) -> ModelSource:
    if reference == "builtin":
        return ModelSource(reference, "builtin", str(BUILTIN), exact=False)
    if reference.startswith(("http://", "https://")):
        return ModelSource(reference, "server", reference)
    if not reference.strip():
        raise ModelError(f"{reference!r} is no model reference", hint=f"write {FORMS}")
    path = _path(reference)
    if path.is_dir():
        return _folder(reference, path)
    if path.exists():
        return _file(reference, path)
    if _looks_like_a_path(reference):
        raise ModelError(f"no model at {reference}", hint=f"{_similar_path(path)}looked for {path.absolute()}")
    repo, _, revision = reference.partition("@")
    if not hub.is_repo(repo):
        similar = _similar_path(path) or _similar(reference)
        raise ModelError(f"{reference!r} is no model reference", hint=f"{similar}write {FORMS}")
    return _from_hub(reference, repo, revision or None, online=online)


def _path(reference: str) -> Path:
    try:
        path = Path(reference).expanduser()
        path.stat()
    except FileNotFoundError:
        pass
    except (OSError, ValueError, RuntimeError) as error:  # too long, a NUL in it, not allowed, no home folder
        shown = reference if len(reference) <= 100 else reference[:100] + "…"
        raise ModelError(f"{shown!r} is no model reference ({type(error).__name__})", hint=f"write {FORMS}") from error
    return path


def _looks_like_a_path(reference: str) -> bool:
    return (
        reference.startswith((".", "/", "~"))
        or reference.endswith((".gguf", ".json", "/"))
        or "\\" in reference
        or reference.partition("@")[0].count("/") > 1
    )


def _folder(reference: str, path: Path) -> ModelSource:
    if not (path / "tokenizer.json").exists():
        _fail_without_tokenizer(reference, path)
    return ModelSource(reference, "folder", str(path))


def _fail_without_tokenizer(reference: str, path: Path) -> NoReturn:
    names = sorted(entry.name for entry in islice(path.iterdir(), 10_000))
    models = [name for name in names if name.endswith(".gguf")]
    if models:
        hint = f"it has GGUF files, name one: {path / models[0]}"
    elif "tekken.json" in names:
        hint = "tekken.json alone is not supported: take a folder that also has a tokenizer.json"
    elif "tokenizer.model" in names:
        hint = "a SentencePiece model alone is not supported: convert it to tokenizer.json first"
    else:
        below = next((name for name in names if (path / name / "tokenizer.json").exists()), None)
        hint = f"looked for {path.absolute() / 'tokenizer.json'}" if below is None else f"name {path / below}"
    raise ModelError(f"{reference} has no tokenizer.json", hint=hint)


def _file(reference: str, path: Path) -> ModelSource:
    if path.suffix.lower() == ".gguf":
        return ModelSource(reference, "gguf", str(path))
    hint = f"name its folder: {path.parent}" if path.name == "tokenizer.json" else "a file must be a .gguf model"
    raise ModelError(f"{reference} is a file, not a model folder", hint=hint)


def _from_hub(reference: str, repo: str, revision: str | None, *, online: bool) -> ModelSource:
    snapshot = hub.cached_snapshot(repo, revision)
    if snapshot is not None and (snapshot / "tokenizer.json").exists():
        return ModelSource(reference, "folder", str(snapshot), revision=snapshot.name)
    if online:
        fetched = hub.fetch(repo, revision)
        return ModelSource(reference, "folder", str(fetched), revision=fetched.name)
    what = "is no folder and not in the Hub cache" if snapshot is None else "has no tokenizer.json in the Hub cache"
    raise ModelError(
        f"{reference} {what}",
        hint=f"looked in {snapshot or hub.cache_folder()}; {_similar_path(Path(reference)) or _similar(repo)}"
        f"`promptlint fetch {reference}` or --online downloads its tokenizer",
    )


def _similar_path(path: Path) -> str:
    """A did-you-mean from the folder that the missing path would lie in."""
    if not path.parent.is_dir():
        return ""
    beside = [
        entry.name for entry in islice(path.parent.iterdir(), 10_000) if entry.is_dir() or entry.suffix == ".gguf"
    ]
    found = difflib.get_close_matches(path.name, beside, n=1, cutoff=0.7)
    return f"did you mean {path.parent / found[0]}? " if found else ""


def _similar(name: str) -> str:
    """A did-you-mean from the cache. Names are compared without their organisation too."""
    cached = hub.cached_models()
    found = difflib.get_close_matches(name.lower(), [other.lower() for other in cached], n=1, cutoff=0.7)
    found = [other for other in cached if other.lower() in found or other.lower().endswith("/" + name.lower())]
    return f"did you mean {found[0]}? " if found else ""
