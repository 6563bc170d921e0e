"""Recalled memory and retrieved text as whole blocks; instructions about memory are none."""

from __future__ import annotations

import pytest

from promptlint.lint.detect import recall

# The first item is the block; it stands between two ordinary sections in the test.
BLOCKS = [
    "[memory-recall]\nAda likes tea.\nShe lives in Bern.",
    "[memory-recall]\nAda likes tea.\n[/memory-recall]",
    "[Recalled memories]\n- Ada likes tea",
    "[retrieved context]\nThe shop opens late.",
    "<memory>\nAda likes tea.\n</memory>",
    '<memory path="notes.md">\nAda likes tea.\n</memory>',
    "<memories>\n- Ada likes tea\n</memories>",
    "<relevant_memories>\n- Ada likes tea\n</relevant_memories>",
    "<memory_context>\nAda likes tea.\n</memory_context>",
    '<context><source id="1">The shop opens late.</source></context>',
    '<context>\n<source id="1">The shop opens late.</source>\n</context>',
    "<retrieved>\nThe shop opens late.\n</retrieved>",
    "<retrieved_documents>\nThe shop opens late.\n</retrieved_documents>",
    "<search_results>\nThe shop opens late.\n</search_results>",
    "## Relevant memories\n- Ada likes tea\n- Ada has a cat",
    "Relevant memories:\n- Ada likes tea",
    "**Recalled from earlier sessions**\nAda likes tea.",
    "## Retrieved context\n\nThe shop opens late.",
    "## What you know about the user\nShe likes tea.",
    "## Search results\nThe shop opens late.",
    "# Memory\n- Ada likes tea\n- Ada has a cat",
    "MEMORY (your personal notes)\n§ Ada likes tea\n§ Ada has a cat",
    "== Long-term memory ==\n- Ada likes tea",
    "1. The shop opens late (score=0.83)\n2. The shop sells tea (score=0.71)",
    "- The shop opens late [similarity: 0.83]",
    "## Relevante Erinnerungen\n- Ada mag Tee",
    "## Souvenirs pertinents\n- Ada aime le thé",
    "## Recuerdos relevantes\n- A Ada le gusta el té",
    "## 相关记忆\n- 她喜欢茶",
    "## 関連する記憶\n- お茶が好き",
    "## 관련 기억\n- 차를 좋아함",
    "## Релевантные воспоминания\n- Ада любит чай",
]

OTHER = [
    "Use the memory tool to save what you learn.",
    "If memory is relevant, mention it.",
    "# Memory\n- Use the memory tool to save facts.\n- Never store secrets.",
    "# Memory\nYou have a memory directory. Read it before you start.",
    "# Memory\n\nSave facts about the user when they tell you.\n\n- Always ask first\n- Do not save secrets",
    "## Memory management\n- Objects live on the heap.\n- Free them.",
    "## Context\n- Ada runs a bicycle shop.",
    "## Knowledge\n- Bicycles have two wheels.",
    "## Notes\n- Be brief.",
    "## Search results policy\n- Cite what you find.",
    "When you have search results, cite them.",
    "Wrap what you recall in <memory> tags.",
    "<memory_instructions>\nAda likes tea.\n</memory_instructions>",
    "<memory>\n</memory>",
    "<memory>\nUse the memory tool to save facts.\n</memory>",
    "<context>\nYou work in a shop.\n</context>",
    "Relevant memories will be given to you in the next message.",
    "Recalled memories are shown in brackets: do not quote them.",
    "Drop results with a score below 0.75.",
    "The similarity threshold: score=0.80",
    'Return JSON, for example {"score": 0.95}.',
    '```json\n{"score": 0.95}\n```',
    'The judge answers:\n{\n  "verdict": "good",\n  "score": 0.95\n}',
    "Give a score: 0.50 to 1.00",
    "temperature=0.83",
    "<example>\n<memory>Ada likes tea.</memory>\n</example>",
    "## Examples\n\n<search_results>\nThe shop opens late.\n</search_results>",
    "Memory: 512 MB",
    "[memory](docs/memory.md) has more.",
    "The memory of the machine is small.\nIt has 8 GB.",
    "Show it like this:\n<search_results>\nThe shop opens late.\n</search_results>",
    "对话记忆：如果相关，请使用。",
]

BEFORE, AFTER = "You are Ada.\n\n", "\n\n# Rules\n\nBe kind."


def found(text: str) -> list[str]:
    return [text[one.start : one.end] for one in recall.find(text)]


@pytest.mark.parametrize("block", BLOCKS)
def test_blocks(block: str) -> None:
    assert found(BEFORE + block + AFTER) == [block]
    assert found(block) == [block]


@pytest.mark.parametrize("text", OTHER)
def test_other_text(text: str) -> None:
    assert found(text) == []
    assert found(BEFORE + text + AFTER) == []


def test_loose() -> None:
    text = "# Rules\nBe kind.\n\n## Knowledge\n- Bicycles have two wheels.\n\n## Tools\nNone."
    assert [text[one.start : one.end] for one in recall.loose(text)] == ["## Knowledge\n- Bicycles have two wheels."]
