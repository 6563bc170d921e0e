"""A running llama.cpp, vLLM or SGLang server as the model: its own rendering, its own tokens."""
