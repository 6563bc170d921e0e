"""A model folder as Hugging Face lays it out → ModelFiles, the way transformers reads it.

Source: transformers 5.23 `tokenization_utils_base.py` and `tokenization_utils_tokenizers.py`, without its per-class
rebuild: tokenizer.json is used as it is.
"""

from __future__ import annotations

import json
import stat
from collections.abc import Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from promptlint.errors import ModelError
from promptlint.tokens.model_files import ModelFiles, Vocabulary

if TYPE_CHECKING:  # who renders does without the library
    from tokenizers import AddedToken, Tokenizer

NAMED_TOKENS = ("bos_token", "eos_token", "unk_token", "sep_token", "pad_token", "cls_token", "mask_token")
TOKEN_FLAGS = ("single_word", "lstrip", "rstrip", "normalized", "special")

# Mistral's tekken vocabularies want a BOS although neither their config nor their post-processor says so.
TEKKEN_TOKENS = {"[AVAILABLE_TOOLS]", "[TOOL_RESULTS]", "[SUFFIX]", "[PREFIX]", "[MIDDLE]"}
MOST_NAMES = 1000  # of a folder that a stranger filled
FILE_LIMIT = 512 * 1024 * 1024  # bytes of one file; the largest real tokenizer.json seen has 33 million


def open_folder(path: str) -> ModelFiles:
    """Read tokenizer_config.json and the template files of a folder; tokenizer.json when the vocabulary is asked for.

    Raises ModelError when a file cannot be read, or tokenizer.json is missing.
    """
    folder = Path(path)
    config = _json_object(folder / "tokenizer_config.json")
    special = special_tokens(config, _json_object(folder / "special_tokens_map.json"))
    return ModelFiles(
        read_vocabulary=lambda: _vocabulary(folder, config, special),
        templates=_templates(folder, config),
        special_tokens={name: _content(token) for name, token in special.items()},
        model_type=_model_type(folder),
        names=_names(folder),
    )


def _vocabulary(folder: Path, config: Mapping[str, Any], special: Mapping[str, Any]) -> Vocabulary:
    raw = _bytes(folder / "tokenizer.json")
    if raw is None:
        raise ModelError(f"no tokenizer.json in {folder}", hint=_what_else(folder))
    tokenizer = _tokenizer(raw, folder / "tokenizer.json")
    _add_missing_tokens(tokenizer, config, special)
    tokenizer.encode_special_tokens = bool(config.get("split_special_tokens", False))
    return Vocabulary(tokenizer, _add_bos(tokenizer, config))


def _names(folder: Path) -> frozenset[str]:
    try:
        return frozenset(islice((path.name for path in folder.iterdir()), MOST_NAMES))
    except OSError as error:
        raise ModelError(f"cannot read the folder {folder}: {error.strerror}", hint=_what_else(folder)) from error


def _model_type(folder: Path) -> str | None:
    name = _json_object(folder / "config.json").get("model_type")
    return name if isinstance(name, str) else None


def _what_else(folder: Path) -> str:
    if not folder.is_dir():
        return "the folder does not exist"
    for name, what in (
        ("tekken.json", "tekken.json alone is not supported: take a folder that also has a tokenizer.json"),
        ("tokenizer.model", "a SentencePiece model alone is not supported: convert it to tokenizer.json first"),
    ):
        if (folder / name).exists():
            return what
    return "expected tokenizer.json, and tokenizer_config.json or chat_template.jinja, as on the Hugging Face Hub"


def _bytes(path: Path) -> bytes | None:
    try:
        status = path.stat()
        if not (stat.S_ISREG(status.st_mode) or stat.S_ISDIR(status.st_mode)):  # a pipe never ends, nor does /dev/zero
            raise ModelError(f"{path} is not a regular file")
        if status.st_size > FILE_LIMIT:
            raise ModelError(f"{path} is larger than {FILE_LIMIT:,} bytes", hint="is this really a tokenizer file?")
        return path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise ModelError(f"cannot read {path}: {error.strerror}") from error


def _json_object(path: Path) -> dict[str, Any]:
    raw = _bytes(path)
    if raw is None:
        return {}
    try:
        value = json.loads(raw)
    except (ValueError, RecursionError) as error:
        raise ModelError(f"{path} is not JSON: {error}") from error
    if not isinstance(value, dict):
        raise ModelError(f"{path} holds no JSON object")
    return value


def _tokenizer(raw: bytes, path: Path) -> Tokenizer:
    from tokenizers import Tokenizer

    try:
        tokenizer = Tokenizer.from_str(raw.decode("utf-8"))  # from_buffer takes 20 % longer
    except Exception as error:
        raise ModelError(f"{path} is no tokenizer that the tokenizers library reads: {error}") from error
    tokenizer.no_truncation()
    tokenizer.no_padding()
    if getattr(tokenizer.model, "dropout", None):  # merges left out at random, for training: no two runs would agree
        tokenizer.model.dropout = None
    return tokenizer


def _content(token: Any) -> Any:
    return token["content"] if isinstance(token, dict) and isinstance(token.get("content"), str) else token


def special_tokens(config: Mapping[str, Any], legacy_map: Mapping[str, Any]) -> dict[str, Any]:
    """The tokens that a template sees by name, each a string or a dict of an added token.

    special_tokens_map.json counts only beside a config without added_tokens_decoder, as in transformers.
    """
    merged = dict(config)
    if "added_tokens_decoder" not in config:
        merged.update(legacy_map)
    found = {name: merged[name] for name in NAMED_TOKENS if isinstance(_content(merged.get(name)), str)}
    own = {name: token for name, token in merged.items() if name.endswith("_token") and name not in NAMED_TOKENS}
    extra = merged.get("extra_special_tokens")
    found.update(own | (extra if isinstance(extra, dict) else {}))
    return {name: token for name, token in found.items() if isinstance(_content(token), str)}


def _add_missing_tokens(tokenizer: Tokenizer, config: Mapping[str, Any], special: Mapping[str, Any]) -> None:
    """Add what the config has and tokenizer.json lacks; an entry with other flags replaces the file's."""
    known = {repr(token) for token in tokenizer.get_added_tokens_decoder().values()}
    contents = {token.content for token in tokenizer.get_added_tokens_decoder().values()}
    missing = [token for token in _decoder_entries(config) if repr(token) not in known]
    contents.update(token.content for token in missing)
    for token in [*special.values(), *_extra_list(config)]:
        if _content(token) not in contents:
            missing.append(_added_token(token))
            contents.add(_content(token))
    if missing:
        tokenizer.add_tokens(missing)


def _decoder_entries(config: Mapping[str, Any]) -> Iterator[AddedToken]:
    entries = config.get("added_tokens_decoder")
    if not isinstance(entries, dict):
        return
    try:
        ordered = sorted(entries.items(), key=lambda item: int(item[0]))
    except ValueError as error:
        raise ModelError(f"added_tokens_decoder of tokenizer_config.json: {error}") from error
    for _, entry in ordered:
        if isinstance(_content(entry), str):
            yield _added_token(entry)


def _extra_list(config: Mapping[str, Any]) -> list[Any]:
    extra = config.get("extra_special_tokens") or config.get("additional_special_tokens")
    return [token for token in extra if isinstance(_content(token), str)] if isinstance(extra, list) else []


def _added_token(token: Any) -> AddedToken:
    from tokenizers import AddedToken

    if isinstance(token, dict):
        return AddedToken(token["content"], **{flag: bool(token[flag]) for flag in TOKEN_FLAGS if flag in token})
    return AddedToken(token, special=True)


def _templates(folder: Path, config: Mapping[str, Any]) -> dict[str, str]:
    """All templates by name; files beat the config, as in transformers."""
    found: dict[str, str] = {}
    inline = config.get("chat_template")
    if isinstance(inline, str):
        found["default"] = inline
    elif isinstance(inline, list):
        found.update(_named(inline))
    main = _text(folder / "chat_template.jinja", folder)
    extra = sorted(islice((folder / "additional_chat_templates").glob("*.jinja"), MOST_NAMES))
    if main is not None or extra:
        found = {path.stem: text for path in extra if (text := _text(path, folder)) is not None}
        if main is not None:
            found["default"] = main
    return found


def _named(entries: list[Any]) -> Iterator[tuple[str, str]]:
    for entry in entries:
        if isinstance(entry, dict) and isinstance(entry.get("name"), str) and isinstance(entry.get("template"), str):
            yield entry["name"], entry["template"]


def _text(path: Path, folder: Path) -> str | None:
    if not path.resolve().is_relative_to(_root(folder)):  # a stranger's link would show any file as a prompt
        raise ModelError(f"{path} leads out of its folder", hint="copy the file that it links to")
    raw = _bytes(path)
    if raw is None:
        return None
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        raise ModelError(f"{path} is not UTF-8: {error}") from error


def _root(folder: Path) -> Path:
    """The folder, or the whole of a model in the Hub cache, whose snapshots link to its blobs."""
    real = folder.resolve()
    return real.parents[1] if real.parent.name == "snapshots" else real


def _add_bos(tokenizer: Tokenizer, config: Mapping[str, Any]) -> bool | None:
    """Would the GGUF made of this folder ask for a BOS? A known family, the config's flag, else the post-processor."""
    if {token.content for token in tokenizer.get_added_tokens_decoder().values()} >= TEKKEN_TOKENS:
        return True
    flag = config.get("add_bos_token")
    if isinstance(flag, bool):
        return flag
    processor = tokenizer.post_processor
    return processor is not None and processor.num_special_tokens_to_add(False) > 0
