from __future__ import annotations

import contextlib
import os
import struct
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from promptlint.errors import ModelError
from promptlint.tokens import gguf_metadata
from promptlint.tokens.gguf_metadata import read_metadata
from tests.tokens.gguf_writer import header, string, value, write_gguf

VALUES = {
    "general.name": "Größe ▁",
    "general.flag": True,
    "general.count": 7,
    "general.ratio": 0.5,
    "tokenizer.ggml.tokens": ["a", "", "ß", "▁the"],
    "tokenizer.ggml.token_type": (1, 3, 1, 1),
    "tokenizer.ggml.scores": (0.0, -1.5, -2.0, -3.0),
}


def test_every_kind_of_value_comes_back(tmp_path: Path) -> None:
    assert read_metadata(write_gguf(tmp_path / "m.gguf", VALUES)).values == VALUES


def test_only_wanted_keys_are_kept_and_the_rest_is_stepped_over(tmp_path: Path) -> None:
    path = write_gguf(tmp_path / "m.gguf", {"llama.words": ["x"] * 9, "llama.numbers": (1, 2), "llama.n": 3, **VALUES})
    assert read_metadata(path).values == VALUES


def test_tensors_behind_the_metadata_do_not_matter(tmp_path: Path) -> None:
    path = Path(write_gguf(tmp_path / "m.gguf", VALUES))
    before = read_metadata(str(path))
    path.write_bytes(path.read_bytes() + os.urandom(4096))
    assert read_metadata(str(path)) == before


def test_version_2_is_read(tmp_path: Path) -> None:
    path = tmp_path / "m.gguf"
    path.write_bytes(header(1, version=2) + string("general.n") + value(1))
    assert read_metadata(str(path)).values == {"general.n": 1}


HUGE = 2**63
BROKEN = {
    "no gguf": (header(0, magic=b"PK\x03\x04"), "begins with b'PK"),
    "empty": (b"", "only 0 bytes"),
    "version 1": (header(0, version=1), "version 1"),
    "version 4": (header(0, version=4), "version 4"),
    "big endian": (header(0, order=">"), "big-endian"),
    "many keys": (header(HUGE), "9,223,372,036,854,775,808 keys"),
    "many tensors": (header(0, tensors=HUGE), "9,223,372,036,854,775,808 tensors"),
    "fewer keys than said": (header(1), "end of the file"),
    "long key": (header(1) + struct.pack("<Q", HUGE), "bytes"),
    "key beyond the file": (header(1) + struct.pack("<Q", 100) + b"abc", "100 bytes would end behind the end"),
    "unknown type": (header(1) + string("k") + struct.pack("<I", 99), "unknown value type 99"),
    "string beyond the file": (header(1) + string("k") + struct.pack("<IQ", 8, HUGE), "end of the file"),
    "array of arrays": (header(1) + string("k") + struct.pack("<IIQ", 9, 9, 1), "array of arrays"),
    "array of nothing": (header(1) + string("k") + struct.pack("<IIQ", 9, 77, 1), "unknown type 77"),
    "many numbers": (header(1) + string("k") + struct.pack("<IIQ", 9, 4, HUGE), "numbers would end behind"),
    "many strings": (header(1) + string("k") + struct.pack("<IIQ", 9, 8, HUGE), "strings would end behind"),
    "array cut off": (header(1) + string("k") + struct.pack("<IIQQ", 9, 8, 1, 50), "string 0 of 1 would end"),
    "not utf-8": (header(1) + string("general.k") + struct.pack("<IQ", 8, 1) + b"\xff", "not UTF-8"),
    "string not utf-8": (
        header(1) + string("general.k") + struct.pack("<IIQ", 9, 8, 2) + string("a") + struct.pack("<Q", 1) + b"\xff",
        "string 1 is not UTF-8",
    ),
    "key twice": (header(2) + (string("general.k") + value(1)) * 2, "appears twice"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_broken_file_is_one_line(tmp_path: Path, name: str) -> None:
    raw, problem = BROKEN[name]
    path = tmp_path / "m.gguf"
    path.write_bytes(raw)
    with pytest.raises(ModelError) as caught:
        read_metadata(str(path))
    assert problem in str(caught.value)
    assert str(path) in str(caught.value)
    assert "\n" not in str(caught.value)


def test_every_truncation_is_noticed(tmp_path: Path) -> None:
    whole = Path(write_gguf(tmp_path / "m.gguf", VALUES)).read_bytes()
    cut = tmp_path / "cut.gguf"
    for length in range(len(whole)):
        cut.write_bytes(whole[:length])
        with pytest.raises(ModelError):
            read_metadata(str(cut))


@settings(max_examples=200, deadline=None)
@given(data=st.data())
def test_flipped_bytes_give_values_or_a_model_error(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    path = Path(write_gguf(tmp_path_factory.mktemp("flip") / "m.gguf", VALUES))
    raw = bytearray(path.read_bytes())
    for at in data.draw(st.lists(st.integers(0, len(raw) - 1), min_size=1, max_size=4)):
        raw[at] = data.draw(st.integers(0, 255))
    path.write_bytes(raw)
    with contextlib.suppress(ModelError):
        read_metadata(str(path))


def test_metadata_behind_the_limit_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write_gguf(tmp_path / "m.gguf", VALUES)
    monkeypatch.setattr(gguf_metadata, "METADATA_LIMIT", 64)
    with pytest.raises(ModelError, match="the limit for metadata"):
        read_metadata(path)


def test_missing_folder_and_pipe_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="No such file"):
        read_metadata(str(tmp_path / "none.gguf"))
    with pytest.raises(ModelError, match="cannot read"):
        read_metadata(str(tmp_path))
    if Path("/dev/null").exists():
        with pytest.raises(ModelError, match="not a regular file"):
            read_metadata("/dev/null")
