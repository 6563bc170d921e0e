"""`continue_final_message`: where the prompt is cut, and what of a request refuses it. The errors are transformers'."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from promptlint.errors import TemplateError
from promptlint.model import JsonObject
from promptlint.render.continuation import render_continued

USER: JsonObject = {"role": "user", "content": "Where is the kite?"}
SOURCE = "content thinking reasoning"


def written(messages: Sequence[JsonObject]) -> str:
    """A template that prints reasoning and texts, and closes each message."""
    return "".join(f"[{one.get('thinking', '')}|{text_of(one['content'])}]\n" for one in messages)


def text_of(content: Any) -> str:
    return content if isinstance(content, str) else "".join(part.get("text", "(image)") for part in content)


def continued(*messages: JsonObject, which: bool | str = True, source: str = SOURCE, render: Any = written) -> str:
    return render_continued(messages, which, source, render)


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("In the tree", "In the tree"),
        ("In the tree ", "In the tree "),
        ([{"type": "text", "text": "In the"}, {"type": "text", "text": " tree"}], "In the tree"),
        ([{"type": "text", "text": "In the tree"}, {"type": "image"}], "In the tree"),
    ],
    ids=["a text", "a blank at its end", "two parts", "an image behind the text"],
)
def test_the_prompt_ends_where_the_text_does(content: Any, expected: str) -> None:
    answer = {"role": "assistant", "content": content}
    assert continued(USER, answer) == f"[|Where is the kite?]\n[|{expected}"


def test_a_template_that_trims_texts_has_them_trimmed() -> None:
    def trimmed(messages: Sequence[JsonObject]) -> str:
        return "".join(f"[{one['content'].strip()}]" for one in messages)

    answer = {"role": "assistant", "content": "In the tree "}
    assert continued(USER, answer, render=trimmed) == "[Where is the kite?][In the tree"


def test_the_reasoning_is_continued_under_each_of_its_names() -> None:
    answer = {"role": "assistant", "content": "", "thinking": "It flew", "reasoning": "It flew"}
    assert continued(USER, answer, which="reasoning") == "[|Where is the kite?]\n[It flew"


def test_the_message_that_was_given_is_not_changed() -> None:
    answer = {"role": "assistant", "content": [{"type": "text", "text": "In"}]}
    continued(USER, answer)
    assert answer == {"role": "assistant", "content": [{"type": "text", "text": "In"}]}


@pytest.mark.parametrize(
    ("messages", "options", "expected"),
    [
        ((), {}, "the conversation is empty!"),
        ((USER, {"role": "assistant"}), {}, 'the final message has no "content" to continue!'),
        ((USER, {"role": "assistant", "content": ""}), {"which": "thinking"}, 'has no "thinking" to continue!'),
        ((USER,), {"source": "messages"}, 'set to "content" but this is not an accepted field'),
        ((USER, {"role": "assistant", "content": [{"type": "image"}]}), {}, "could not find any text to continue"),
        ((USER,), {"render": lambda _: "nothing"}, "does not appear in the chat after applying the chat template!"),
        ((USER,), {"render": lambda _: "Where is the kite?"}, "does not appear in the chat after applying"),
    ],
    ids=[
        "nothing there",
        "no content",
        "no reasoning",
        "not read",
        "no text",
        "not printed",
        "printed without its end",
    ],
)
def test_what_cannot_be_continued(messages: Any, options: dict[str, Any], expected: str) -> None:
    with pytest.raises(TemplateError) as caught:
        continued(*messages, **options)
    assert expected in str(caught.value)
    assert caught.value.kind == "ValueError"
