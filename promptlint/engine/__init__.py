"""The names of serving engines and hosted APIs, as a literal: looking them up must not load a template engine."""

from __future__ import annotations

LOCAL = ("transformers", "vllm", "sglang", "llama.cpp")
HOSTED = (
    "anthropic",
    "azure",
    "bedrock",
    "deepseek",
    "gemini",
    "groq",
    "mistral",
    "moonshot",
    "openai",
    "openrouter",
    "xai",
)
ENGINES = LOCAL + HOSTED
WITH_SLOTS = ("llama.cpp", None)  # None: nobody has said what serves the requests
OPTIONS = {
    "slots": "how many requests a llama.cpp server keeps at a time (--parallel)",
}
