"""Reads the facts out of a template's source, in the sandboxed child: sources are strangers'.

A source that cannot be read gives the facts that the engines assume then. vLLM: renderers/hf.py of 0.33; SGLang:
srt/parser/jinja_template_utils.py of 0.5.23.
"""

from __future__ import annotations

from dataclasses import replace

import jinja2.meta
import jinja2.nodes as nodes

from promptlint.render import content_format
from promptlint.render.environment import environment
from promptlint.render.template_facts import Family, TemplateFacts

_MEDIA_WORDS = ("image", "audio", "video", "vision")
_TOOL_CALL_ID = "tool_call_id"


def facts(source: str) -> TemplateFacts:
    """The facts of a template's source; never raises."""
    of_text = TemplateFacts(
        sglang_format="openai" if any(word in source for word in _MEDIA_WORDS) else "string",
        knows_developer='"developer"' in source or "'developer'" in source,
        family=family(source),
        readable=False,
    )
    try:
        return _with_facts_of_tree(of_text, environment()[0].parse(source))
    except Exception:  # a syntax error, too deep, too large: whatever a stranger's text does to a parser
        return of_text


def family(source: str) -> Family | None:
    """The family that a template's text belongs to, if an engine encodes that family in code of its own."""
    if "<|channel|>" in source and "<|start|>" in source:
        return "gpt-oss"
    if "｜DSML｜" in source:
        return "deepseek-v3.2" if "function_calls>" in source else "deepseek-v4"
    if "<|open|>" in source and "kimi" in source.lower():
        return "kimi-k3"
    if "[TOOL_CALLS]" in source and "[INST]" in source:
        return "mistral"
    return None


def _with_facts_of_tree(of_text: TemplateFacts, tree: nodes.Template) -> TemplateFacts:
    media = of_text.sglang_format == "openai"
    return replace(
        of_text,
        vllm_format=content_format.seen_by_vllm(tree),
        sglang_format="openai" if media else content_format.seen_by_sglang(tree),
        reads_tool_call_id=_reads_tool_call_id(tree),
        variables=_variables(tree),
        readable=True,
    )


def _variables(tree: nodes.Template) -> tuple[str, ...]:
    try:
        return tuple(sorted(jinja2.meta.find_undeclared_variables(tree)))
    except Exception:  # an unknown filter stops Jinja's tracker; such a template will not render either
        return tuple(sorted({name.name for name in tree.find_all(nodes.Name) if name.ctx == "load"}))


def _reads_tool_call_id(tree: nodes.Template) -> bool:
    return (
        any(node.attr == _TOOL_CALL_ID for node in tree.find_all(nodes.Getattr))
        or any(_is_id(node.arg) for node in tree.find_all(nodes.Getitem))
        or any(_gets_id(call) for call in tree.find_all(nodes.Call))
        or any(_filters_by_id(node) for node in tree.find_all(nodes.Filter))
    )


def _is_id(node: nodes.Node | None) -> bool:
    return isinstance(node, nodes.Const) and node.value == _TOOL_CALL_ID


def _gets_id(call: nodes.Call) -> bool:
    return isinstance(call.node, nodes.Getattr) and call.node.attr == "get" and bool(call.args) and _is_id(call.args[0])


def _filters_by_id(node: nodes.Filter) -> bool:
    if node.name not in ("map", "rejectattr", "selectattr"):
        return False
    by_name = (keyword.value for keyword in node.kwargs if keyword.key == "attribute")
    return any(_is_id(argument) for argument in (*node.args[:1], *by_name))
