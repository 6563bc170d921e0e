"""The words of summaries and of what was cut out, and texts that only sound like them."""

from __future__ import annotations

import pytest

from promptlint.lint.history_marks import is_cut, is_note, is_placeholder, is_summary

LONG = "One kite, two boats, and a dog on the wall of the harbour, which barks at every boat that comes in."


@pytest.mark.parametrize(
    "text",
    [
        "[CONTEXT COMPACTION] The kite is white.",
        "<summary>The kite is white.</summary>",
        "<conversation-summary>The kite is white.</conversation-summary>",
        "This session is being continued from a previous conversation that ran out of context.",
        "Summary of our conversation: the kite is white.",
        "Here is what we have: a recap. The kite is white, the keeper has seen it, and the string is still on it.",
        "Zusammenfassung des bisherigen Gesprächs: Der Drachen ist weiß.",
        "Résumé de la conversation : le cerf-volant est blanc.",
        "Resumen de la conversación: la cometa es blanca.",
        "Riassunto della conversazione: l'aquilone è bianco.",
        "Сводка предыдущего разговора: змей белый.",
        "これまでの会話の要約：凧は白い。",
        "以下是之前对话的摘要：风筝是白色的。",
        "이전 대화 요약: 연은 흰색이다.",
    ],
)
def test_summaries(text: str) -> None:
    assert is_summary(text)


@pytest.mark.parametrize(
    "text",
    [
        "Where is the kite?",
        "Give me a summary of the book.",
        "要約して。",
        "Behind " + "the notes and the index " * 5 + "there was a summary.",
        "Schreib eine Zusammenfassung!",
    ],
)
def test_texts_that_are_none(text: str) -> None:
    assert not is_summary(text)


@pytest.mark.parametrize(
    "new",
    [
        "[Old tool result content cleared]",
        "[pruned]",
        "<omitted/>",
        "(output removed to save context)",
        "[Ausgabe entfernt]",
        "[contenu supprimé]",
        "[contenido eliminado]",
        "[содержимое удалено]",
        "[内容已清除]",
        "[出力は省略されました]",
        "[내용 삭제됨]",
    ],
)
def test_placeholders(new: str) -> None:
    assert is_placeholder(LONG, new)
    assert not is_placeholder(new, new)


def test_what_is_no_placeholder() -> None:
    assert not is_placeholder(LONG, "Two boats.")
    assert not is_placeholder(LONG, "It was removed. " * 40)
    assert is_placeholder("ok", "[result removed]")
    assert not is_placeholder("ok", "It was removed.")


def test_a_note_inside_of_the_rest() -> None:
    assert is_note(LONG, LONG[:20] + " [3 words omitted] " + LONG[-10:])
    assert not is_note(LONG + " omitted", LONG[:20] + " omitted")


def test_what_is_cut() -> None:
    assert is_cut(LONG, LONG[:40])
    assert is_cut(LONG, LONG[:40] + "…")
    assert is_cut(LONG, LONG[:40] + "... [12 more lines]")
    assert not is_cut(LONG, "Two boats.")
    assert not is_cut(LONG[:40], LONG)
