from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from huggingface_hub import constants

from promptlint.errors import ModelError
from promptlint.tokens import hub
from tests.tokens.hub_server import COMMIT, FakeHub, cached, running

FILES = {
    "tokenizer.json": b'{"model": 1}',
    "tokenizer_config.json": b"{}",
    "chat_template.jinja": b"{{ messages }}",
    "additional_chat_templates/rag.jinja": b"rag",
    "model.safetensors": b"weights" * 1000,
    "onnx/config.json": b"{}",
    "README.md": b"# model",
    ".hidden.json": b"{}",
}
FETCHED = ["additional_chat_templates/rag.jinja", "chat_template.jinja", "tokenizer.json", "tokenizer_config.json"]


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty Hub cache; the library reads its place once, from the environment, so the name is replaced."""
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path / "hub"))
    monkeypatch.setattr(constants, "HF_HUB_DISABLE_TELEMETRY", False)
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", False)
    return tmp_path / "hub"


@pytest.fixture
def server() -> Iterator[FakeHub]:
    with running(FakeHub(FILES)) as fake:
        yield fake


def listing(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def test_only_tokenizer_files_are_fetched(cache: Path, server: FakeHub) -> None:
    folder = hub.fetch("org/name", endpoint=server.endpoint)
    assert listing(folder) == FETCHED
    assert (folder / "tokenizer.json").read_bytes() == FILES["tokenizer.json"]
    assert not any("safetensors" in line for line in server.requests)


def test_fetched_model_is_found_without_network(cache: Path, server: FakeHub, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = hub.fetch("org/name", endpoint=server.endpoint)
    before = len(server.requests)
    assert hub.cached_snapshot("org/name", None) == folder
    assert hub.cached_snapshot("org/name", COMMIT) == folder
    assert hub.cached_model_for("org/name") == "org/name"
    assert len(server.requests) == before


def test_a_cache_that_may_not_be_read_has_no_model(
    cache: Path, server: FakeHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    hub.fetch("org/name", endpoint=server.endpoint)

    def refuse(_path: Path) -> bool:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "is_file", refuse)
    assert hub.cached_model_for("org/name") is None


def test_fetched_revision_is_found_by_its_name(cache: Path, server: FakeHub) -> None:
    folder = hub.fetch("org/name", "v1", endpoint=server.endpoint)
    assert hub.cached_snapshot("org/name", "v1") == folder
    assert hub.cached_snapshot("org/name", None) is None


def test_tokenizer_json_is_fetched_last(cache: Path, server: FakeHub) -> None:
    hub.fetch("org/name", endpoint=server.endpoint)
    assert server.requests[-1].endswith("/tokenizer.json")


def test_nothing_but_the_files_is_asked_for_and_nothing_is_told(
    cache: Path, server: FakeHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("HF_TOKEN", raising=False)
    monkeypatch.setattr(constants, "HF_TOKEN_PATH", str(cache / "no-token"))
    hub.fetch("org/name", endpoint=server.endpoint)
    assert constants.HF_HUB_DISABLE_TELEMETRY
    allowed = ("GET /api/models/org/name", "HEAD /org/name/resolve/", "GET /org/name/resolve/")
    assert [line for line in server.requests if not line.startswith(allowed)] == []
    assert not any("agent/" in headers.get("user-agent", "") for headers in server.headers)
    assert not any("authorization" in {key.lower() for key in headers} for headers in server.headers)


@pytest.mark.parametrize(
    ("status", "headers", "problem", "hint"),
    [
        (401, {}, "has no public model org/name", "HF_TOKEN"),
        (401, {"X-Error-Code": "RepoNotFound"}, "has no public model org/name", "spelling"),
        (403, {"X-Error-Code": "GatedRepo"}, "access to org/name is restricted", "accept its terms"),
        (403, {}, "access to org/name is restricted", "accept its terms"),
        (404, {"X-Error-Code": "RepoNotFound"}, "has no public model org/name", "spelling"),
        (500, {}, "answered 500", "later"),
    ],
)
def test_refusal_is_one_line(
    cache: Path, server: FakeHub, status: int, headers: dict[str, str], problem: str, hint: str
) -> None:
    server.refusal = (status, headers)
    with pytest.raises(ModelError, match=problem) as caught:
        hub.fetch("org/name", endpoint=server.endpoint)
    assert hint in str(caught.value.hint)
    assert "\n" not in str(caught.value)


def test_missing_revision_is_named(cache: Path, server: FakeHub) -> None:
    with pytest.raises(ModelError, match="org/name has no revision 'v9'"):
        hub.fetch("org/name", "v9", endpoint=server.endpoint)


def test_unreachable_hub_is_one_line(cache: Path) -> None:
    with pytest.raises(ModelError, match=r"cannot reach http://127\.0\.0\.1:9") as caught:
        hub.fetch("org/name", endpoint="http://127.0.0.1:9")
    assert "\n" not in str(caught.value)


def test_offline_variable_is_named(cache: Path, server: FakeHub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)
    with pytest.raises(ModelError, match="HF_HUB_OFFLINE"):
        hub.fetch("org/name", endpoint=server.endpoint)
    assert server.requests == []


@pytest.mark.parametrize(
    ("files", "hint"),
    [
        ({"model.gguf": b""}, "GGUF"),
        ({"tekken.json": b""}, "tekken"),
        ({"tokenizer.model": b""}, "SentencePiece"),
        ({"adapter_config.json": b""}, "adapter"),
    ],
)
def test_model_without_tokenizer_json_is_not_fetched(cache: Path, files: dict[str, bytes], hint: str) -> None:
    with running(FakeHub(files)) as server, pytest.raises(ModelError, match=r"has no tokenizer\.json") as caught:
        hub.fetch("org/name", endpoint=server.endpoint)
    assert hint in str(caught.value.hint)
    assert not any("resolve" in line for line in server.requests)


def test_too_much_is_not_fetched(cache: Path, server: FakeHub) -> None:
    server.claimed["tokenizer.json"] = hub.FETCH_LIMIT + 1
    with pytest.raises(ModelError, match="the tokenizer files of org/name are 4 files"):
        hub.fetch("org/name", endpoint=server.endpoint)
    assert not any("resolve" in line for line in server.requests)


@pytest.mark.parametrize(
    "repo", ["name", "org/name/more", "../etc", "org/..", "org--x/name", "org/name\n", "a/b\0", "é/b"]
)
def test_what_is_no_repository_is_neither_looked_up_nor_fetched(cache: Path, repo: str, no_sockets: None) -> None:
    cached(cache, "org/name", "tokenizer.json")
    assert hub.cached_snapshot(repo, None) is None
    assert hub.cached_model_for(repo) is None
    with pytest.raises(ModelError, match="is no model of the Hub"):
        hub.fetch(repo)


def test_look_up_opens_no_socket(cache: Path, no_sockets: None) -> None:
    snapshot = cached(cache, "org/name", "tokenizer.json")
    cached(cache, "org/bare")
    assert hub.cached_snapshot("org/name", None) == snapshot
    assert hub.cached_model_for("org/name") == "org/name"
    assert hub.cached_model_for("org/bare") is None
    assert hub.cached_model_for("org/other") is None
    assert hub.cached_models() == ["org/bare", "org/name"]


@pytest.mark.parametrize("revision", ["../../..", "a/../b", "refs/../..", "/etc", "no-such"])
def test_revision_stays_inside_the_cache(cache: Path, revision: str) -> None:
    cached(cache, "org/name", "tokenizer.json")
    assert hub.cached_snapshot("org/name", revision) is None


def test_reference_with_slashes_and_broken_reference(cache: Path) -> None:
    snapshot = cached(cache, "org/name", "tokenizer.json", ref="refs/pr/1")
    assert hub.cached_snapshot("org/name", "refs/pr/1") == snapshot
    cached(cache, "org/evil", "tokenizer.json")
    (cache / "models--org--evil" / "refs" / "main").write_text("../../models--org--name/snapshots/" + COMMIT)
    assert hub.cached_snapshot("org/evil", None) is None


def test_empty_cache_is_no_error(cache: Path) -> None:
    assert hub.cached_models() == []
    assert hub.cached_snapshot("org/name", None) is None
