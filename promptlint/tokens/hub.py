"""The Hub's files: looked up in its cache without any network, downloaded only when asked.

The cache's layout is huggingface_hub's: models--ORG--NAME/refs/REVISION holds a commit, snapshots/COMMIT/ the files.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from promptlint.errors import ModelError

if TYPE_CHECKING:
    from huggingface_hub import HfApi

REPO = re.compile(r"[A-Za-z0-9][\w.-]{0,95}/[A-Za-z0-9][\w.-]{0,95}", re.ASCII)
REVISION = re.compile(r"[\w.-]+(/[\w.-]+)*", re.ASCII)
COMMIT = re.compile(r"[0-9a-f]{40}")
WANTED = re.compile(r"[\w-][\w.-]*\.(json|jinja)|additional_chat_templates/[\w-][\w.-]*\.jinja", re.ASCII)
FETCH_LIMIT = 256 * 1024 * 1024  # bytes in all; the largest real set of tokenizer files seen has 36 million
FILES_LIMIT = 100


def is_repo(name: str) -> bool:
    """Could this be `org/name` on the Hub?"""
    return REPO.fullmatch(name) is not None and ".." not in name and "--" not in name


def cache_folder() -> Path:
    """Where the library keeps its cache: HF_HUB_CACHE, else HF_HOME/hub, else its default."""
    from huggingface_hub import constants

    return Path(constants.HF_HUB_CACHE)


def cached_snapshot(repo: str, revision: str | None) -> Path | None:
    """The folder of a cached revision (default: main), or None. No network."""
    revision = revision or "main"
    if not is_repo(repo) or not REVISION.fullmatch(revision) or ".." in revision:
        return None
    storage = cache_folder() / f"models--{repo.replace('/', '--')}"
    snapshot = storage / "snapshots" / (_referenced(storage / "refs" / revision) or revision)
    return snapshot if snapshot.is_dir() else None


def _referenced(path: Path) -> str | None:
    try:
        commit = path.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError):
        return None
    return commit if COMMIT.fullmatch(commit) else None


def cached_model_for(name: str) -> str | None:
    """The reference for a request's own `model` field, where the cache has exactly that `org/name`."""
    try:
        snapshot = cached_snapshot(name, None)
        return name if snapshot is not None and (snapshot / "tokenizer.json").is_file() else None
    except OSError:  # a cache that may not be read is one without this model
        return None


def cached_models() -> list[str]:
    """Every `org/name` in the cache."""
    names = (entry.name.removeprefix("models--") for entry in cache_folder().glob("models--*--*"))
    return sorted(name.replace("--", "/", 1) for name in names)


def fetch(repo: str, revision: str | None = None, *, endpoint: str | None = None) -> Path:
    """Download the tokenizer files of a model into the cache, never weights; the folder they are in.

    Raises ModelError when the Hub cannot be reached, refuses, or has no tokenizer.json there.
    """
    if not is_repo(repo) or (revision and not REVISION.fullmatch(revision)):
        shown = f"{repo}@{revision}" if revision else repo
        raise ModelError(f"{shown!r} is no model of the Hub", hint="write org/name or org/name@revision")
    api = _quiet_api(endpoint)
    try:
        info = api.model_info(repo, revision=revision, files_metadata=True)
        sizes = {sibling.rfilename: sibling.size or 0 for sibling in info.siblings or ()}
        for name in _chosen(repo, sizes):
            path = api.hf_hub_download(repo, name, revision=revision)
    except ModelError:
        raise
    except Exception as error:  # its classes come from requests, httpx or httpx2, by the library's version
        _explain(error, repo, revision, api.endpoint)
    return Path(path).parent


def _quiet_api(endpoint: str | None) -> HfApi:
    from huggingface_hub import HfApi, constants
    from huggingface_hub.utils import disable_progress_bars  # type: ignore[attr-defined]  # not in its __all__

    if constants.HF_HUB_OFFLINE:
        raise ModelError("nothing can be downloaded: HF_HUB_OFFLINE is set", hint="unset it for this command")
    # Otherwise it adds what runs on this machine to every request, and asks the Hub for a list of known agents.
    constants.HF_HUB_DISABLE_TELEMETRY = True
    disable_progress_bars()
    logging.getLogger("huggingface_hub").setLevel(logging.ERROR)
    return HfApi(endpoint=endpoint)


def _chosen(repo: str, sizes: dict[str, int]) -> list[str]:
    """The files to download. tokenizer.json comes last: a snapshot that has it is complete."""
    if "tokenizer.json" not in sizes:
        raise ModelError(f"{repo} has no tokenizer.json", hint=_instead(sizes))
    chosen = [name for name in sizes if WANTED.fullmatch(name) and ".." not in name]
    total = sum(sizes[name] for name in chosen)
    if total > FETCH_LIMIT or len(chosen) > FILES_LIMIT:
        raise ModelError(
            f"the tokenizer files of {repo} are {len(chosen)} files with {total:,} bytes",
            hint=f"the limit is {FILES_LIMIT} files with {FETCH_LIMIT:,} bytes",
        )
    return sorted(chosen, key=lambda name: (name == "tokenizer.json", name))


def _instead(names: Iterable[str]) -> str:
    names = list(names)
    if any(name.endswith(".gguf") for name in names):
        return "it has GGUF files: download one and name that file"
    if "tekken.json" in names:
        return "tekken.json alone is not supported: name a repository that also has a tokenizer.json"
    if "tokenizer.model" in names:
        return "a SentencePiece model alone is not supported: name a repository that has it as tokenizer.json"
    return "it may be an adapter or a dataset: name the repository of the model it belongs to"


def _explain(error: Exception, repo: str, revision: str | None, endpoint: str) -> NoReturn:
    from huggingface_hub import errors

    status = getattr(getattr(error, "response", None), "status_code", None)
    login = "log in with `hf auth login`, or set HF_TOKEN"
    if isinstance(error, errors.GatedRepoError) or status == 403:
        message, hint = f"access to {repo} is restricted", f"accept its terms at {endpoint}/{repo}, then {login}"
    elif isinstance(error, errors.RevisionNotFoundError):
        message, hint = f"{repo} has no revision {revision!r}", f"see {endpoint}/{repo}/tree/main for its revisions"
    elif isinstance(error, errors.RepositoryNotFoundError) or status in (401, 404):
        message, hint = f"{endpoint} has no public model {repo}", f"check the spelling; if it is private, {login}"
    elif status is not None:
        message, hint = f"{endpoint} answered {status} for {repo}", "try again later"
    else:
        message, hint = f"cannot reach {endpoint} for {repo}: {_one_line(error)}", "is there a network? is it a mirror?"
    raise ModelError(message, hint=hint) from error


def _one_line(error: Exception) -> str:
    lines = str(error).strip().splitlines()
    return (lines[0] if lines else type(error).__name__)[:200]
