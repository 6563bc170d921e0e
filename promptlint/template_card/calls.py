"""What of calls, results, texts and keys reaches the prompt."""

from __future__ import annotations

import json
from typing import Any

from promptlint.model import JsonObject
from promptlint.template_card.dialogue import (
    ANSWER,
    FIRST,
    ID,
    LONG_ID,
    OTHER_ID,
    OTHER_RESULT,
    RESULT,
    SHELF,
    TOOLS,
    call,
    calling,
    compact,
    text_of,
)
from promptlint.template_card.facts import Arguments, CallFacts, Outcome, TextFacts
from promptlint.template_card.layout import conversation
from promptlint.template_card.probe import Probe, Rendered

BLANKS = " \n"  # in front of a text and, the other way round, behind it


def loop(probe: Probe, *messages: JsonObject) -> list[JsonObject]:
    """The first turn with what follows it."""
    return [*conversation(probe)[:-2], *messages]


def arguments_of(probe: Probe, arguments: JsonObject) -> Any:
    """Arguments in the form that the template takes: as text, or where it refuses that, as an object."""
    refused = probe.render(loop(probe, calling(call(compact(SHELF))), RESULT), TOOLS).text is None
    return arguments if refused else compact(arguments)


def call_facts(probe: Probe) -> CallFacts:
    """What is printed of a call and its result, by changing one thing at a time."""
    given = arguments_of(probe, SHELF)

    def looped(*calls: JsonObject, results: tuple[JsonObject, ...] = (RESULT,)) -> Rendered:
        return probe.render(loop(probe, calling(*calls), *results), TOOLS)

    own = looped(call(given))
    if own.text is None:
        return CallFacts(None)
    if not own.has("qzshelf"):
        return CallFacts(printed=False, arguments="not printed")
    swapped = dict(reversed(SHELF.items()))
    number = looped(call(arguments_of(probe, {"shelf": 60.0})))
    other = looped(call(given, OTHER_ID), results=({**RESULT, "tool_call_id": OTHER_ID},))
    long = looped(call(given, LONG_ID), results=({**RESULT, "tool_call_id": LONG_ID},))
    more = looped(call(given, call_id=ID, response_item_id="fc_1"))
    pair, results = (call(given), call(given, OTHER_ID)), (RESULT, OTHER_RESULT)
    both = looped(*pair, results=results)
    return CallFacts(
        printed=True,
        arguments=_arguments(probe, own, given),
        keeps_key_order=looped(call(arguments_of(probe, swapped))).text != own.text,
        keeps_number_spelling=None if number.text is None else number.has("60.0"),
        prints_ids=None if other.text is None else other.text != own.text,
        takes_long_ids=long.text is not None,
        prints_extra_keys=None if more.text is None else more.text != own.text,
        parallel=_parallel(both),
        keeps_result_order=None if both.text is None else looped(*pair, results=results[::-1]).text != both.text,
    )


def _arguments(probe: Probe, own: Rendered, given: Any) -> Arguments:
    if not isinstance(given, str):
        return "object only"
    spaced = given.replace(":", ":  ").replace(",", " ,\n ")
    return "parsed" if probe.render(loop(probe, calling(call(spaced)), RESULT), TOOLS).text == own.text else "text"


def _parallel(both: Rendered) -> Outcome:
    if both.text is None:
        return "refused"
    return "in place" if both.text.count("qzshelf") == 2 and both.has("qzother") else "dropped"


def text_facts(probe: Probe) -> TextFacts:
    """Whose outer blanks are cut, and which keys of a message are printed."""
    plain = conversation(probe)
    own, looped = probe.render(plain), _blank_loop(probe)
    encoded = json.dumps(BLANKS.strip(" ")).strip('"') + text_of("qzresult")
    named = probe.render([{**one, "name": "Ada"} if one is FIRST else one for one in plain])
    more = probe.render([{**one, "timestamp": "1767225600"} if one in (FIRST, ANSWER) else one for one in plain])
    return TextFacts(
        trims=tuple(_trimmed(probe)),
        encodes_results=looped.has(encoded) if looped.has("qzresult") else None,
        prints_name=None if named.text is None else named.text != own.text,
        prints_extra_keys=None if more.text is None else more.text != own.text,
    )


def _trimmed(probe: Probe) -> list[str]:
    plain = probe.render([_blank(one, "content") for one in conversation(probe)])
    looped = _blank_loop(probe)
    places = [("system", "qzsystem", plain), ("user", "qzfirst", plain), ("assistant", "qzanswer", plain)]
    places += [("tool", "qzresult", looped), ("reasoning", "qzwhy", looped)]
    return [name for name, mark, done in places if done.has(mark) and not _whole(done, mark)]


def _blank_loop(probe: Probe) -> Rendered:
    caller = calling(call(arguments_of(probe, SHELF)), reasoning_content=text_of("qzwhy"))
    return probe.render(loop(probe, _blank(caller, "reasoning_content"), _blank(RESULT, "content")), TOOLS)


def _blank(message: JsonObject, key: str) -> JsonObject:
    return {**message, key: f"{BLANKS}{message[key]}{BLANKS[::-1]}"}


def _whole(done: Rendered, mark: str) -> bool:
    """Are the blanks on both sides there, as they are or as JSON spells them."""
    whole = f"{BLANKS}{text_of(mark)}{BLANKS[::-1]}"
    return done.has(whole) or done.has(json.dumps(whole).strip('"'))
