"""A GGUF model file → ModelFiles: tokenizer, templates and special tokens from its metadata, as llama.cpp sees them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from tokenizers import Tokenizer

from promptlint.errors import ModelError
from promptlint.tokens.gguf_metadata import Metadata, read_metadata
from promptlint.tokens.gguf_split import ASCII_CASE, NAMES, NFC_LEFT_OUT
from promptlint.tokens.gguf_tokenizer import build_tokenizer
from promptlint.tokens.gguf_vocabulary import Vocabulary, read_vocabulary
from promptlint.tokens.model_files import ModelFiles
from promptlint.tokens.model_files import Vocabulary as LoadedVocabulary

TEMPLATE = "tokenizer.chat_template"


def open_gguf(path: str) -> ModelFiles:
    """Read what is in front of the tensors; raises ModelError with one line for a file that cannot be used."""
    metadata = read_metadata(path)
    vocabulary = read_vocabulary(metadata)
    try:
        tokenizer = build_tokenizer(vocabulary)
    except Exception as error:  # whatever the tokenizers library raises: it knows no class of its own
        raise ModelError(f"{path}: its vocabulary cannot be loaded: {error}") from error
    return ModelFiles(
        read_vocabulary=lambda: LoadedVocabulary(tokenizer, vocabulary.add_bos),
        templates=_templates(metadata.values),
        special_tokens=_special_tokens(vocabulary, tokenizer),
        notes=tuple(_notes(metadata, vocabulary)),
    )


def _templates(values: Mapping[str, Any]) -> dict[str, str]:
    found = {key.removeprefix(TEMPLATE + "."): text for key, text in values.items() if key.startswith(TEMPLATE + ".")}
    if TEMPLATE in values:
        found["default"] = values[TEMPLATE]
    return {name: text for name, text in found.items() if isinstance(text, str)}


def _special_tokens(vocabulary: Vocabulary, tokenizer: Tokenizer) -> dict[str, str]:
    """The text of each; a default id can point at an ordinary token, which is spelled in bytes."""
    return {name: tokenizer.decode([at], skip_special_tokens=False) for name, at in vocabulary.special_ids.items()}


def _notes(metadata: Metadata, vocabulary: Vocabulary) -> Iterator[str]:
    if vocabulary.split in NFC_LEFT_OUT:
        yield "Text is not brought to Unicode NFC: llama.cpp leaves that step of this tokenizer out."
    if NAMES[vocabulary.split] in ASCII_CASE:
        yield "llama.cpp cuts combining marks and non-ASCII letters otherwise than the model's own tokenizer."
    if vocabulary.model == "gpt2" and "tokenizer.ggml.pre" not in metadata.values:
        yield "The file names no pre-tokenizer (tokenizer.ggml.pre); llama.cpp's default is used, as llama.cpp does."
    if vocabulary.model == "llama" and not vocabulary.scores:
        yield "The file has no token scores (tokenizer.ggml.scores); merges are tried in the order of the ids."
    if vocabulary.add_eos:
        yield "The file asks for an EOS token after the prompt (add_eos_token); it is not counted."
    if vocabulary.lost_merges:
        yield f"{vocabulary.lost_merges:,} merges name something that is no token of the file; they are left out."
