from __future__ import annotations

import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from promptlint.pytest_plugin.patches import Patches, Target


class Client:
    def send(self) -> str:
        return "sent"


def targets(library: ModuleType) -> tuple[Target, ...]:
    return (Target(library.Client, "send", lambda original: lambda self: f"heard, {original(self)}"),)


@pytest.fixture
def library(monkeypatch: pytest.MonkeyPatch) -> Any:
    module = ModuleType("library_of_a_test")
    module.Client = type("Client", (Client,), {"send": Client.send})  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "library_of_a_test", module)
    return module


def test_a_method_is_wrapped_within_the_block_alone(library: Any) -> None:
    patches = Patches({"library_of_a_test": targets})
    before = library.Client.__dict__["send"]
    finders = list(sys.meta_path)
    with patches.applied(), patches.applied():
        assert library.Client().send() == "heard, sent"
    assert library.Client.__dict__["send"] is before
    assert sys.meta_path == finders


def test_what_somebody_else_has_put_on_top_stays(library: Any) -> None:
    patches = Patches({"library_of_a_test": targets})
    with patches.applied():
        ours = library.Client.send
        library.Client.send = lambda self: f"theirs, {ours(self)}"
    assert library.Client().send() == "theirs, heard, sent"


def test_a_library_that_comes_later_is_wrapped_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = "class Client:\n    def send(self):\n        return 'sent'\n"
    (tmp_path / "late_library.py").write_text(source, encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "late_library", raising=False)
    with Patches({"late_library": targets}).applied():
        import late_library  # type: ignore[import-not-found]

        assert late_library.Client().send() == "heard, sent"
        assert "exec_module" not in vars(late_library.__spec__.loader)
    assert late_library.Client().send() == "sent"
    monkeypatch.delitem(sys.modules, "late_library")


def test_a_library_that_is_not_there_is_still_not_there() -> None:
    with Patches({"no_such_library": targets}).applied(), pytest.raises(ModuleNotFoundError):
        import no_such_library  # type: ignore[import-not-found]  # noqa: F401


def test_something_that_a_test_has_put_in_its_place_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "library_of_a_test", None)
    with Patches({"library_of_a_test": targets}).applied():
        assert sys.modules["library_of_a_test"] is None
