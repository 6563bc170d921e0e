"""What is known of real templates, from renderings and from a real server, against the cards made of them."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

from promptlint.errors import TemplateError
from promptlint.options import Options
from promptlint.template_card.card import card_of
from promptlint.template_card.facts import Card, Step
from promptlint.template_card.probe import MOST_RENDERINGS
from tests.opened_here import no_child_processes

pytestmark = pytest.mark.conformance
Fact = Callable[[Card], bool]
QWEN3, QWEN35, NEMO = "Qwen-Qwen3-0.6B", "Qwen3.5-4B", "mistralai-Mistral-Nemo-Instruct-2407"
SMALL = "Mistral-Small-3.2-24B-Instruct-2506"
LLAMAS = ("meta-llama-Llama-3.1-8B-Instruct", "meta-llama-Llama-3.2-3B-Instruct", "meta-llama-Llama-3.3-70B-Instruct")
GPT_OSS, GEMMA4 = "openai-gpt-oss-120b", "google-gemma-4-31B-it"
R1 = ("deepseek-ai-DeepSeek-R1-Distill-Llama-8B", "deepseek-ai-DeepSeek-R1-Distill-Qwen-32B")
ALL = "transformers", "vllm", "llama.cpp"
LLAMA_CPP, VLLM = ("llama.cpp",), ("vllm",)
# Refused whatever is asked: they want variables that only a library of their own, or llama.cpp, gives them.
OWN_VARIABLES = ("CohereForAI-c4ai-command-r-plus-tool_use", "fireworks-ai-llama-3-firefunction-v2")
REFUSED = {(name, engine) for name in OWN_VARIABLES for engine in ("transformers", "vllm")}


def step(card: Card, conversation: str, last: str) -> Step:
    return next(one for one in card.growth if (one.conversation, one.step) == (conversation, last))


def drops_finished_thinking(card: Card) -> bool:
    return card.reasoning.in_loop is True and not card.reasoning.loop_after_turn and not card.reasoning.after_turn


def loses_the_loop(card: Card) -> bool:
    return step(card, "tools with reasoning", "a new user turn").moved == "reasoning gone"


def fate(situation: str, *outcomes: str) -> Fact:
    return lambda card: card.roles[situation].outcome in outcomes


def taken_as(situation: str, role: str) -> Fact:
    return lambda card: card.roles[situation].taken_as == role


def tools_go(home: str) -> Fact:
    return lambda card: card.tools is not None and card.tools.home == home


def prints(parameter: str) -> Fact:
    return lambda card: parameter in card.parameters


def keeps_thinking(card: Card) -> bool:
    return card.reasoning.loop_after_turn is True and card.reasoning.after_turn is True


# (what is known, templates, engines, how the card says it)
FACTS: list[tuple[str, tuple[str, ...], tuple[str, ...], Fact]] = [
    ("a developer message is not printed", (QWEN3,), ("transformers",), fate("developer first", "dropped")),
    (
        "a developer message becomes a system message",
        (QWEN3, *LLAMAS),
        ("vllm", "llama.cpp"),
        taken_as("developer first", "system"),
    ),
    (
        "gpt-oss keeps the developer role",
        (GPT_OSS,),
        LLAMA_CPP,
        lambda card: card.roles["developer first"].taken_as != "user",
    ),
    ("a system message in the middle stays there", (QWEN3,), ALL, fate("system in the middle", "in place")),
    (
        "a system message in the middle goes to the front",
        ("deepseek-ai-DeepSeek-V3.1",),
        ALL,
        fate("system in the middle", "hoisted"),
    ),
    ("a system message in the middle is refused", (QWEN35, NEMO), ALL, fate("system in the middle", "refused")),
    (
        "a system message in the middle is dropped",
        (GPT_OSS,),
        ("transformers",),
        fate("system in the middle", "dropped"),
    ),
    (
        "the system text stands with the last user message",
        (NEMO,),
        ALL,
        lambda card: card.layout[-2:] == ("system", "second user"),
    ),
    (
        "the system text leaves the prompt in a tool loop",
        (NEMO,),
        ALL,
        lambda card: step(card, "tools", "a call").moved == "system gone",
    ),
    ("the tools stand with the last user message", (NEMO, SMALL), ALL, tools_go("last user")),
    (
        "a new turn moves the tools",
        (NEMO, SMALL),
        ALL,
        lambda card: step(card, "tools", "a new user turn").moved == "tools moved",
    ),
    ("the tools stand in the first user message", LLAMAS, ALL, tools_go("first user")),
    (
        "the tools stand behind the system text",
        (QWEN3, "Qwen-Qwen2.5-7B-Instruct"),
        ALL,
        lambda card: card.layout[:2] == ("system", "tools"),
    ),
    ("the tools stand before the system text", (QWEN35,), ALL, lambda card: card.layout[:2] == ("tools", "system")),
    (
        "text behind the last message",
        ("CohereForAI-c4ai-command-r-plus-tool_use",),
        LLAMA_CPP,
        lambda card: step(card, "chat", "a turn").moved == "text behind the last message",
    ),
    (
        "thinking of finished turns is dropped",
        (QWEN3, QWEN35, GEMMA4),
        ("transformers", "vllm"),
        drops_finished_thinking,
    ),
    ("thinking of finished turns is dropped by the server too", (QWEN3, GPT_OSS), LLAMA_CPP, drops_finished_thinking),
    ("a loop is read again when the user speaks", (QWEN3, GPT_OSS, GEMMA4), LLAMA_CPP, loses_the_loop),
    ("thinking is dropped inside of the loop", ("Qwen-QwQ-32B",), ALL, lambda card: card.reasoning.in_loop is False),
    (
        "thinking in the content is dropped",
        (*R1, "Qwen-QwQ-32B", QWEN3, QWEN35),
        ALL,
        lambda card: card.reasoning.inline_after_turn is False,
    ),
    (
        "the server keeps old thinking by itself",
        ("GLM-4.7-Flash", "NVIDIA-Nemotron-3-Nano-30B-A3B-BF16"),
        LLAMA_CPP,
        keeps_thinking,
    ),
    (
        "an argument keeps old thinking",
        ("GLM-4.7-Flash",),
        VLLM,
        lambda card: "clear_thinking" in card.reasoning.kept_by,
    ),
    (
        "an argument keeps old thinking",
        ("NVIDIA-Nemotron-3-Nano-30B-A3B-BF16",),
        VLLM,
        lambda card: "truncate_history_thinking" in card.reasoning.kept_by,
    ),
    (
        "an empty thought is in the generation prompt and not in history",
        (QWEN3, QWEN35),
        ALL,
        lambda card: card.generation.repeated_without_thinking is False,
    ),
    (
        "an empty thought is in the generation prompt of the server and not in history",
        (GEMMA4,),
        LLAMA_CPP,
        lambda card: card.generation.repeated_without_thinking is False,
    ),
    # It thinks only where it is told to.
    (
        "the same, where nobody asks for thoughts",
        (GEMMA4,),
        ("transformers", "vllm"),
        lambda card: card.generation.repeated is False,
    ),
    (
        "without thinking all is repeated",
        ("HuggingFaceTB-SmolLM3-3B",),
        ALL,
        lambda card: card.generation.repeated_without_thinking is True,
    ),
    (
        "the day is printed",
        (*LLAMAS, GPT_OSS, "upstage-Solar-Open-100B", "fireworks-ai-llama-3-firefunction-v2"),
        LLAMA_CPP,
        lambda card: card.clock.step == "day",
    ),
    ("the day is that of the template", LLAMAS[:1], ("transformers", "vllm"), lambda card: card.clock.step == "none"),
    ("the day can be given", LLAMAS, LLAMA_CPP, lambda card: "date_string" in card.clock.stopped_by),
    ("outer blanks are cut", LLAMAS, ALL, lambda card: {"system", "user", "assistant"} <= set(card.text.trims)),
    ("every content is trimmed", ("StepFun3.5-Flash",), LLAMA_CPP, lambda card: len(card.text.trims) == 5),
    ("two calls in a message are refused", LLAMAS, ALL, lambda card: card.calls.parallel == "refused"),
    ("results are written as JSON strings", LLAMAS, ALL, lambda card: card.text.encodes_results is True),
    (
        "properties are sorted",
        (GEMMA4,),
        ALL,
        lambda card: card.tools is not None and card.tools.sorts_properties is True,
    ),
    ("arguments are sorted", (GEMMA4,), ("vllm", "llama.cpp"), lambda card: card.calls.keeps_key_order is False),
    (
        "arguments reach the prompt as they were sent",
        ("meetkai-functionary-medium-v3.2",),
        LLAMA_CPP,
        lambda card: card.calls.arguments == "text",
    ),
    (
        "arguments are parsed",
        (QWEN3, QWEN35, GPT_OSS, GEMMA4, *LLAMAS, NEMO),
        LLAMA_CPP,
        lambda card: card.calls.arguments == "parsed",
    ),
    (
        "60.0 stays as it is",
        (GEMMA4, "MiniMax-M3", "openbmb-MiniCPM5-1B"),
        LLAMA_CPP,
        lambda card: card.calls.keeps_number_spelling is True,
    ),
    (
        "60.0 becomes 60",
        ("Qwen3-Coder", QWEN35, "ByteDance-Seed-OSS", QWEN3),
        LLAMA_CPP,
        lambda card: card.calls.keeps_number_spelling is False,
    ),
    ("the call is not printed", R1[:1], LLAMA_CPP, lambda card: card.calls.printed is False),
    (
        "ids are printed",
        ("unsloth-Apriel-1.5", "Apriel-1.6-15b-Thinker-fixed", "moonshotai-Kimi-K2", "upstage-Solar-Open-100B", NEMO),
        LLAMA_CPP,
        lambda card: card.calls.prints_ids is True,
    ),
    ("ids must have nine characters", (NEMO,), ALL, lambda card: card.calls.takes_long_ids is False),
    ("ids are not printed", (QWEN3, QWEN35, *LLAMAS, GPT_OSS), LLAMA_CPP, lambda card: card.calls.prints_ids is False),
    (
        "names are printed",
        ("Kimi-K2-Instruct", "Kimi-K2-Thinking", "Kimi-K3"),
        LLAMA_CPP,
        lambda card: card.text.prints_name is True,
    ),
    (
        "further keys of a call change nothing",
        (QWEN3, SMALL, "deepseek-ai-DeepSeek-V3.1"),
        ALL,
        lambda card: card.calls.prints_extra_keys is False,
    ),
    (
        "results go into the order of the calls",
        ("deepseek-ai-DeepSeek-V4", "deepseek-ai-DeepSeek-V4-Flash-0731"),
        LLAMA_CPP,
        lambda card: card.calls.keeps_result_order is False,
    ),
    ("the answer's schema is printed", ("deepseek-ai-DeepSeek-V4",), LLAMA_CPP, prints("response_format")),
    (
        "the effort is printed",
        (GPT_OSS, "tencent-Hy3", "upstage-Solar-Open-100B", "muse-glimmer", "deepseek-ai-DeepSeek-V4-Flash-0731"),
        LLAMA_CPP,
        prints("reasoning_effort"),
    ),
]
CLAIMS = [(what, name, engine, fact) for what, names, engines, fact in FACTS for name in names for engine in engines]


@cache
def made(path: Path) -> dict[str, Card | TemplateError]:
    """The cards of a template for all engines: what Jinja has compiled of it is still there for the next one."""
    with no_child_processes():  # two for each of 210 cards take longer than the cards
        return {engine: _made(path, engine) for engine in ALL}


def _made(path: Path, engine: str) -> Card | TemplateError:
    try:
        return card_of(None, Options(engine=engine, template=str(path)))
    except TemplateError as error:
        return error


@pytest.mark.parametrize(
    ("what", "name", "engine", "fact"), CLAIMS, ids=[f"{what}-{name}-{engine}" for what, name, engine, _ in CLAIMS]
)
def test_the_card_says_what_is_known(what: str, name: str, engine: str, fact: Fact, data: Path) -> None:
    card = made(data / "templates" / f"{name}.jinja")[engine]
    assert isinstance(card, Card)
    assert fact(card), what


@pytest.mark.parametrize("engine", ALL)
def test_every_template_has_a_card_of_few_renderings(engine: str, data: Path) -> None:
    paths = sorted((data / "templates").glob("*.jinja"))
    cards = {path.stem: made(path)[engine] for path in paths}
    assert len(cards) == 70
    assert {name for name, card in cards.items() if not isinstance(card, Card)} == {
        name for name, refused in REFUSED if refused == engine
    }
    assert all(card.renderings < MOST_RENDERINGS for card in cards.values() if isinstance(card, Card))


def test_no_template_prints_the_choice_of_tools(data: Path) -> None:
    cards = [made(path)["llama.cpp"] for path in sorted((data / "templates").glob("*.jinja"))]
    assert [card for card in cards if isinstance(card, Card) and "tool_choice" in card.parameters] == []
