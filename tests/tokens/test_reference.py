from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from huggingface_hub import constants

from promptlint.errors import ModelError
from promptlint.tokens import hub
from promptlint.tokens.reference import ModelSource, resolve
from tests.tokens.hub_server import COMMIT, cached

pytestmark = pytest.mark.usefixtures("no_sockets")


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty working folder beside an empty Hub cache."""
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path / "hub"))
    folder = tmp_path / "here"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return folder


def model(folder: Path, *names: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for name in names or ("tokenizer.json",):
        (folder / name).write_text("{}")
    return folder


def fails(reference: str, *, online: bool = False) -> tuple[str, str]:
    """Message and hint."""
    with pytest.raises(ModelError) as caught:
        resolve(reference, online=online)
    assert "\n" not in f"{caught.value}{caught.value.hint}"
    return str(caught.value), str(caught.value.hint)


def test_builtin_is_never_exact_and_never_a_folder_of_that_name(here: Path) -> None:
    model(here / "builtin")
    source = resolve("builtin", online=False)
    assert (source.kind, source.exact, Path(source.path).parent.name) == ("builtin", False, "promptlint")
    assert resolve("./builtin", online=False).kind == "folder"


def test_folder_and_gguf_file(here: Path) -> None:
    model(here / "models" / "qwen")
    (here / "m.GGUF").write_bytes(b"GGUF")
    assert resolve("models/qwen", online=False) == ModelSource("models/qwen", "folder", "models/qwen")
    assert resolve(str(here / "m.GGUF"), online=False).kind == "gguf"


def test_existing_folder_wins_over_the_hub(here: Path, tmp_path: Path) -> None:
    cached(tmp_path / "hub", "org/name", "tokenizer.json")
    assert resolve("org/name", online=False).path != "org/name"
    model(here / "org" / "name")
    assert resolve("org/name", online=False) == ModelSource("org/name", "folder", "org/name")


def test_cached_model_with_and_without_revision(here: Path, tmp_path: Path) -> None:
    snapshot = cached(tmp_path / "hub", "org/name", "tokenizer.json")
    other = cached(tmp_path / "hub", "org/name", "tokenizer.json", ref="v1", commit="f" * 40)
    assert resolve("org/name", online=False) == ModelSource("org/name", "folder", str(snapshot), COMMIT)
    assert resolve("org/name@v1", online=True) == ModelSource("org/name@v1", "folder", str(other), "f" * 40)
    assert resolve("org/name@" + "f" * 40, online=False).path == str(other)


def test_links_in_a_snapshot_are_followed(here: Path, tmp_path: Path) -> None:
    snapshot = cached(tmp_path / "hub", "org/name")
    blob = tmp_path / "hub" / "models--org--name" / "blobs" / "abc"
    blob.parent.mkdir()
    blob.write_text("{}")
    (snapshot / "tokenizer.json").symlink_to(blob)
    assert resolve("org/name", online=False).path == str(snapshot)


def test_server_is_named_but_not_asked(here: Path) -> None:
    assert resolve("http://localhost:8080", online=False).kind == "server"
    assert resolve("https://host/v1", online=False) == ModelSource("https://host/v1", "server", "https://host/v1")


def test_model_that_is_not_cached(here: Path, tmp_path: Path) -> None:
    cached(tmp_path / "hub", "Qwen/Qwen3-8B", "tokenizer.json")
    message, hint = fails("qwen/qwen3-8b")
    assert message == "qwen/qwen3-8b is no folder and not in the Hub cache"
    assert str(tmp_path / "hub") in hint
    assert "did you mean Qwen/Qwen3-8B?" in hint
    assert "promptlint fetch qwen/qwen3-8b" in hint
    assert "--online" in hint
    assert "did you mean" not in fails("something/else")[1]


def test_cached_model_without_tokenizer(here: Path, tmp_path: Path) -> None:
    snapshot = cached(tmp_path / "hub", "org/name", "config.json")
    message, hint = fails("org/name")
    assert message == "org/name has no tokenizer.json in the Hub cache"
    assert str(snapshot) in hint


def test_online_fetches_what_is_missing_and_only_that(
    here: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[str, str | None]] = []

    def fetch(repo: str, revision: str | None) -> Path:
        asked.append((repo, revision))
        return cached(tmp_path / "hub", repo, "tokenizer.json")

    monkeypatch.setattr(hub, "fetch", fetch)
    fails("org/name@v1")
    assert asked == []
    assert resolve("org/name@v1", online=True).revision == COMMIT
    assert resolve("org/name", online=True).revision == COMMIT
    assert asked == [("org/name", "v1")]


@pytest.mark.parametrize(
    "reference", ["./model", "/no/such", "a/b/c", "x.gguf", "org/x.gguf", "~/no-such-model", "a\\b"]
)
def test_missing_path_says_where_it_was_looked_for(here: Path, reference: str) -> None:
    message, hint = fails(reference)
    assert message == f"no model at {reference}"
    assert "looked for /" in hint


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (("tokenizer.model",), "SentencePiece"),
        (("tekken.json",), "tekken.json alone"),
        (("q4.gguf", "q8.gguf"), "q4.gguf"),
        (("config.json",), "looked for /"),
    ],
)
def test_folder_without_tokenizer_says_what_it_has(here: Path, names: tuple[str, ...], expected: str) -> None:
    model(here / "m", *names)
    message, hint = fails("m")
    assert message == "m has no tokenizer.json"
    assert expected in hint


def test_the_folder_above_the_model_names_the_one_below(here: Path) -> None:
    model(here / "models" / "qwen3-8b")
    assert fails("models") == ("models has no tokenizer.json", "name models/qwen3-8b")


@pytest.mark.parametrize("typed", ["models/qwen3-8", "./models/qwen38b", "models/qwen-3-8b@main"])
def test_a_slip_in_the_name_of_a_folder_is_corrected(here: Path, typed: str) -> None:
    model(here / "models" / "qwen3-8b")
    (here / "models" / "qwen3-8c").write_text("a file")
    assert "did you mean models/qwen3-8b? " in fails(typed)[1]
    assert "did you mean" not in fails("models/mistral")[1]


def test_a_slip_in_a_bare_name_is_corrected(here: Path) -> None:
    model(here / "qwen3-8b")
    assert fails("qwen38b")[1].startswith("did you mean qwen3-8b? write builtin")


def test_file_that_is_no_model(here: Path) -> None:
    model(here / "m", "tokenizer.json", "notes.txt")
    assert "name its folder: m" in fails("m/tokenizer.json")[1]
    assert ".gguf" in fails("m/notes.txt")[1]


def test_unreadable_folder_is_one_line(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_: Path) -> Iterator[Path]:
        raise PermissionError(13, "Permission denied")

    model(here / "m", "config.json")
    monkeypatch.setattr(Path, "iterdir", refuse)
    assert fails("m")[0] == "cannot look at m: Permission denied"


@pytest.mark.parametrize("reference", ["qwen3", "", "org/na me", "@v1", "org/name\0", "x" * 5000, "gpt-4o"])
def test_anything_else_is_told_the_forms(here: Path, reference: str) -> None:
    message, hint = fails(reference)
    assert "is no model reference" in message
    assert "org/name[@revision]" in hint


def test_bare_name_of_a_cached_model_is_recognised(here: Path, tmp_path: Path) -> None:
    cached(tmp_path / "hub", "Qwen/Qwen3-8B", "tokenizer.json")
    assert "did you mean Qwen/Qwen3-8B?" in fails("qwen3-8b")[1]
