"""Prompts that the client has rendered itself: the completion endpoints of llama.cpp, vLLM, OpenAI and Bedrock."""

from __future__ import annotations

import re
from typing import Any

from promptlint.dialect.draft import Draft, settings
from promptlint.dialect.shape import ShapeError
from promptlint.model import Chat, JsonObject

URL: re.Pattern[str] = re.compile(r"(?<!/chat)/completions?$|/v1/complete$")
_TEXT_ONLY = {
    "n_predict",
    "cache_prompt",
    "id_slot",
    "max_tokens",
    "max_tokens_to_sample",
    "max_gen_len",
    "maxTokens",
    "prompt_token_ids",
    "logprobs",
    "best_of",
    "echo",
    "stop",
    "stop_sequences",
    "temperature",
    "top_p",
    "top_k",
    "add_special_tokens",
    "stream",
}
_NOT_TEXT = {"size", "quality", "style", "aspect_ratio", "width", "height", "num_inference_steps", "image", "duration"}
_MEDIA_MODEL = re.compile(r"dall-e|gpt-image|stable-?diffusion|flux|imagen|sora|veo|whisper|tts|sdxl")
_MOST_IDS = 2**31


class _SeveralPromptsError(ShapeError):
    """A batch in one request: its prompts share nothing but the request."""

    def __init__(self) -> None:
        Exception.__init__(self, "several prompts in one request")
        self.pointer = "/prompt"


def accepts(body: JsonObject) -> bool:
    """Has it a prompt and a setting of text generation, and none of another medium's."""
    if "textGenerationConfig" in body:
        return isinstance(body.get("inputText"), str)
    if _NOT_TEXT & body.keys() or _MEDIA_MODEL.search(str(body.get("model"))[:200].lower()):
        return False
    prompt = body.get("prompt")
    known = isinstance(prompt, str | list) or (isinstance(prompt, dict) and "prompt_string" in prompt)
    return known and bool(_TEXT_ONLY & body.keys()) and not {"messages", "input"} & body.keys()


def normalise(body: JsonObject) -> Chat:
    """No messages: the prompt as it is, text or token ids or both."""
    draft = Draft()
    key = "inputText" if "prompt" not in body and "inputText" in body else "prompt"
    rendered, origin = _prompt(draft, body.get(key), f"/{key}")
    draft.origins["/prompt"] = origin
    parameters = {name: value for name, value in body.items() if name not in {key, "textGenerationConfig"}}
    if isinstance(body.get("textGenerationConfig"), dict):
        parameters |= settings(draft, body["textGenerationConfig"], "/textGenerationConfig")
    if body.get("suffix"):
        draft.limit("what a server makes of a suffix is not known: only the prompt is shown")
    return Chat([], None, parameters, draft.origins, limits=draft.limits, rendered=rendered)


def _prompt(draft: Draft, prompt: Any, origin: str) -> tuple[str | tuple[int | str, ...], str]:
    """The one prompt, and where it stands: a batch of one is that one."""
    if isinstance(prompt, str):
        return prompt, origin
    if isinstance(prompt, dict) and isinstance(prompt.get("prompt_string"), str):
        if prompt.get("multimodal_data"):
            draft.limit("the media of a prompt are not counted")
        return prompt["prompt_string"], origin + "/prompt_string"
    if not isinstance(prompt, list) or not prompt:
        raise ShapeError(origin, "a string or a list of token ids", prompt)
    if all(isinstance(one, str | list | dict) for one in prompt):
        if len(prompt) > 1:
            raise _SeveralPromptsError
        if isinstance(prompt[0], list) and any(isinstance(one, list) for one in prompt[0]):
            raise ShapeError(origin + "/0", "a list of token ids", prompt[0])
        return _prompt(draft, prompt[0], origin + "/0")
    for number, one in enumerate(prompt):
        if not (isinstance(one, str) or (isinstance(one, int) and not isinstance(one, bool) and 0 <= one < _MOST_IDS)):
            raise ShapeError(f"{origin}/{number}", "a token id or a string", one)
    return tuple(prompt), origin
