"""Four pairs of requests whose true common prefixes are known, rendered with the profiles `transformers` and `vllm`."""

from __future__ import annotations

import json
from datetime import datetime
from functools import lru_cache
from itertools import takewhile
from pathlib import Path
from typing import Any

import jinja2
import pytest
from tokenizers import Tokenizer

from promptlint.model import Chat
from promptlint.render.environment import render
from promptlint.render.profile import apply
from promptlint.render.template_scan import facts

pytestmark = pytest.mark.conformance

NOW = datetime(2026, 1, 15, 12, 34, 56)
PAIRS = (
    "00-control-append-only",
    "02-tools-reordered",
    "08-percent-counter-in-memory",
    "11-new-user-turn-drops-thinking",
)
# Template of the truth → the folder with its tokenizer; without one the truth is in characters.
FOLDERS = {
    "Qwen-Qwen3-0.6B": "qwen2.5-7b-instruct",
    "Qwen3.5-4B": "qwen2.5-7b-instruct",
    "meta-llama-Llama-3.1-8B-Instruct": "llama-3.1-8b-instruct",
    "Kimi-K2-Instruct": None,
    "Mistral-Small-3.2-24B-Instruct-2506": None,
    "openai-gpt-oss-120b": None,
}
# Qwen's prompts were counted with the first Qwen2 vocabulary, where <tool_call> and <think> were no tokens yet.
QWEN_TOKENS = {"<|endoftext|>", "<|im_start|>", "<|im_end|>"}
PROFILES = {"raw": "transformers", "vllm": "vllm"}
BOS = {"meta-llama-Llama-3.1-8B-Instruct": "<|begin_of_text|>"}
# The truth was made without the immutable sandbox and without the aliases of `reasoning_content` (lift both, and these
# cases agree as well). Under transformers 5.23, and so under vLLM 0.33 on top of it, the templates refuse the requests.
REFUSED = {
    "Kimi-K2-Instruct": (PAIRS, "access to attribute 'append' of 'list' object is unsafe"),
    "openai-gpt-oss-120b": (PAIRS[3:], "Cannot pass both content and thinking in an assistant message"),
}


@lru_cache(maxsize=2)
def tokenizer(folder: Path) -> Tokenizer:
    parts = json.loads((folder / "tokenizer.json").read_text())
    if folder.name.startswith("qwen"):
        parts["added_tokens"] = [token for token in parts["added_tokens"] if token["content"] in QWEN_TOKENS]
    return Tokenizer.from_str(json.dumps(parts))


def prompt(body: dict[str, Any], profile: str, source: str, bos: str) -> str:
    parameters = {name: value for name, value in body.items() if name not in ("messages", "tools")}
    context = apply(profile, Chat(body["messages"], body.get("tools"), parameters), facts(source))
    variables = {"documents": None, "bos_token": bos, "eos_token": "</s>", **context.variables}
    return render(source, {"messages": context.messages, "tools": context.tools, **variables}, now=NOW)


@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize("template", FOLDERS)
@pytest.mark.parametrize("pair", PAIRS)
def test_common_prefix_is_the_true_one(pair: str, template: str, profile: str, shared: Path, data: Path) -> None:
    expected = json.loads((shared / "pairs" / "truth.json").read_text())[pair][f"{template}/{profile}"]
    source = (data / "templates" / f"{template}.jinja").read_text()
    bodies = [json.loads((shared / "pairs" / pair / f"{side}.json").read_text()) for side in "ab"]
    bos = BOS.get(template, "<s>")
    refused, message = REFUSED.get(template, ((), "from a mapping"))
    if pair in refused or isinstance(expected, str):
        with pytest.raises((TypeError, jinja2.exceptions.TemplateError), match=message) as raised:
            prompt(bodies[1], PROFILES[profile], source, bos)
        assert pair in refused or expected == f"render error: TypeError: {raised.value}"
        return
    texts = [prompt(body, PROFILES[profile], source, bos) for body in bodies]
    before, after = (
        texts
        if (folder := FOLDERS[template]) is None
        else [tokenizer(data / "models" / folder).encode(text, add_special_tokens=False).ids for text in texts]
    )
    common = sum(1 for _ in takewhile(lambda both: both[0] == both[1], zip(before, after, strict=False)))
    assert (len(before), len(after), common) == (expected["len_a"], expected["len_b"], expected["lcp"])
