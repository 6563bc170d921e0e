"""Which model and which serving profile render a request."""

from __future__ import annotations

from dataclasses import replace
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from promptlint.engine import ENGINES, HOSTED, PROFILE_OF
from promptlint.errors import ModelError, UsageError
from promptlint.local_model import LocalModel, Model
from promptlint.model import Request
from promptlint.options import Options
from promptlint.tokens import hub
from promptlint.tokens.reference import ModelSource, resolve

if TYPE_CHECKING:
    from promptlint.server.server_model import ServerModel

DEFAULT_PROFILE = "vllm"
# An API whose bodies say who serves them, when nothing else does.
PROVIDER_OF_DIALECT = {
    "anthropic": "anthropic",
    "bedrock_converse": "bedrock",
    "gemini": "gemini",
    "openai_responses": "openai",
}


def choose_model(request: Request, options: Options) -> Model:
    """The model for a request: --model, the config's map, the Hub cache by the request's own name, else `builtin`."""
    reference = _reference(request, options)
    if reference is None:
        if options.require_exact:
            raise ModelError(
                f"no tokenizer known for model {request.model!r}",
                hint="--require-exact forbids the builtin approximation: give --model, or models: in the config",
            )
        reference = "builtin"
    return open_model(reference, options, request.dialect)


def open_model(reference: str, options: Options, dialect: str | None = None) -> Model:
    """The model of a reference, behind the profile of the engine asked for."""
    source = resolve(reference, online=options.online)
    if source.kind == "server":
        return _server(source, options)
    if options.require_exact and not source.exact:
        raise ModelError(f"{reference} is an approximation", hint="--require-exact: give the model's own files")
    hosted = source.kind == "builtin" and options.template is None
    return LocalModel(
        source,
        profile=_profile(options.engine, dialect, hosted),
        template_path=options.template,
        template_arguments=options.template_arguments,
        cache=options.cache,
        jobs=options.jobs,
    )


def _server(source: ModelSource, options: Options) -> ServerModel:
    """A running server, which is of one engine and has one template; nothing is asked of it yet."""
    if options.template is not None:
        raise UsageError("a server renders with its own template", hint="leave out --template, or name a folder")
    from promptlint.server.server_model import ServerModel  # with http and ssl: 20 ms

    return ServerModel(source, template_arguments=options.template_arguments, engine=options.engine)


class Models:
    """The models of a run, each opened once: a model is a process that has read its files."""

    def __init__(self, options: Options) -> None:
        self._options = options
        self._open: dict[tuple[str, str], Model] = {}

    def of(self, request: Request) -> Model:
        """The model for a request."""
        model = choose_model(request, self._options)
        return self._open.setdefault(_key(model), model)

    def open(self, request: Request, reference: str | None, engine: str | None) -> Model:
        """The model of a reference, or of the request where none is given, behind an engine's profile."""
        wanted = replace(self._options, model=reference or self._options.model, engine=engine or self._options.engine)
        model = choose_model(request, wanted)
        return self._open.setdefault(_key(model), model)

    def start(self) -> None:
        """Begin to read the model that was named, if it needs no request to be chosen: builtin follows the API."""
        if self._options.model is None or self._options.model == "builtin":
            return
        model = open_model(self._options.model, self._options)
        self._open[_key(model)] = model
        model.start()

    def close(self) -> None:
        """Free all of them."""
        for model in self._open.values():
            model.close()


def _key(model: Model) -> tuple[str, str]:
    """One server has one profile, and need not be asked which."""
    return model.source.reference, "" if model.source.kind == "server" else model.profile


def _reference(request: Request, options: Options) -> str | None:
    if options.model is not None:
        return options.model
    if request.model is None:
        return None
    for pattern, reference in options.models.items():
        if fnmatchcase(request.model, pattern):
            return reference
    return hub.cached_model_for(request.model)


def _profile(engine: str | None, dialect: str | None, hosted: bool) -> str:
    """An engine's own profile; a hosted API's layout only while the builtin model stands in for its secret template."""
    if engine is None and hosted:
        engine = PROVIDER_OF_DIALECT.get(dialect or "")
    if engine is None or (engine in HOSTED and not hosted):
        return DEFAULT_PROFILE
    if engine in PROFILE_OF:
        return PROFILE_OF[engine]
    if engine not in ENGINES:
        raise UsageError(f"no engine named {engine!r}", hint=f"one of {', '.join(ENGINES)}")
    return engine
