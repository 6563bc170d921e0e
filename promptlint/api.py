"""What Python callers use: the same pipeline as the commands. Raises only PromptlintError."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from promptlint import config as configuration
from promptlint import pipeline
from promptlint.local_model import Model
from promptlint.model import Report
from promptlint.model_choice import open_model
from promptlint.options import Options

PrefillRate = float | str | Mapping[int, float]  # tokens a second, the name of a setup, or seconds by tokens


def load_model(
    reference: str | Path, *, profile: str = "vllm", template: str | Path | None = None, online: bool = False
) -> Model:
    """Open a model by a reference of `--model`: a folder, a .gguf file, org/name[@revision], "builtin", or a URL.

    `profile` is a serving profile; `template` is the path of a Jinja file that replaces the model's own.
    """
    options = Options(engine=profile, template=None if template is None else str(template), online=online)
    return open_model(str(reference), options)


def diff(
    before: Any,
    after: Any,
    *,
    model: str | Path | None = None,
    engine: str | None = None,
    engine_options: Mapping[str, int] | None = None,
    prefill_rate: PrefillRate | None = None,
    config: str | Path | None = None,
    template: str | Path | None = None,
    template_arguments: Mapping[str, Any] | None = None,
    online: bool = False,
    require_exact: bool = False,
    now: datetime | None = None,
) -> Report:
    """Compare two requests, each a path, "FILE#N", a body as a dict, or a Request.

    Keywords left out come from the config: `config`, else the nearest one from the working folder upward, as for the
    command. `prefill_rate` asks for seconds: tokens a second, the name of a setup, or seconds by tokens.
    """
    given = _given(model, engine, engine_options, template, template_arguments, online, require_exact)
    given["prefill-rate"] = _rate(prefill_rate)
    return pipeline.diff(before, after, replace(_options(given, config), now=now))


def check(
    paths: Sequence[Any] = (),
    *,
    model: str | Path | None = None,
    engine: str | None = None,
    engine_options: Mapping[str, int] | None = None,
    prefill_rate: PrefillRate | None = None,
    config: str | Path | None = None,
    template: str | Path | None = None,
    template_arguments: Mapping[str, Any] | None = None,
    online: bool = False,
    require_exact: bool = False,
    now: datetime | None = None,
    select: Sequence[str] = (),
    ignore: Sequence[str] = (),
    extend_select: Sequence[str] = (),
    allow_code: bool = False,
    against: str | None = None,
) -> Report:
    """Lint captures: files, folders, bodies as dicts, or Requests; none: what the config names.

    Selectors are names of rules, codes, or prefixes of codes; `against` is a git revision to compare each request
    with. Raises NoRequestError where nothing is found to look at.
    """
    given = {
        **_given(model, engine, engine_options, template, template_arguments, online, require_exact),
        "prefill-rate": _rate(prefill_rate),
        "select": tuple(select),
        "ignore": tuple(ignore),
        "extend-select": tuple(extend_select),
        "allow-code": allow_code or None,
    }
    return pipeline.check(list(paths), replace(_options(given, config), now=now), against)


def _given(
    model: str | Path | None,
    engine: str | None,
    engine_options: Mapping[str, int] | None,
    template: str | Path | None,
    template_arguments: Mapping[str, Any] | None,
    online: bool,
    require_exact: bool,
) -> dict[str, Any]:
    return {
        "model": None if model is None else str(model),
        "engine": engine,
        "engine-options": engine_options,
        "template": None if template is None else str(template),
        "template-arg": template_arguments,
        "online": online or None,
        "require-exact": require_exact or None,
    }


def _rate(given: PrefillRate | None) -> Any:
    return dict(given) if isinstance(given, Mapping) else given


def _options(given: Mapping[str, Any], config: str | Path | None) -> Options:
    return configuration.options(configuration.settings(given, None if config is None else str(config)))
