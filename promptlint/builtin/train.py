"""How tokenizer.json was made: `python -m promptlint.builtin.train [FOLDER]` writes it again.

The embedded file was trained by CPython 3.11.7 with tokenizers 0.23.3 on what `corpus.texts()` gives there. The same
interpreter, library version and repo give the same bytes; another Python has another standard library, and another
vocabulary comes out (the tests then still hold). It takes about a minute and half a gigabyte of memory.
"""

from __future__ import annotations

import json
import platform
import sys
from pathlib import Path

import tokenizers
from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, pre_tokenizers, trainers

from promptlint.builtin import FOLDER, corpus

MADE_WITH = ("3.11.7", "0.23.3")  # CPython, tokenizers
VOCABULARY = 32_768  # entries without the added tokens; the file stays under 1 MB and loads in tens of milliseconds
# NOTE: groups of three digits and a word with the one character before it are what the current model families share.
# A quote or an underscore joins the word after it, so contractions need no list of their own.
PATTERN = (
    r"[^\r\n\p{L}\p{M}\p{N}]?[\p{L}\p{M}]+"
    r"|\p{N}{1,3}"
    r"| ?[^\s\p{L}\p{M}\p{N}]+[\r\n]*"
    r"|\s*[\r\n]+"
    r"|\s+(?!\S)"
    r"|\s+"
)
SPECIAL_TOKENS = ("<|endoftext|>", "<|im_start|>", "<|im_end|>")
MARKUP_TOKENS = ("<tool_call>", "</tool_call>", "<tool_response>", "</tool_response>", "<think>", "</think>")


def empty_tokenizer() -> Tokenizer:
    """A byte-level BPE tokenizer that knows no merge yet."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(Regex(PATTERN), behavior="isolated"),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
        ]
    )
    tokenizer.decoder = decoders.ByteLevel()
    return tokenizer


def trained() -> Tokenizer:
    """The tokenizer of tokenizer.json, trained from nothing."""
    tokenizer = empty_tokenizer()
    trainer = trainers.BpeTrainer(
        vocab_size=VOCABULARY,
        min_frequency=2,
        initial_alphabet=sorted(pre_tokenizers.ByteLevel.alphabet()),
        max_token_length=24,
        show_progress=False,
    )
    tokenizer.train_from_iterator(corpus.texts(), trainer)
    tokenizer.add_special_tokens([AddedToken(token, normalized=False) for token in SPECIAL_TOKENS])
    tokenizer.add_tokens([AddedToken(token, normalized=False) for token in MARKUP_TOKENS])
    return tokenizer


def compact(tokenizer: Tokenizer) -> str:
    """The tokenizer's JSON without spaces, merges as one string each: half the bytes of the library's own layout."""
    document = json.loads(tokenizer.to_str())
    document["model"]["merges"] = [" ".join(pair) for pair in document["model"]["merges"]]
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")) + "\n"


def main(folder: str | None = None) -> None:
    """Train and write tokenizer.json into `folder`, by default beside this file."""
    if (platform.python_version(), tokenizers.__version__) != MADE_WITH:
        sys.stderr.write(f"warning: other versions than {MADE_WITH}: the vocabulary will be another one\n")
    target = Path(folder) if folder else FOLDER
    (target / "tokenizer.json").write_text(compact(trained()), encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:2])
