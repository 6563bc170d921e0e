"""Answers as they travel: streams of server-sent events, and AWS event streams."""

from __future__ import annotations

import base64
import json
import struct
import zlib
from typing import Any

from promptlint.model import JsonObject


def sse(*events: Any, end: str = "\n") -> str:
    """Each event as a `data:` field of its own, with its type beside it as most servers write it."""
    blocks = []
    for event in events:
        kind = f"event: {event['type']}{end}" if isinstance(event, dict) and "type" in event else ""
        data = event if isinstance(event, str) else json.dumps(event)
        blocks.append(f"{kind}data: {data}{end}{end}")
    return "".join(blocks)


def aws_message(payload: JsonObject, **headers: str) -> bytes:
    """One message; the headers' names come without their colon, and with _ for -."""
    named = {":" + name.replace("_", "-"): value.encode() for name, value in headers.items()}
    packed = b"".join(
        struct.pack("B", len(name)) + name.encode() + struct.pack(">BH", 7, len(value)) + value
        for name, value in named.items()
    )
    body = json.dumps(payload).encode()
    lengths = struct.pack(">II", 16 + len(packed) + len(body), len(packed))
    raw = lengths + struct.pack(">I", zlib.crc32(lengths)) + packed + body
    return raw + struct.pack(">I", zlib.crc32(raw))


def aws_chunks(*events: JsonObject) -> bytes:
    """The model's own events, as InvokeModelWithResponseStream packs them."""
    packed = [base64.b64encode(json.dumps(event).encode()).decode() for event in events]
    return b"".join(aws_message({"bytes": one, "p": "abc"}, event_type="chunk", message_type="event") for one in packed)


def aws_events(*events: JsonObject) -> bytes:
    """The events of ConverseStream, each an object with the event's name as its key."""
    return b"".join(
        aws_message(payload, event_type=name, content_type="application/json", message_type="event")
        for event in events
        for name, payload in event.items()
    )
