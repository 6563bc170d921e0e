"""The names of serving engines and hosted APIs, as a literal: looking them up must not load a template engine."""

from __future__ import annotations

LOCAL = ("transformers", "vllm", "sglang", "llama.cpp")
HOSTED = (
    "anthropic",
    "azure",
    "bedrock",
    "dashscope",
    "deepseek",
    "fireworks",
    "gemini",
    "groq",
    "mistral",
    "moonshot",
    "openai",
    "openrouter",
    "together",
    "xai",
    "zai",
)
# Engines without a serving profile of their own → the one that shapes requests as they do.
PROFILE_OF = {
    "lm-studio": "llama.cpp",
    "lmcache": "vllm",
    "mlx-lm": "transformers",
    "ollama": "llama.cpp",
    "tensorrt-llm": "transformers",
    "tgi": "transformers",
}
ENGINES = (*LOCAL, *PROFILE_OF, *HOSTED)
WITH_SLOTS = ("llama.cpp", "ollama", None)  # None: nobody has said what serves the requests
