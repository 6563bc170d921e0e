"""Which rules run, how severe each is, and in which files it is silent. The most specific selector decides.

A selector is the name of a rule, its code, a prefix of codes, or ALL. Names and full codes are the most specific, then
the longer prefix. At a tie the command line wins over the config, and ignoring over selecting.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from promptlint.config_checks import close_to
from promptlint.errors import ConfigError
from promptlint.globs import any_matches
from promptlint.model import Severity
from promptlint.options import LintOptions
from promptlint.usual import ALL, DEFAULT_SELECT

EXACT = 1000  # longer than any prefix
CodeAndName = tuple[str, str]


def selected(codes_and_names: Sequence[CodeAndName], options: LintOptions) -> frozenset[str]:
    """The codes of the rules that run. Raises ConfigError for a selector that fits no rule, wherever it stands."""
    _refuse_unknown(codes_and_names, options)
    return frozenset(code for code, name in codes_and_names if _is_selected(code, name, options))


def severity_of(code: str, name: str, options: LintOptions) -> Severity | None:
    """The severity that the config gives a rule; None if it says nothing."""
    fitting = [selector for selector in options.severity if specificity(selector, code, name)]
    return options.severity[max(fitting, key=lambda one: specificity(one, code, name))] if fitting else None


def ignored_in_file(code: str, name: str, path: str, options: LintOptions) -> bool:
    """Is a rule silent in a file, by `per-file-ignores`."""
    return any(
        covers(selectors, code, name) and any_matches(path, (glob,), options.folder)
        for glob, selectors in options.per_file_ignores.items()
    )


def covers(selectors: Iterable[str], code: str, name: str) -> bool:
    """Does one of the selectors mean this rule."""
    return any(specificity(selector, code, name) for selector in selectors)


def specificity(selector: str, code: str, name: str) -> int:
    """How exactly a selector means a rule; 0: not at all."""
    if selector == ALL:
        return 1
    if selector in (code, name):
        return EXACT
    return len(selector) if code.startswith(selector) else 0


def _is_selected(code: str, name: str, options: LintOptions) -> bool:
    def strongest(key: str, selectors: Iterable[str]) -> tuple[int, bool]:
        return max(((specificity(one, code, name), _typed(key, one, options)) for one in selectors), default=(0, False))

    wanted = max(strongest("select", options.select), strongest("extend-select", options.extend_select))
    return wanted[0] > 0 and wanted > strongest("ignore", options.ignore)


def _typed(key: str, selector: str, options: LintOptions) -> bool:
    """Was it given on the command line: `--select KV102` means it, whatever the config ignores."""
    return options.selector_origins.get((key, selector), "").startswith("--")


def _refuse_unknown(codes_and_names: Sequence[CodeAndName], options: LintOptions) -> None:
    for key, selector, origin in _selectors(options):
        if not any(specificity(selector, code, name) for code, name in codes_and_names):
            known = [one for rule in codes_and_names for one in rule]
            close = close_to(selector, known)
            hint = close if close.startswith("did") else "promptlint rule lists all codes and names"
            raise ConfigError(f"{key} names no rule: {selector!r}", where=origin, hint=hint)


def _selectors(options: LintOptions) -> Iterator[tuple[str, str, str | None]]:
    """Every selector with its key and where it stands."""
    named = (
        ("select", () if options.select == DEFAULT_SELECT else options.select),
        ("extend-select", options.extend_select),
        ("ignore", options.ignore),
        ("severity", options.severity),
        *(("per-file-ignores", selectors) for selectors in options.per_file_ignores.values()),
    )
    for key, selectors in named:
        for selector in selectors:
            yield key, selector, options.selector_origins.get((key, selector))
    for entry in options.ignores:
        yield from (("ignores", selector, entry.origin) for selector in entry.rules)
