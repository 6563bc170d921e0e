"""What many tests need: a tiny model of our own, as a folder, so that no test needs anybody else's files."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings
from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers, trainers

pytest_plugins = ["pytester"]  # pytest wants it here, for all tests

# Hypothesis would call a test a failure that took 200 ms once, as on a machine that is busy.
settings.register_profile("any machine", deadline=None)
settings.load_profile("any machine")

TEXT = [
    "the quick brown fox jumps over the lazy dog",
    "def f(x):\n    return x + 1",
    '{"name": "read_file", "path": "a.py"}',
]
TEMPLATE = """\
{%- if tools %}{{ '<|im_start|>tools\n' }}
{%- for tool in tools %}{{ tool | tojson }}{{ '\n' }}{% endfor %}{{ '<|im_end|>\n' }}{% endif %}
{%- for message in messages %}
{{- '<|im_start|>' + message.role + '\n' }}
{%- if message.content %}{{ message.content }}{% endif %}
{%- for call in message.tool_calls or [] %}{{ '<call>' + call.function.name + ' ' }}
{%- set arguments = call.function.arguments %}
{{- arguments if arguments is string else arguments | tojson }}
{{- '</call>' }}{% endfor %}
{{- '<|im_end|>\n' }}
{%- endfor %}
{%- if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}"""


def tiny_tokenizer() -> Tokenizer:
    """A byte-level BPE with 300 entries and four added tokens."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=300, show_progress=False, initial_alphabet=sorted(pre_tokenizers.ByteLevel.alphabet())
    )
    tokenizer.train_from_iterator(TEXT, trainer)
    tokenizer.add_tokens([AddedToken(text, special=True, normalized=False) for text in ("<|im_start|>", "<|im_end|>")])
    tokenizer.add_tokens([AddedToken(text, special=False, normalized=False) for text in ("<call>", "</call>")])
    return tokenizer


def write_model(folder: Path, template: str | None = TEMPLATE, **config: Any) -> Path:
    """A model folder with the tiny tokenizer."""
    folder.mkdir(parents=True, exist_ok=True)
    tiny_tokenizer().save(str(folder / "tokenizer.json"))
    settings = {"eos_token": "<|im_end|>", **config} | ({} if template is None else {"chat_template": template})
    (folder / "tokenizer_config.json").write_text(json.dumps(settings), encoding="utf-8")
    return folder


@pytest.fixture(scope="session")
def tiny_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model folder with the tiny tokenizer and a ChatML-like template."""
    return write_model(tmp_path_factory.mktemp("models") / "tiny")


@pytest.fixture
def model_folder(tmp_path: Path) -> Callable[..., Path]:
    """Makes a model folder with another template or config."""

    def make(template: str | None = TEMPLATE, **config: Any) -> Path:
        return write_model(tmp_path / "model", template, **config)

    return make
