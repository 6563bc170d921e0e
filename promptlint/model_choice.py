"""Which model and which serving profile render a request."""

from __future__ import annotations

from fnmatch import fnmatchcase

from promptlint.engine import ENGINES, HOSTED
from promptlint.errors import ModelError, UsageError
from promptlint.local_model import Model
from promptlint.model import Request
from promptlint.options import Options
from promptlint.tokens import hub
from promptlint.tokens.reference import resolve

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
        raise ModelError(f"asking a running server ({reference}) comes with a later version", hint="give its files")
    if options.require_exact and not source.exact:
        raise ModelError(f"{reference} is an approximation", hint="--require-exact: give the model's own files")
    hosted = source.kind == "builtin" and options.template is None
    return Model(
        source,
        profile=_profile(options.engine, dialect, hosted),
        template_path=options.template,
        template_arguments=options.template_arguments,
    )


class Models:
    """The models of a run, each opened once: a model is a process that has read its files."""

    def __init__(self, options: Options) -> None:
        self._options = options
        self._open: dict[tuple[str, str], Model] = {}

    def of(self, request: Request) -> Model:
        """The model for a request."""
        model = choose_model(request, self._options)
        return self._open.setdefault((model.source.reference, model.profile), model)

    def start(self) -> None:
        """Begin to read the model that was named, if it needs no request to be chosen: builtin follows the API."""
        if self._options.model is None or self._options.model == "builtin":
            return
        model = open_model(self._options.model, self._options)
        self._open[(model.source.reference, model.profile)] = model
        model.start()

    def close(self) -> None:
        """Free all of them."""
        for model in self._open.values():
            model.close()


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
    if engine not in ENGINES:
        raise UsageError(f"no engine named {engine!r}", hint=f"one of {', '.join(ENGINES)}")
    return engine
