"""Everything that promptlint raises: a small tree, each error with its exit code and its next step.

`str(error)` is the message alone, so that a template's own words reach the caller unchanged; `error.hint` says what
to do about it and `error.where` names the place, `path:line:column` as far as it is known. The command line prints
one line for the error and one for the hint, in one handler.
"""

from __future__ import annotations


class PromptlintError(Exception):
    """The root: catching it catches all that promptlint raises on purpose."""

    exit_code = 2

    def __init__(self, message: str, *, hint: str | None = None, where: str | None = None) -> None:
        super().__init__(message)
        self.hint = hint
        self.where = where


class UsageError(PromptlintError):
    """Options or arguments that cannot be meant together."""


class ConfigError(PromptlintError):
    """The config file is unreadable, or a key or value in it is not known."""


class InputError(PromptlintError):
    """A file that cannot be read, or that is no capture (KV001)."""


class ModelError(PromptlintError):
    """A tokenizer or a template is missing, broken or cannot be fetched."""


class TemplateError(PromptlintError):
    """The chat template refuses this request, in its own words (KV506)."""

    exit_code = 1

    def __init__(self, message: str, *, kind: str, line: int | None = None, where: str | None = None) -> None:
        super().__init__(message, where=where)
        self.kind = kind  # the class name as transformers shows it: TemplateError, UndefinedError, TypeError …
        self.line = line  # 1-based line of the template, where Jinja knows it


class StoppedError(PromptlintError):
    """Rendering or encoding was stopped: it took too long, too much memory, or its process died."""


class OutputTooLongError(Exception):
    """The template printed more than the limit. Raised and described in the child; here it comes as StoppedError."""


class NoRequestError(PromptlintError):
    """A capture, but without any request in it: nothing to look at."""

    exit_code = 3
