"""What else differs: the structure of two requests, so that the first difference does not hide the others.

deepdiff compares values; it is blind to the order of keys, which every template prints, so that is compared here.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal

from promptlint.common_prefix import common_prefix
from promptlint.model import Chat, Difference
from promptlint.positions import step

# Never part of any prompt, or moved by healthy clients on every turn.
NEVER_A_CHANGE = frozenset(
    name
    for line in (
        "cache_control stream stream_options temperature top_p top_k min_p n seed stop stop_sequences",
        "max_tokens max_completion_tokens max_output_tokens presence_penalty frequency_penalty repetition_penalty",
        "logit_bias logprobs top_logprobs user metadata store service_tier options keep_alive timeout extra_headers",
        "previous_response_id request_id session_id trace_id client_metadata safety_identifier extra_query betas",
    )
    for name in line.split()
)
LONG = 200  # characters; longer strings are cut around their first difference
MOST_DIFFERENCES = 200
JsonRelation = Literal["identical", "extension", "changed"]
Rendered = str | tuple[int | str, ...] | None


def json_relation(before: Chat, after: Chat) -> JsonRelation:
    """Are the requests the same, did the messages only grow, or was something changed? Key order counts."""
    old, new = before.messages, after.messages
    if len(new) < len(old) or not _same_rest(before, after) or not all(map(_is_same, old, new)):
        return "changed"
    if len(old) == len(new) and before.rendered == after.rendered:
        return "identical"
    return "extension" if _leads(before, after) else "changed"


def _is_same(old: Any, new: Any) -> bool:
    """Are two values spelled alike, but for cache markers. What a session sends again is one object (`Sharing`)."""
    return old is new or _spelled(old) == _spelled(new)


def _leads(before: Chat, after: Chat) -> bool:
    """Does the rendered prompt of one begin with the other's; two that have none differ in nothing."""
    old, new = before.rendered, after.rendered
    if isinstance(old, str) and isinstance(new, str):
        return new.startswith(old)
    return old == new or (isinstance(old, tuple) and isinstance(new, tuple) and new[: len(old)] == old)


def differences(before: Chat, after: Chat) -> tuple[Difference, ...]:
    """Every structural difference: messages by position, tools by name, parameters by key, then the order of keys."""
    found = [
        *_parameters(before, after),
        *_tools(before.tools or (), after.tools or ()),
        *_messages(before, after),
        *_prompts(before.rendered, after.rendered),
    ]
    return tuple(found[:MOST_DIFFERENCES])


def _spelled(value: Any) -> str:
    return json.dumps(_without_markers(value), ensure_ascii=False)


def _without_markers(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _without_markers(member) for name, member in value.items() if name != "cache_control"}
    if isinstance(value, list):
        return [_without_markers(item) for item in value]
    return value


def _same_rest(before: Chat, after: Chat) -> bool:
    """Are the parameters the same, in any order, and the tools, in theirs."""
    old, new = (
        {name: value for name, value in sorted(chat.parameters.items()) if name not in NEVER_A_CHANGE}
        for chat in (before, after)
    )
    if not _is_same(old, new) or (before.tools is None) is not (after.tools is None):
        return False
    tools = before.tools or (), after.tools or ()
    return len(tools[0]) == len(tools[1]) and all(map(_is_same, *tools))


def _parameters(before: Chat, after: Chat) -> Iterator[Difference]:
    old, new = (
        {name: value for name, value in chat.parameters.items() if name not in NEVER_A_CHANGE}
        for chat in (before, after)
    )
    yield from _values(old, new, "")


def _messages(before: Chat, after: Chat) -> Iterator[Difference]:
    for number, (old, new) in enumerate(zip(before.messages, after.messages, strict=False)):
        yield from _values(old, new, f"/messages/{number}")
    for number in range(len(after.messages), len(before.messages)):
        yield Difference(f"/messages/{number}", "removed", before=_short(before.messages[number]))


def _prompts(before: Rendered, after: Rendered) -> Iterator[Difference]:
    """A longer prompt is no difference, as further messages are none."""
    if before is None or after is None:
        if before != after:
            kind: Literal["added", "removed"] = "added" if before is None else "removed"
            yield Difference("/prompt", kind)
        return
    if isinstance(before, str) and isinstance(after, str):
        if not after.startswith(before):
            yield Difference("/prompt", "changed", *_cut_around(before, after))
        return
    old, new = ([one] if isinstance(one, str) else list(one) for one in (before, after))
    at = common_prefix(old, new)
    if at < len(old):
        yield Difference(f"/prompt/{at}", "changed", old[at], new[at] if at < len(new) else None)


def _tools(before: Sequence[Any], after: Sequence[Any]) -> Iterator[Difference]:
    old, new = _by_name(before), _by_name(after)
    for name, (number, tool) in old.items():
        if name not in new:
            yield Difference(f"/tools/{number}", "removed", before=_short(tool))
    for name, (number, tool) in new.items():
        if name not in old:
            yield Difference(f"/tools/{number}", "added", after=_short(tool))
        else:
            yield from _values(old[name][1], tool, f"/tools/{number}")
    shared = [name for name in old if name in new]
    if shared != [name for name in new if name in old]:
        yield Difference("/tools", "moved", before=shared, after=[name for name in new if name in old])


def _by_name(tools: Sequence[Any]) -> dict[str, tuple[int, Any]]:
    named: dict[str, tuple[int, Any]] = {}
    for number, tool in enumerate(tools):
        holder = tool.get("function", tool) if isinstance(tool, dict) else {}
        name = str(holder.get("name") or tool.get("type")) if isinstance(holder, dict) else ""
        while name in named:  # two tools of one name: the second is told apart by its place
            name += f"#{number}"
        named[name] = (number, tool)
    return named


def _values(old: Any, new: Any, pointer: str) -> Iterator[Difference]:
    old, new = _without_markers(old), _without_markers(new)
    yield from _changed(old, new, pointer)
    yield from _key_order(old, new, pointer)


def _changed(old: Any, new: Any, pointer: str) -> Iterator[Difference]:
    """Differences of values, down to where the two have another shape: there deepdiff takes over."""
    if json.dumps(old, sort_keys=True) == json.dumps(new, sort_keys=True):
        return
    if isinstance(old, dict) and isinstance(new, dict) and old.keys() == new.keys():
        for key in old:
            yield from _changed(old[key], new[key], pointer + step(key))
    elif isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        for number, (left, right) in enumerate(zip(old, new, strict=True)):
            yield from _changed(left, right, f"{pointer}/{number}")
    elif isinstance(old, (dict, list)) and isinstance(new, (dict, list)):
        yield from _reshaped(old, new, pointer)
    else:
        yield _difference(old, new, (), pointer)


def _reshaped(old: Any, new: Any, pointer: str) -> Iterator[Difference]:
    from deepdiff import DeepDiff  # 140 ms: only where it is needed

    # Long texts go in as one token each: deepdiff would spend seconds on a line diff that nobody asked for.
    diff = DeepDiff(_tokens(old), _tokens(new), view="tree", zip_ordered_iterables=True, threshold_to_diff_deeper=0)
    levels = [level for group in diff.values() for level in group]
    found = [_difference(old, new, level.path(output_format="list"), pointer) for level in levels]
    yield from sorted(found, key=lambda difference: difference.pointer)


def _tokens(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _tokens(member) for name, member in value.items()}
    if isinstance(value, list):
        return [_tokens(item) for item in value]
    return f"long text {hash(value)}" if isinstance(value, str) and len(value) > LONG else value


def _difference(old: Any, new: Any, path: Sequence[Any], pointer: str) -> Difference:
    missing = object()
    left, right = _at(old, path, missing), _at(new, path, missing)
    here = pointer + "".join(map(step, path))
    if left is missing:
        return Difference(here, "added", after=_short(right))
    if right is missing:
        return Difference(here, "removed", before=_short(left))
    if isinstance(left, str) and isinstance(right, str):
        return Difference(here, "changed", *_cut_around(left, right))
    return Difference(here, "changed", _short(left), _short(right))


def _at(value: Any, path: Sequence[Any], missing: object) -> Any:
    for key in path:
        try:
            value = value[key]
        except (KeyError, IndexError, TypeError):
            return missing
    return value


def _key_order(old: Any, new: Any, pointer: str) -> Iterator[Difference]:
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        shared = [name for name in old if name in new]
        if shared != [name for name in new if name in old]:
            yield Difference(pointer, "key-order", list(old), list(new))
        for name in shared:
            yield from _key_order(old[name], new[name], pointer + step(name))
    elif isinstance(old, list) and isinstance(new, list):
        for number, (left, right) in enumerate(zip(old, new, strict=False)):
            yield from _key_order(left, right, f"{pointer}/{number}")


def _cut_around(left: str, right: str) -> tuple[str, str]:
    start = max(0, common_prefix(left, right) - LONG // 4)
    return _cut(left, start), _cut(right, start)


def _cut(text: str, start: int) -> str:
    return ("…" if start else "") + text[start : start + LONG] + ("…" if len(text) > start + LONG else "")


def _short(value: Any) -> Any:
    if isinstance(value, str):
        return _cut(value, 0)
    if isinstance(value, dict):
        return {name: _short(member) for name, member in value.items()}
    return [_short(item) for item in value] if isinstance(value, list) else value
