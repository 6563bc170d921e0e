"""Probes of small templates, each the plain one with one trait."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from promptlint.model_choice import open_model
from promptlint.options import Options
from promptlint.template_card.probe import Probe
from tests.opened_here import no_child_processes

END = "{%- if add_generation_prompt -%}<|assistant|>{%- endif -%}"
EACH = "{%- for message in messages -%}"


def template(body: str, *, front: str = "", first: str = "", role: str = "message.role", behind: str = "") -> str:
    """A prompt with `body` for the text of each message; the rest is put in front of the prompt, in front of each
    message, and behind all."""
    return f"{front}{EACH}{first}<|{{{{ {role} }}}}|>{body}<|end|>{{%- endfor -%}}{behind}{END}"


PLAIN = template("{{ message.content }}")


def with_calls(call: str, *, before: str = "", calls: str = "message.tool_calls or []") -> str:
    """The plain one that prints `call` for each call of a message, and `before` in front of the first."""
    loop = f"{{%- for call in {calls} -%}}<call>{call}</call>{{%- endfor -%}}"
    return template(f"{{{{ message.content }}}}{before}{loop}")


@contextmanager
def probed(folder: Path, text: str, engine: str = "vllm") -> Iterator[Probe]:
    """A probe of a template behind an engine's profile."""
    path = folder / "template.jinja"
    path.write_text(text, encoding="utf-8")
    with no_child_processes():
        yield Probe(open_model("builtin", Options(engine=engine, template=str(path))))
