from __future__ import annotations

from typing import Any

import pytest

from promptlint.dialect import cody
from promptlint.dialect.shape import ShapeError
from promptlint.positions import origin


def test_speakers_are_roles() -> None:
    messages = [
        {"speaker": "system", "text": "Be brief."},
        {"speaker": "human", "text": "hi"},
        {"speaker": "assistant", "text": "hello"},
        {"speaker": "human", "content": [{"type": "text", "text": "ho"}]},
        {"speaker": "assistant"},
    ]
    found = cody.normalise({"messages": messages, "model": "m", "topK": -1, "maxTokensToSample": 7})
    assert found.messages == [
        {"role": "system", "content": "Be brief."},
        {"role": "user", "content": "hi"},
        {"role": "assistant", "content": "hello"},
        {"role": "user", "content": [{"type": "text", "text": "ho"}]},
    ]
    assert found.parameters == {"model": "m", "top_k": -1, "max_tokens_to_sample": 7}
    assert origin("/messages/1/content", found.origins) == "/messages/1/text"
    assert origin("/messages/1/role", found.origins) == "/messages/1/speaker"
    assert origin("/messages/3/content/0/text", found.origins) == "/messages/3/content/0/text"
    assert origin("/max_tokens_to_sample", found.origins) == "/maxTokensToSample"


@pytest.mark.parametrize("message", [{"text": "x"}, {"speaker": "human"}, {"speaker": "human", "text": 7}])
def test_other_shapes_are_refused(message: Any) -> None:
    with pytest.raises(ShapeError, match="should be"):
        cody.normalise({"messages": [message]})
