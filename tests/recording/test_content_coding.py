from __future__ import annotations

import gzip
import zlib
from collections.abc import Callable
from importlib import import_module

import pytest

from promptlint.recording.content_coding import unpacked

TEXT = b"data: hello\n\n" * 100


def bare_deflate(raw: bytes) -> bytes:
    packing = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return packing.compress(raw) + packing.flush()


def by(*modules: str) -> Callable[[bytes], bytes]:
    def pack(raw: bytes) -> bytes:
        for name in modules:
            try:
                packed: bytes = import_module(name).compress(raw)
            except ImportError:
                continue
            return packed
        pytest.skip(f"{modules[-1]} is not installed")

    return pack


@pytest.mark.parametrize(
    ("coding", "pack"),
    [
        ("", bytes),
        ("identity", bytes),
        ("gzip", gzip.compress),
        (" GZIP", gzip.compress),
        ("deflate", zlib.compress),
        ("deflate", bare_deflate),
        ("br", by("brotli")),
        ("zstd", by("compression.zstd", "backports.zstd")),
    ],
)
def test_it_reads_what_it_names_but_no_more_than_allowed(coding: str, pack: Callable[[bytes], bytes]) -> None:
    assert unpacked(pack(TEXT), coding, len(TEXT)) == TEXT
    assert unpacked(pack(TEXT), coding, len(TEXT) - 1) is None


@pytest.mark.parametrize("coding", ["gzip", "deflate", "br", "zstd", "gzip,br", "snappy"])
def test_what_cannot_be_read_is_nothing(coding: str) -> None:
    assert unpacked(b"\x01no such thing", coding, 1000) is None
