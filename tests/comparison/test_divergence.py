"""Where two prompts part, for changes of every kind: the pointer on both sides, the characters there, the region."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import promptlint
from promptlint.model import Divergence, Place
from tests.conftest import TEMPLATE

LONG = " ".join(f"fact {number} stays the same." for number in range(40))
CALL = "/messages/2/tool_calls/0/function"
TOOL = "/tools/1/function/parameters"


def tool(name: str) -> dict[str, Any]:
    properties = {"path": {"type": "string", "enum": ["a.py", "b.py"]}}
    return {"type": "function", "function": {"name": name, "parameters": {"properties": properties, "required": ["x"]}}}


def body() -> dict[str, Any]:
    function = {"name": "read", "arguments": '{"path": "a.py",  "limit": 20, "all": true}'}
    return {
        "model": "tiny",
        "messages": [
            {"role": "system", "content": f"Be brief.\n{LONG}"},
            {"role": "user", "content": "What is in a.py?"},
            {
                "role": "assistant",
                "content": None,
                "tool_calls": [{"id": "1", "type": "function", "function": function}],
            },
            {"role": "tool", "tool_call_id": "1", "content": LONG},
            {"role": "user", "content": f"Go on. {LONG}"},
        ],
        "tools": [tool("read"), tool("write")],
    }


def diverged(model: Path, folder: Path, before: Any, after: Any, indent: int | str = 1) -> Divergence:
    paths = [folder / "a.json", folder / "b.json"]
    for path, document in zip(paths, (before, after), strict=True):
        path.write_text(json.dumps(document, indent=indent, ensure_ascii=False), encoding="utf-8")
    divergence = promptlint.diff(*paths, model=model).pairs[0].divergence
    assert divergence is not None
    return divergence


def at(place: Place) -> str:
    """What stands in the file at a place, to the end of the line."""
    assert place.line is not None
    assert place.column is not None
    return Path(place.path).read_text(encoding="utf-8").split("\n")[place.line - 1][place.column - 1 :]


def arguments(old: str, new: str) -> Callable[[Any], None]:
    def change(request: Any) -> None:
        function = request["messages"][2]["tool_calls"][0]["function"]
        function["arguments"] = function["arguments"].replace(old, new)

    return change


def added_tool(request: Any) -> None:
    request["tools"].append(tool("list"))


def added_choice(request: Any) -> None:
    request["tools"][1]["function"]["parameters"]["properties"]["path"]["enum"].append("c.py")


def added_property(request: Any) -> None:
    request["tools"][1]["function"]["parameters"]["properties"]["mode"] = {"type": "string"}


def renamed_property(request: Any) -> None:
    parameters = request["tools"][1]["function"]["parameters"]
    parameters["properties"] = {"mode": parameters["properties"]["path"]}


def line_feed(request: Any) -> None:
    request["messages"][3]["content"] += "\n\n"


def another_role(request: Any) -> None:
    request["messages"][4]["role"] = "user2"


@pytest.mark.parametrize(
    ("change", "region", "before", "after"),
    [
        (arguments("20", "21"), "messages", (f"{CALL}/arguments", "0, "), (f"{CALL}/arguments", "1, ")),
        (arguments("20", "200"), "messages", (f"{CALL}/arguments", ", "), (f"{CALL}/arguments", "0, ")),
        (arguments("limit", "lines"), "messages", (f"{CALL}/arguments", "mit"), (f"{CALL}/arguments", "nes")),
        (arguments("true", "false"), "messages", (f"{CALL}/arguments", "true"), (f"{CALL}/arguments", "false")),
        (added_tool, "tools", ("/tools", "["), ("/tools/2", "{")),
        (added_choice, "tools", (f"{TOOL}/properties/path/enum", "["), (f"{TOOL}/properties/path/enum/2", '"c.py')),
        (added_property, "tools", (f"{TOOL}/properties", "{"), (f"{TOOL}/properties/mode", "{")),
        (renamed_property, "tools", (f"{TOOL}/properties/path", '"path"'), (f"{TOOL}/properties/mode", '"mode"')),
        (line_feed, "messages", ("/messages/3/content", '"'), ("/messages/3/content", r"\n\n")),
        (another_role, "messages", ("/messages/4/role", '"'), ("/messages/4/role", "2")),
    ],
)
def test_the_place_is_what_changed(
    model_folder: Callable[..., Path],
    tmp_path: Path,
    change: Callable[[Any], None],
    region: str,
    before: tuple[str, str],
    after: tuple[str, str],
) -> None:
    # Templates print line feeds of their own behind a message: a surplus one of the request hides among them.
    template = TEMPLATE.replace("{{- '<|im_end|>", "{{- '\\n\\n<|im_end|>")
    old, new = body(), body()
    change(new)
    divergence = diverged(model_folder(template), tmp_path, old, new)
    places = divergence.before.place, divergence.after.place
    assert [place.pointer for place in places] == [before[0], after[0]]
    assert [at(place)[: len(text)] for place, (_, text) in zip(places, (before, after), strict=True)] == [
        before[1],
        after[1],
    ]
    assert (divergence.region, divergence.exact) == (region, True)


def test_a_value_that_ended_on_both_sides_is_not_the_place(model_folder: Callable[..., Path], tmp_path: Path) -> None:
    template = "{% for message in messages %}{{ message.role == 'tool' }}{{ message.content }}{% endfor %}"
    old, new = body(), body()
    new["messages"][4]["role"] = "tool"
    divergence = diverged(model_folder(template), tmp_path, old, new)
    places = divergence.before.place, divergence.after.place
    assert [place.pointer.startswith("/messages/4") for place in places] == [True, True]


def test_another_parameter_is_not_blamed_for_a_changed_value(tiny_model: Path, tmp_path: Path) -> None:
    old, new = body() | {"model": "one"}, body() | {"model": "two", "tool_choice": "auto"}
    new["messages"].insert(1, {"role": "system", "content": "Hurry."})
    assert diverged(tiny_model, tmp_path, old, new).region != "params"


def test_a_list_printed_by_python_is_traced_exactly(model_folder: Callable[..., Path], tmp_path: Path) -> None:
    template = "{% for message in messages %}{{ [message.content] }}\n{% endfor %}"
    old = body()
    old["messages"][0]["content"] = f'It\'s "é"\nnow 09:14. {LONG}'
    new = copy.deepcopy(old)
    new["messages"][0]["content"] = old["messages"][0]["content"].replace("09:14", "09:32")
    divergence = diverged(model_folder(template), tmp_path, old, new)
    places = divergence.before.place, divergence.after.place
    assert [(place.pointer, at(place)[:3]) for place in places] == [
        ("/messages/0/content", "14."),
        ("/messages/0/content", "32."),
    ]
    assert divergence.exact


def test_what_is_printed_far_from_its_value_is_called_approximate(
    model_folder: Callable[..., Path], tmp_path: Path
) -> None:
    template = (
        "{% for tool in tools %}def {{ tool.function.name }}({{ tool.function.parameters.properties | join(', ') }}) "
        "{{ tool.function.description }}\n{% endfor %}{{ messages[0].content }}"
    )
    old = body()
    for one in old["tools"]:
        one["function"] = {"name": one["function"]["name"], "description": "Says it all.", **one["function"]}
    new = copy.deepcopy(old)
    added_property(new)
    divergence = diverged(model_folder(template), tmp_path, old, new)
    assert [side.place.pointer for side in (divergence.before, divergence.after)] == ["/tools/1/function"] * 2
    assert (divergence.region, divergence.exact) == ("tools", False)
    assert [side.place.exact for side in (divergence.before, divergence.after)] == [False, False]


def test_a_constant_is_found_in_pythons_spelling_and_another_order(
    model_folder: Callable[..., Path], tmp_path: Path
) -> None:
    template = "{% for tool in tools %}{{ tool.function.strict }} {{ tool.function.name }}\n{% endfor %}" + LONG
    old = body()
    for one in old["tools"]:
        one["function"]["strict"] = True
    new = copy.deepcopy(old)
    new["tools"][0]["function"]["strict"] = False
    divergence = diverged(model_folder(template), tmp_path, old, new)
    places = divergence.before.place, divergence.after.place
    assert [(place.pointer, at(place)) for place in places] == [
        ("/tools/0/function/strict", "true"),
        ("/tools/0/function/strict", "false"),
    ]


def test_arguments_that_the_template_spells_again_are_traced_exactly(tiny_model: Path, tmp_path: Path) -> None:
    old, new = body(), body()
    for request, number, ascii_only in ((old, "1", True), (new, "2", False)):
        text = json.dumps({"path": f'C:\\é\n"{number}"'}, ensure_ascii=ascii_only)
        request["messages"][2]["tool_calls"][0]["function"]["arguments"] = text
    divergence = diverged(tiny_model, tmp_path, old, new)
    places = divergence.before.place, divergence.after.place
    assert [(place.pointer, at(place)[:2]) for place in places] == [
        (f"{CALL}/arguments", "1\\"),
        (f"{CALL}/arguments", "2\\"),
    ]
    assert divergence.exact


@pytest.mark.parametrize("also_changed", [False, True])
def test_a_parameter_is_the_place_where_it_makes_the_texts_part(
    model_folder: Callable[..., Path], tmp_path: Path, also_changed: bool
) -> None:
    template = "Effort: {{ reasoning_effort }}\n" + TEMPLATE
    old, new = body() | {"reasoning_effort": "low"}, body() | {"tool_choice": "auto", "reasoning_effort": "high"}
    if also_changed:
        new["messages"][0]["content"] = "Another."
        new["tools"].pop()
    divergence = diverged(model_folder(template), tmp_path, old, new)
    places = divergence.before.place, divergence.after.place
    assert (divergence.region, divergence.exact) == ("params", True)
    assert [(place.pointer, at(place)) for place in places] == [
        ("/reasoning_effort", '"low"'),
        ("/reasoning_effort", '"high"'),
    ]


def test_a_parameter_that_the_template_refuses_alone_does_not_hide_the_one_at_fault(
    model_folder: Callable[..., Path], tmp_path: Path
) -> None:
    refusal = "{{ raise_exception('low needs documents') if reasoning_effort == 'low' and not documents }}"
    old = body() | {"documents": [{"text": "a"}], "reasoning_effort": "low"}
    new = body() | {"reasoning_effort": "high"}
    divergence = diverged(model_folder(f"{refusal}Effort: {{{{ reasoning_effort }}}}\n{TEMPLATE}"), tmp_path, old, new)
    assert divergence.region == "params"
    assert {side.place.pointer for side in (divergence.before, divergence.after)} == {"/reasoning_effort"}


def test_a_parameter_that_only_one_of_the_two_has_is_the_place(
    model_folder: Callable[..., Path], tmp_path: Path
) -> None:
    template = "{{ documents | length }} documents, effort: {{ reasoning_effort }}\n" + TEMPLATE
    without = {**body(), "documents": [{"text": "a"}]}
    given = {**without, "reasoning_effort": "low"}
    for old, new in ((given, without), (without, given)):
        divergence = diverged(model_folder(template), tmp_path, old, new)
        assert divergence.region == "params"
        assert "/reasoning_effort" in {side.place.pointer for side in (divergence.before, divergence.after)}


@pytest.mark.parametrize(("others", "region"), [(15, "params"), (16, "tools")])
def test_of_many_parameters_sixteen_are_tried_and_the_name_of_the_model_is_none_of_them(
    model_folder: Callable[..., Path], tmp_path: Path, others: int, region: str
) -> None:
    old, new = (
        {**body(), "same": 1, "model": name, **{f"x_{n}": name for n in range(others)}, "reasoning_effort": name}
        for name in ("low", "high")
    )
    divergence = diverged(model_folder("Effort: {{ reasoning_effort }}\n" + TEMPLATE), tmp_path, old, new)
    assert divergence.region == region


def test_so_much_of_both_prompts_is_shown_around_the_place(tiny_model: Path, tmp_path: Path) -> None:
    old, new = body(), body()
    system = old["messages"][0]["content"]
    at = system.index("fact 20 ")
    new["messages"][0]["content"] = f"{system[:at]}new {system[at:]}"
    divergence = diverged(tiny_model, tmp_path, old, new)
    assert divergence.before.before_text == divergence.after.before_text == system[at - 240 : at]
    assert [side.place.offset for side in (divergence.before, divergence.after)] == [at, at]
    assert divergence.before.text == system[at : at + 240]
    assert divergence.after.text == f"new {system[at : at + 236]}"
    assert (divergence.before.token_text, divergence.after.token_text) == (" f", " ")


@pytest.mark.parametrize(
    ("template", "elsewhere"),
    [
        (
            "{{ messages[0].content }}\n{% if tools %}Call {{ tools | tojson }}\n{% endif %}{{ messages[1].content }}",
            "/messages/1/content",
        ),
        ("{% if tools %}{{ tools | tojson }}{% else %}No tools.{% endif %}", ""),
    ],
)
def test_what_is_there_on_one_side_only_tells_which_part_of_the_prompt_it_is(
    model_folder: Callable[..., Path], tmp_path: Path, template: str, elsewhere: str
) -> None:
    old, new = body(), body()
    del old["tools"]
    for before, after in ((old, new), (new, old)):
        divergence = diverged(model_folder(template), tmp_path, before, after)
        pointers = {side.place.pointer for side in (divergence.before, divergence.after)}
        assert elsewhere in pointers
        assert any(pointer.startswith("/tools") for pointer in pointers)
        assert (divergence.region, divergence.exact) == ("tools", elsewhere != "")


def test_where_both_sides_have_changed_the_part_is_that_of_the_earlier_request(
    model_folder: Callable[..., Path], tmp_path: Path
) -> None:
    template = "{% if tools %}{{ tools | tojson }}{% endif %}{{ messages[0].content }}"
    old, new = body(), body()
    del new["tools"]
    new["messages"][0]["content"] = "Be kind."
    folder = model_folder(template)
    assert diverged(folder, tmp_path, old, new).region == "tools"
    assert diverged(folder, tmp_path, new, old).region == "system"


def test_where_the_template_has_words_in_place_of_a_value_the_place_is_what_it_prints_next(
    model_folder: Callable[..., Path], tmp_path: Path
) -> None:
    template = (
        "{% if tools %}Be brief. You have tools.{% else %}{{ messages[0].content }}{% endif %}\n"
        "{{ messages[1].content }}"
    )
    old, new = body(), body()
    del old["tools"]
    for request in (old, new):
        request["messages"][0]["content"] = "Be brief."
    for before, after in ((old, new), (new, old)):
        divergence = diverged(model_folder(template), tmp_path, before, after)
        pointers = {side.place.pointer for side in (divergence.before, divergence.after)}
        assert (divergence.region, pointers) == ("messages", {"/messages/1/content"})


def test_no_parameter_is_blamed_where_an_answer_stands_in_place_of_what_asks_for_it(
    model_folder: Callable[..., Path], tmp_path: Path
) -> None:
    template = (
        "{% for message in messages %}{{ message.content }}{% endfor %}"
        "{% if add_generation_prompt %}{{ reasoning_effort }}{% endif %}"
    )
    asked = [{"role": "user", "content": "the quick brown fox jum"}]
    answered = [*asked, {"role": "assistant", "content": "ps"}]
    old = {"model": "tiny", "messages": asked, "reasoning_effort": "<|im_start|>"}
    new = {"model": "tiny", "messages": answered, "reasoning_effort": "p"}
    divergence = diverged(model_folder(template), tmp_path, old, new)
    assert divergence.region == "generation-prompt"
    assert (divergence.before.text, divergence.after.text) == ("<|im_start|>", "psp")
    assert divergence.before.before_text == divergence.after.before_text == "the quick brown fox jum"


def test_where_no_value_is_printed_the_place_is_all_of_the_request_and_not_exact(
    model_folder: Callable[..., Path], tmp_path: Path
) -> None:
    old, new = body(), body()
    new["messages"].append({"role": "user", "content": "And then?"})
    divergence = diverged(model_folder("{{ messages | length }} messages"), tmp_path, old, new)
    assert {side.place.pointer for side in (divergence.before, divergence.after)} == {""}
    assert (divergence.region, divergence.exact) == ("params", False)


def test_an_id_of_a_call_and_its_result_is_called_approximate(
    model_folder: Callable[..., Path], tmp_path: Path
) -> None:
    template = (
        "{% for message in messages %}{{ message.content or '' }}{% for call in message.tool_calls or [] %}"
        "{{ raise_exception('id') if call.id | length != 9 }}{{ call.function | tojson }} {{ call.id }} {% endfor %}"
        "{% endfor %}"
    )
    old = body()
    old["messages"][2]["tool_calls"][0]["id"] = old["messages"][3]["tool_call_id"] = "call_7Qd1"
    new = copy.deepcopy(old)
    new["messages"][2]["tool_calls"][0]["id"] = new["messages"][3]["tool_call_id"] = "call_7Qd2"
    assert not diverged(model_folder(template), tmp_path, old, new).exact


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ([5, 6, 7, 8], [5, 6, 9, 8], [("/prompt/2", "7"), ("/prompt/2", "9")]),
        ([5, 6, 7], [5, 6], [("/prompt/2", "7"), ("/prompt", "[")]),
        ([5, 6, 7], [9], [("/prompt/0", "5"), ("/prompt/0", "9")]),
    ],
)
def test_of_ids_that_were_sent_the_id_is_the_place(
    tiny_model: Path, tmp_path: Path, before: list[int], after: list[int], expected: list[tuple[str, str]]
) -> None:
    old, new = ({"model": "tiny", "prompt": ids, "max_tokens": 9} for ids in (before, after))
    found = diverged(tiny_model, tmp_path, old, new)
    places = found.before.place, found.after.place
    assert [(place.pointer, at(place)[0]) for place in places] == expected
    assert [place.offset for place in places] == [None, None]
    assert found.exact


@pytest.mark.parametrize(("shorter", "rest"), [("the quick", '",'), ("the quick dog", "dog")])
def test_of_texts_and_ids_that_were_sent_the_text_is_the_place(
    tiny_model: Path, tmp_path: Path, shorter: str, rest: str
) -> None:
    old, new = ({"model": "tiny", "prompt": [5, text, 7], "max_tokens": 9} for text in (shorter, "the quick fox"))
    found = diverged(tiny_model, tmp_path, old, new)
    places = found.before.place, found.after.place
    assert [place.pointer for place in places] == ["/prompt/1", "/prompt/1"]
    assert at(places[0]).startswith(rest)
    assert at(places[1]).lstrip().startswith("fox")
