"""Answers of OpenAI Responses: the list of output items, whole or in the events of a stream."""

from __future__ import annotations

from promptlint.answer.members import at, objects_at
from promptlint.model import JsonObject

_ENDS = ("response.completed", "response.incomplete")
_WHOLE = ("completed", None)


def body(documents: list[JsonObject]) -> JsonObject | None:
    """The output items as the input of a next request."""
    response = _response(documents)
    if response is None or not _is_whole(response):
        return None
    items = objects_at(response, "output") or _done_items(documents)
    if any(part.get("type") == "refusal" for item in items for part in objects_at(item, "content")):
        return None
    return {"input": items}


def _response(documents: list[JsonObject]) -> JsonObject | None:
    """The response that ends a stream, or the only document."""
    ends = [document.get("response") for document in documents if document.get("type") in _ENDS]
    alone = len(documents) == 1 and isinstance(documents[0].get("output"), list)
    last = documents[0] if alone else ends[-1] if ends else None
    return last if isinstance(last, dict) else None


def _is_whole(response: JsonObject) -> bool:
    """Has it come to an end of its own, or to that of the tokens it was given."""
    reason = at(response, "incomplete_details", "reason")
    return response.get("status") in _WHOLE or (response["status"] == "incomplete" and reason == "max_output_tokens")


def _done_items(documents: list[JsonObject]) -> list[JsonObject]:
    """The items that a stream has finished, for servers that do not repeat them at its end."""
    done = [document for document in documents if document.get("type") == "response.output_item.done"]
    items = {_index(document): document["item"] for document in done if isinstance(document.get("item"), dict)}
    return [items[index] for index in sorted(items)]


def _index(document: JsonObject) -> int:
    index = document.get("output_index")
    return index if isinstance(index, int) else -1
