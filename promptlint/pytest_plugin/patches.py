"""Wraps methods of the client libraries while something is recorded, and puts back what stood there."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec
from threading import RLock
from types import ModuleType
from typing import Any

from promptlint.records import dataclass


@dataclass(frozen=True, slots=True)
class Target:
    """A method, and what makes the one that stands in its place."""

    owner: Any  # a class or a module; what a test has put in the place of one is left alone
    name: str
    around: Callable[[Any], Any]

    def holder(self, library: str) -> Any:
        """Where the library's own function stands: a class of a test that extends the library's inherits it."""
        if isinstance(self.owner, type):
            own = (one for one in self.owner.__mro__ if one.__module__.partition(".")[0] == library)
            found: Any = next((one for one in own if self.name in vars(one)), None)
        else:
            found = self.owner if isinstance(self.owner, ModuleType) else None
        stands = None if found is None else vars(found).get(self.name)
        return found if callable(stands) and hasattr(type(stands), "__get__") else None  # a Mock is no method


Targets = Callable[[ModuleType], tuple[Target, ...]]


class Patches:
    """The wrapped methods of all libraries: of those that are there, and of others as soon as they are imported."""

    def __init__(self, libraries: Mapping[str, Targets]) -> None:
        self._libraries = libraries
        self._lock = RLock()
        self._users = 0
        self._done: list[tuple[Any, str, Any, Any]] = []  # where, what stood there, and what stands there now
        self._finder = _LateImports(libraries, self._wrap)

    @contextmanager
    def applied(self) -> Iterator[None]:
        """Wrapped within the block; blocks of several threads share it."""
        self._enter()
        try:
            yield
        finally:
            self._leave()

    def _enter(self) -> None:
        with self._lock:
            self._users += 1
            try:
                if self._users == 1:
                    self._apply()
            except BaseException:
                self._leave()
                raise

    def _leave(self) -> None:
        with self._lock:
            self._users -= 1
            if self._users == 0:
                self._restore()

    def _apply(self) -> None:
        for name in self._libraries:
            self._wrap(name, sys.modules.get(name))
        sys.meta_path.insert(0, self._finder)

    def _wrap(self, name: str, library: Any) -> None:
        with self._lock:
            if self._users == 0 or not isinstance(library, ModuleType):  # a test has put something in its place
                return
            for target in self._libraries[name](library):
                holder = target.holder(name)
                if holder is not None:
                    stood = vars(holder)[target.name]
                    stands = target.around(stood)
                    setattr(holder, target.name, stands)
                    self._done.append((holder, target.name, stood, stands))

    def _restore(self) -> None:
        if self._finder in sys.meta_path:
            sys.meta_path.remove(self._finder)
        for holder, name, stood, stands in reversed(self._done):
            # Where somebody else has wrapped ours and not put it back, ours stays below theirs; it does nothing then.
            if vars(holder).get(name) is stands:
                setattr(holder, name, stood)
        self._done.clear()


class _LateImports(MetaPathFinder):
    """Calls back when a library has been imported; how it is found and loaded is left to the others."""

    def __init__(self, names: Mapping[str, Any], imported: Callable[[str, ModuleType], None]) -> None:
        self._names = names
        self._imported = imported

    def find_spec(self, fullname: str, path: Any = None, target: ModuleType | None = None) -> ModuleSpec | None:
        """The spec that the other finders have, its loader made to call back."""
        if fullname not in self._names:
            return None
        others = (finder for finder in tuple(sys.meta_path) if finder is not self and hasattr(finder, "find_spec"))
        found = (finder.find_spec(fullname, path, target) for finder in others)
        spec = next((one for one in found if one is not None), None)
        if spec is not None and spec.loader is not None:
            self._call_back(fullname, spec.loader)
        return spec

    def _call_back(self, name: str, loader: Any) -> None:
        load = loader.exec_module

        def exec_module(module: ModuleType) -> None:
            del loader.exec_module
            load(module)
            self._imported(name, module)

        loader.exec_module = exec_module
