"""Characters a token of the embedded tokenizer beside real ones, and how long each takes to load.

    python -m tests.benchmarks.bench_builtin --models FOLDER_OF_MODEL_FOLDERS [TEXT…]

Without texts: the held-out ones of the tests, and the licences that Debian installs. The last columns are ratios to
the embedded one: below 1, ours counts fewer characters into a token.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path

from tokenizers import Tokenizer

from promptlint.builtin import FOLDER

TESTS = Path(__file__).parent.parent
LICENCES = Path("/usr/share/common-licenses")


def default_texts() -> list[Path]:
    licences = [path for path in sorted(LICENCES.glob("*")) if not path.is_symlink()]
    return [TESTS / "builtin_prose.txt", TESTS / "builtin_tools.json", *licences]


def loaded(path: Path) -> tuple[Tokenizer, float]:
    """The tokenizer and the milliseconds that reading it took, the best of three."""
    times = []
    for _ in range(3):
        start = time.perf_counter()
        tokenizer = Tokenizer.from_file(str(path))
        times.append((time.perf_counter() - start) * 1000)
    return tokenizer, min(times)


def ratios(text: str, tokenizers: list[Tokenizer]) -> list[float]:
    return [len(text) / max(1, len(tokenizer.encode(text, add_special_tokens=False).ids)) for tokenizer in tokenizers]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--models", type=Path, help="a folder whose subfolders hold tokenizer.json files")
    parser.add_argument("texts", nargs="*", type=Path)
    options = parser.parse_args()
    files = [FOLDER / "tokenizer.json", *sorted(options.models.glob("*/tokenizer.json") if options.models else [])]
    tokenizers = []
    print(f"{'model':34}{'load ms':>9}{'MB':>7}")
    for file in files:
        tokenizer, milliseconds = loaded(file)
        tokenizers.append(tokenizer)
        print(f"{file.parent.name:34}{milliseconds:9.0f}{file.stat().st_size / 1e6:7.2f}")
    for text in options.texts or default_texts():
        content = text.read_text(encoding="utf-8", errors="replace")
        ours, *theirs = ratios(content, tokenizers)
        print(f"\n{text.name}: {len(content):,} characters; builtin {ours:.2f} a token")
        for file, other in zip(files[1:], theirs, strict=True):
            print(f"    {file.parent.name:34}{other:6.2f}   ours/theirs {ours / other:.2f}")


if __name__ == "__main__":
    main()
