"""promptlint: the exact longest common token prefix of captured LLM requests, where it ends, and why.

    model = promptlint.load_model("models/qwen3-8b", profile="vllm")
    model.prompt(body).ids
    report = promptlint.diff("before.json", "after.json", model="models/qwen3-8b")
    report = promptlint.check(["tests/golden"], config="promptlint.yaml")
    report.ok, report.pairs, report.findings, report.to_dict()

Names are loaded on first use: `import promptlint` alone costs next to nothing, and so does the command's --help.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from promptlint.api import check, diff, load_model
    from promptlint.errors import PromptlintError
    from promptlint.local_model import Model
    from promptlint.model import Finding, Pair, Prompt, Report, Request
    from promptlint.stability import assert_prefix_stable

__version__ = "0.1.0"

_HOMES = {
    "check": "promptlint.api",
    "diff": "promptlint.api",
    "load_model": "promptlint.api",
    "PromptlintError": "promptlint.errors",
    "Model": "promptlint.local_model",
    "Finding": "promptlint.model",
    "Pair": "promptlint.model",
    "Prompt": "promptlint.model",
    "Report": "promptlint.model",
    "Request": "promptlint.model",
    "assert_prefix_stable": "promptlint.stability",
}
__all__ = [
    "Finding",
    "Model",
    "Pair",
    "Prompt",
    "PromptlintError",
    "Report",
    "Request",
    "assert_prefix_stable",
    "check",
    "diff",
    "load_model",
]


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module 'promptlint' has no attribute {name!r}")
    from importlib import import_module

    value = getattr(import_module(_HOMES[name]), name)
    globals()[name] = value
    return value
