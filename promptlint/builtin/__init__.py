"""The embedded default model: `FOLDER` is a model folder like any other, for `--model builtin`.

tokenizer.json is a byte-level BPE of 32,768 entries, trained by `python -m promptlint.builtin.train` on the Python
standard library and on text of this project; chat_template.jinja is a ChatML-like layout that only ever appends.
Nobody serves this model: its counts are an honest approximation, and every report that uses it says so.
"""

from __future__ import annotations

from pathlib import Path

FOLDER = Path(__file__).resolve().parent
