"""What decides the ids of a tokenizer, as one hash; found without loading it."""

from __future__ import annotations

import hashlib
import importlib.util
import stat
from pathlib import Path

FORMAT = "segments 1"  # of this project: another number where segments are cut in another way
FILES = ("tokenizer.json", "tokenizer_config.json", "special_tokens_map.json")
MOST_BYTES = 512 * 1024 * 1024


def tokenizer_identity(folder: str) -> str | None:
    """The hash of a model folder's tokenizer and of what reads it; None where one of them cannot be looked at."""
    library = _library()
    if library is None:
        return None
    found = hashlib.sha256(f"{FORMAT}\0{library}\0".encode())
    for name in FILES:
        try:
            raw = _content(Path(folder, name))
        except OSError:
            return None
        found.update(f"{name}\0{-1 if raw is None else len(raw)}\0".encode())
        found.update(raw or b"")
    return found.hexdigest()


def _content(path: Path) -> bytes | None:
    try:
        status = path.stat()
    except FileNotFoundError:
        return None
    if not stat.S_ISREG(status.st_mode) or status.st_size > MOST_BYTES:
        raise OSError(path)
    return path.read_bytes()


def _library() -> str | None:
    """The version of the tokenizers library, by its folder of metadata: importing it takes longer than all the rest."""
    spec = importlib.util.find_spec("tokenizers")
    if spec is None or spec.origin is None:
        return None
    package = Path(spec.origin).parent
    versions = sorted(path.name for path in package.parent.glob("tokenizers-*.dist-info"))
    return " ".join(versions) or str((package / "__init__.py").stat().st_mtime_ns)
