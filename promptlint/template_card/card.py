"""The whole probe of one template behind one profile."""

from __future__ import annotations

from dataclasses import replace

from promptlint.errors import TemplateError, UsageError
from promptlint.local_model import Model
from promptlint.model_choice import open_model
from promptlint.options import Options
from promptlint.template_card.calls import call_facts, text_facts
from promptlint.template_card.dialogue import FIRST, TOOLS
from promptlint.template_card.facts import Card
from promptlint.template_card.growth import growth
from promptlint.template_card.layout import conversation, layout, merges_system, roles, tool_facts
from promptlint.template_card.probe import Probe
from promptlint.template_card.reasoning import reasoning_facts
from promptlint.template_card.settings import clock_facts, generation_facts, parameters

# For a template without its model; llama.cpp has empty ones then.
SPECIAL_TOKENS = {"bos_token": "<s>", "eos_token": "</s>"}


def card_of(reference: str | None, options: Options) -> Card:
    """The card of a model, or of the template file of the options alone."""
    if reference is None and options.template is None:
        raise UsageError("no model and no template", hint="promptlint template MODEL, or --template FILE")
    if reference in (None, "builtin") and options.template is not None and options.engine != "llama.cpp":
        options = replace(options, template_arguments={**SPECIAL_TOKENS, **options.template_arguments})
    model = open_model(reference or "builtin", options)
    try:
        model.start()
        return card(model)
    finally:
        model.close()


def card(model: Model) -> Card:
    """Everything about the template of a model. Raises TemplateError where it refuses even one user message."""
    probe = Probe(model)
    needs_tools = _open(probe)
    use = model.use
    return Card(
        reference=use.reference,
        template=model.template_path,
        profile=use.profile,
        exact_tokens=use.exact,
        layout=layout(probe),
        needs_tools=needs_tools,
        merges_system=merges_system(probe),
        roles=roles(probe),
        tools=tool_facts(probe),
        calls=call_facts(probe),
        text=text_facts(probe),
        reasoning=reasoning_facts(probe),
        clock=clock_facts(probe),
        parameters=parameters(probe),
        generation=generation_facts(probe),
        growth=growth(probe),
        limits=probe.limits,
        renderings=probe.renderings,
    )


def _open(probe: Probe) -> bool:
    """Does the template take a request with tools only."""
    if any(probe.render(messages).text is not None for messages in (conversation(probe), [FIRST])):
        return False
    refused = probe.render([FIRST])
    if probe.render([FIRST], TOOLS).text is None:
        raise TemplateError(
            f"the chat template refuses even one user message: {refused.error}",
            kind="TemplateError",
            where=probe.model.template_path or probe.model.source.reference,
        )
    probe.least_tools = TOOLS
    return True
