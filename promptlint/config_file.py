"""A config file's text → plain values, and the line on which each key stands."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from promptlint.errors import ConfigError
from promptlint.records import dataclass

if TYPE_CHECKING:
    import yaml

LARGEST = 64 * 1024  # bytes of promptlint.yaml; YAML is read by slow Python code and comes from strangers too
LARGEST_TOML = 1024 * 1024
# What there is of `tool` where it can hold our table: [tool.promptlint], tool.promptlint.x =, [tool], tool =
MAYBE_OURS = r"""tool["']?[ \t]*+(?:\.[ \t]*+["']?promptlint\b|[\]=])"""
Keys = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ConfigFile:
    """What a file says: nested plain values, and the 1-based line of every key that could be found."""

    path: Path
    values: Mapping[str, Any]
    lines: Mapping[Keys, int]

    def where(self, *keys: str) -> str:
        """`path:line` of a key, of the nearest key around it, or the path alone."""
        for length in range(len(keys), 0, -1):
            if keys[:length] in self.lines:
                return f"{self.path}:{self.lines[keys[:length]]}"
        return str(self.path)


def read(path: Path) -> ConfigFile | None:
    """What the file says; None for a TOML file without a [tool.promptlint] table."""
    is_toml = path.suffix == ".toml"
    text = text_of(path, LARGEST_TOML if is_toml else LARGEST)
    return _read_toml(path, text) if is_toml else parse_yaml(path, text)


def text_of(path: Path, largest: int, what: str = "config") -> str:
    """The text of a file of ours; `what` names it in errors. Raises ConfigError."""
    try:
        with path.open("rb") as file:
            data = file.read(largest + 1)
        if len(data) > largest:
            raise ConfigError(f"the {what} is larger than {largest} bytes", where=str(path))
        return data.decode("utf-8-sig")
    except OSError as error:
        raise ConfigError(f"cannot read the {what}: {error.strerror}", where=str(path)) from None
    except UnicodeDecodeError:
        raise ConfigError(f"the {what} is not UTF-8 text", where=str(path)) from None


def _read_toml(path: Path, text: str) -> ConfigFile | None:
    if "promptlint" not in text or re.search(MAYBE_OURS, text) is None:
        return None
    from promptlint import config_toml

    found = config_toml.table(path, text)
    return None if found is None else ConfigFile(path, found, dict(config_toml.lines(text)))


def parse_yaml(path: Path, text: str, what: str = "config") -> ConfigFile:
    """What a YAML text says, with the lines of its keys; `what` names it in errors. Raises ConfigError."""
    import yaml

    try:
        loader = yaml.SafeLoader(text)
        root = loader.get_single_node()
        tree = _Tree(path, loader)
        values = {} if root is None else tree.value(root, ())
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise ConfigError(f"not valid YAML: {error.problem}", where=_at(path, mark)) from None
    except (yaml.YAMLError, RecursionError) as error:
        raise ConfigError(f"not valid YAML: {error}", where=str(path)) from None
    if not isinstance(values, dict):
        raise ConfigError(
            f"the {what} must be a mapping of keys to values", where=_at(path, root.start_mark if root else None)
        )
    return ConfigFile(path, values, tree.lines)


def _at(path: Path, mark: yaml.Mark | None) -> str:
    return f"{path}:{mark.line + 1}:{mark.column + 1}" if mark else str(path)


class _Tree:
    """Turns YAML nodes into values. No aliases: a few of them nested are gigabytes of values."""

    def __init__(self, path: Path, loader: yaml.SafeLoader) -> None:
        self.path = path
        self.loader = loader
        self.lines: dict[Keys, int] = {}
        self.seen: set[int] = set()

    def value(self, node: yaml.Node, keys: Keys) -> Any:
        import yaml

        if id(node) in self.seen:
            raise ConfigError("aliases (*name) are not supported here", where=_at(self.path, node.start_mark))
        self.seen.add(id(node))
        if isinstance(node, yaml.MappingNode):
            return {self.key(key, keys): self.value(value, (*keys, str(key.value))) for key, value in node.value}
        if isinstance(node, yaml.SequenceNode):
            return [self.item(item, (*keys, str(number))) for number, item in enumerate(node.value)]
        try:
            return self.loader.construct_object(node)
        # Each type fails in its own way: 2026-99-99, !!bool x, !!int "", !!timestamp x, a float of 10,000 digits.
        except (ValueError, LookupError, AttributeError, OverflowError):
            kind = node.tag.rpartition(":")[2]
            raise ConfigError(f"this is no {kind}", where=_at(self.path, node.start_mark), hint="quote it") from None

    def item(self, node: yaml.Node, keys: Keys) -> Any:
        self.lines[keys] = node.start_mark.line + 1
        return self.value(node, keys)

    def key(self, node: yaml.Node, keys: Keys) -> str:
        name = node.value
        if not isinstance(name, str):
            raise ConfigError("a key must be a plain name", where=_at(self.path, node.start_mark))
        if (*keys, name) in self.lines:
            raise ConfigError(f"the key {name!r} stands here twice", where=_at(self.path, node.start_mark))
        self.lines[(*keys, name)] = node.start_mark.line + 1
        return name
