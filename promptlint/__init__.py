"""promptlint: the exact longest common token prefix of captured LLM requests, where it ends, and why."""

__version__ = "0.1.0"
