"""Families that an engine encodes in code of its own, without the Jinja template: row 19 of the comparison."""

from __future__ import annotations

from collections.abc import Mapping

from promptlint.render.profile.context import ModelCard
from promptlint.render.template_facts import Family, TemplateFacts

_VLLM: Mapping[Family, str] = {
    "gpt-oss": "vLLM writes gpt-oss prompts with openai-harmony",
    "deepseek-v3.2": "vLLM writes DeepSeek V3.2 prompts with an encoder of its own",
    "deepseek-v4": "vLLM writes DeepSeek V4 prompts with an encoder of its own",
    "kimi-k3": "vLLM writes Kimi K3 prompts with an encoder of its own",
    "mistral": "vLLM writes Mistral prompts with mistral-common where the model comes with tekken.json",
}
_SGLANG: Mapping[Family, str] = {
    "deepseek-v3.2": "SGLang writes DeepSeek V3.2 prompts with an encoder of its own where the model has no template",
    "deepseek-v4": "SGLang writes DeepSeek V4 prompts with an encoder of its own",
    "kimi-k3": "SGLang writes Kimi K3 prompts with an encoder of its own",
}
_ENCODERS: Mapping[str, Mapping[Family, str]] = {"vllm": _VLLM, "sglang": _SGLANG}
_MODEL_TYPES: Mapping[str, Family] = {
    "gpt_oss": "gpt-oss",
    "deepseek_v32": "deepseek-v3.2",
    "deepseek_v4": "deepseek-v4",
    "kimi_k3": "kimi-k3",
}
_MISTRAL_FILES = {"tekken.json", "tokenizer.model.v3", "tokenizer.model.v7"}


def encoder_limit(engine: str, facts: TemplateFacts, model: ModelCard) -> str | None:
    """What to say when the engine does not render this model's template at all."""
    family = _family(facts, model)
    sentence = _ENCODERS[engine].get(family) if family else None
    return f"approximate on this engine: {sentence}, not with its chat template" if sentence else None


def _family(facts: TemplateFacts, model: ModelCard) -> Family | None:
    typed = _MODEL_TYPES.get(model.model_type or "")
    if typed is not None:
        return typed
    return "mistral" if model.files & _MISTRAL_FILES else facts.family
