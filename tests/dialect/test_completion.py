from __future__ import annotations

from typing import Any

import pytest

from promptlint.dialect import completion
from promptlint.dialect.shape import ShapeError
from promptlint.positions import origin


@pytest.mark.parametrize(
    ("body", "rendered", "place"),
    [
        ({"prompt": "a"}, "a", "/prompt"),
        ({"prompt": ["a"]}, "a", "/prompt/0"),
        ({"prompt": [["a"]]}, "a", "/prompt/0/0"),
        ({"prompt": [1, 2]}, (1, 2), "/prompt"),
        ({"prompt": [[1, 2]]}, (1, 2), "/prompt/0"),
        ({"prompt": ["a", 1, "b"]}, ("a", 1, "b"), "/prompt"),
        ({"prompt": {"prompt_string": "a", "multimodal_data": ["x"]}}, "a", "/prompt/prompt_string"),
        ({"prompt": [{"prompt_string": "a"}]}, "a", "/prompt/0/prompt_string"),
        ({"inputText": "a", "textGenerationConfig": {"topP": 1}}, "a", "/inputText"),
    ],
)
def test_a_prompt_is_kept_as_it_is(body: Any, rendered: Any, place: str) -> None:
    found = completion.normalise({**body, "max_tokens": 7})
    assert (list(found.messages), found.tools, found.rendered) == ([], None, rendered)
    assert origin("/prompt/3", found.origins) == place + "/3"
    assert not {"prompt", "inputText"} & found.parameters.keys()
    assert found.parameters["max_tokens"] == 7


def test_the_settings_of_titan_are_parameters() -> None:
    found = completion.normalise({"inputText": "a", "textGenerationConfig": {"maxTokenCount": 7}})
    assert found.parameters == {"max_token_count": 7}
    assert origin("/max_token_count", found.origins) == "/textGenerationConfig/maxTokenCount"


@pytest.mark.parametrize("prompt", [["a", "b"], [[1], [2]], ["a", [1]]])
def test_several_prompts_are_not_one(prompt: Any) -> None:
    with pytest.raises(ShapeError, match="several prompts in one request"):
        completion.normalise({"prompt": prompt})


def test_what_a_server_does_with_the_rest_is_a_limit() -> None:
    found = completion.normalise({"prompt": "a", "suffix": "b"})
    assert "suffix" in found.limits[0]
    media = completion.normalise({"prompt": {"prompt_string": "a", "multimodal_data": ["x"]}})
    assert "media" in media.limits[0]


@pytest.mark.parametrize("prompt", [None, 7, [], {}, [True], [-1], [2**31], [1.5], [None], [[[1]]], [[1, [2]]]])
def test_other_shapes_are_refused(prompt: Any) -> None:
    with pytest.raises(ShapeError, match="should be"):
        completion.normalise({"prompt": prompt})
