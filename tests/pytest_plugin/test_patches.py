from __future__ import annotations

import sys
from pathlib import Path
from types import ModuleType
from typing import Any
from unittest.mock import MagicMock

import pytest

from promptlint.pytest_plugin.patches import Patches, Target


class Client:
    def send(self) -> str:
        return "sent"


def targets(library: ModuleType) -> tuple[Target, ...]:
    around = lambda original: lambda self: f"heard, {original(self)}"  # noqa: E731  one line beside its use
    return (Target(getattr(library, "Client", None), "send", around),)


@pytest.fixture
def library(monkeypatch: pytest.MonkeyPatch) -> Any:
    module = ModuleType("library_of_a_test")
    own = {"send": Client.send, "__module__": "library_of_a_test.clients"}
    module.Client = type("Client", (), own)  # type: ignore[attr-defined]  # made by the test
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
        import late_library  # type: ignore[import-not-found]  # made by the test

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


def test_a_class_of_a_test_that_extends_the_clients_is_heard_where_it_inherits(library: Any) -> None:
    class Fake(library.Client):  # type: ignore[misc]  # made by the test
        pass

    class Talking(library.Client):  # type: ignore[misc]  # made by the test
        def send(self) -> str:
            return f"talking, {super().send()}"

    real = library.Client
    for fake, said in ((Fake, "heard, sent"), (Talking, "talking, heard, sent")):
        library.Client = fake
        with Patches({"library_of_a_test": targets}).applied():
            assert fake().send() == said
            assert real().send() == "heard, sent"
        assert real().send() == "sent"
        assert "send" not in vars(Fake)


@pytest.mark.parametrize("stand_in", [MagicMock(), None, lambda: None, type("Fake", (), {"send": Client.send}), Client])
def test_other_stand_ins_for_a_client_are_left_alone(library: Any, stand_in: Any) -> None:
    library.Client = stand_in
    before = dict(vars(stand_in)) if isinstance(stand_in, type) else {}
    with Patches({"library_of_a_test": targets}).applied():
        assert library.Client is stand_in
        assert before.items() <= getattr(stand_in, "__dict__", {}).items()


def test_a_mock_in_the_place_of_a_method_stays_one(library: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    mock = MagicMock()
    monkeypatch.setattr(library.Client, "send", mock)
    with Patches({"library_of_a_test": targets}).applied():
        library.Client().send("it")
    mock.assert_called_once_with("it")


def test_where_wrapping_fails_everything_is_as_before_and_the_next_test_is_heard(library: Any) -> None:
    fails = [True]

    def failing(library: ModuleType) -> tuple[Target, ...]:
        if fails.pop():
            raise ValueError("cannot wrap")
        return ()

    patches = Patches({"library_of_a_test": targets, "sys": failing})
    finders, before = list(sys.meta_path), library.Client.__dict__["send"]
    with pytest.raises(ValueError, match="wrap"), patches.applied():
        pass
    assert (list(sys.meta_path), library.Client.__dict__["send"]) == (finders, before)
    fails.append(False)
    with patches.applied():
        assert library.Client().send() == "heard, sent"
    assert library.Client.__dict__["send"] is before
