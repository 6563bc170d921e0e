"""Which files are looked at, in which order, and under which names."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from promptlint.collection import Collected, collect
from promptlint.errors import InputError


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Path]:
    """Makes files below the working folder."""
    monkeypatch.chdir(tmp_path)

    def make(*names: str) -> Path:
        for name in names:
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text("{}", encoding="utf-8")
        return tmp_path

    return make


def swept(*paths: str) -> tuple[Collected, ...]:
    return tuple(Collected(path, named=False) for path in paths)


def named(*paths: str) -> tuple[Collected, ...]:
    return tuple(Collected(path, named=True) for path in paths)


def test_a_folder_is_swept_in_natural_order(tree: Callable[..., Path]) -> None:
    tree("t/turn-10.json", "t/turn-2.json", "t/sub/a.yaml.gz", "t/b.HAR", "t/c.txt", "t/d.gz", "t/e.jsonl", "t/f.yml")
    tree("t/.git/a.json", "t/node_modules/a.json", "t/__pycache__/a.json", "t/.venv/a.json", "t/.hidden.json")
    expected = ("b.HAR", "e.jsonl", "f.yml", "sub/a.yaml.gz", "turn-2.json", "turn-10.json")
    assert collect(["t"]) == swept(*(f"t/{name}" for name in expected))
    assert collect(["./t/"]) == collect(["t"])
    assert collect([str(Path("t").resolve())]) == swept(*(f"{Path('t').resolve()}/{name}" for name in expected))


def test_the_working_folder_leaves_no_dot(tree: Callable[..., Path]) -> None:
    tree("a.json", "x/b.json")
    assert collect(["."]) == swept("a.json", "x/b.json")


def test_files_that_are_named_may_be_called_anything(tree: Callable[..., Path]) -> None:
    tree("a.txt", ".hidden", "b.json")
    assert collect(["b.json", "-", "a.txt", ".hidden", "-"]) == named("b.json", "-", "a.txt", ".hidden")


def test_each_file_is_there_once_and_named_if_anything_names_it(tree: Callable[..., Path]) -> None:
    tree("t/a.json", "t/b.json")
    assert collect(["t", "./t/b.json", "t/../t/a.json", "t"]) == named("t/a.json", "t/b.json")
    assert collect(["t/b.json", "t"]) == (*named("t/b.json"), *swept("t/a.json"))


def test_patterns_lead_on_from_the_folder_of_the_config(tree: Callable[..., Path], tmp_path: Path) -> None:
    tree("conf/g/1.json", "conf/g/x/2.json", "conf/g/x/3.txt", "conf/h/.git/4.json", "other/5.json")
    conf = Path("conf")
    assert collect([], ["g/**/*.json"], conf) == named("conf/g/1.json", "conf/g/x/2.json")
    assert collect([], ["g/*"], conf) == named("conf/g/1.json")
    assert collect([], ["./g/*/[23].*"], conf) == named("conf/g/x/2.json", "conf/g/x/3.txt")
    assert collect([], ["g/1.json", "**/*.json"], conf) == named("conf/g/1.json", "conf/g/x/2.json")
    assert collect([], ["g"], conf) == swept("conf/g/1.json", "conf/g/x/2.json")
    assert collect([], ["../other/*.json"], conf) == named("conf/../other/5.json")
    assert collect([], [f"{tmp_path.as_posix()}/other/*"], conf) == named(f"{tmp_path.as_posix()}/other/5.json")
    assert collect([], ["nothing/**"], conf) == ()


@pytest.mark.parametrize(
    ("paths", "patterns", "where", "hint"),
    [
        (["gone.json"], [], "gone.json", "relative to the working folder"),
        (["a.json#1"], [], "a.json#1", "name the file alone"),
        (["*.json"], [], "*.json", "captures:"),
        ([], ["gone/x.json"], "conf/gone/x.json", "captures: of the config"),
        (["x" * 5000], [], "x" * 5000, "check the name"),
        (["a\0b"], [], "a\0b", "check the name"),
    ],
)
def test_what_does_not_exist(
    paths: list[str], patterns: list[str], where: str, hint: str, tree: Callable[..., Path]
) -> None:
    tree("a.json")
    with pytest.raises(InputError, match="no such file or folder") as caught:
        collect(paths, patterns, Path("conf"))
    assert caught.value.where == where
    assert hint in (caught.value.hint or "")


def test_links_are_followed_and_loops_are_not(tree: Callable[..., Path]) -> None:
    root = tree("t/a/1.json", "elsewhere/2.json")
    (root / "t/a/loop").symlink_to(root / "t", target_is_directory=True)
    (root / "t/0-same").symlink_to(root / "t/a", target_is_directory=True)
    (root / "t/more").symlink_to(root / "elsewhere", target_is_directory=True)
    (root / "t/gone.json").symlink_to(root / "nowhere.json")
    assert collect(["t"]) == swept("t/a/1.json", "t/more/2.json")


def test_pipes_are_not_swept_up(tree: Callable[..., Path]) -> None:
    root = tree("t/a.json")
    os.mkfifo(root / "t/b.json")
    assert collect(["t"]) == swept("t/a.json")


def test_a_file_that_cannot_be_looked_at_is_passed_over(
    tree: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    tree("t/a.json", "t/shut/b.json")
    is_file = Path.is_file

    def refusing(path: Path) -> bool:  # as in a folder that may be listed and not entered
        if path.name == "b.json":
            raise PermissionError(13, "Permission denied")
        return is_file(path)

    monkeypatch.setattr(Path, "is_file", refusing)
    assert collect(["t"]) == swept("t/a.json")
    assert collect([], ["t/**/*.json"]) == named("t/a.json")
