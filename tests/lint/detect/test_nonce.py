"""Identifiers of one request or session; constant identifiers and hashes are none."""

from __future__ import annotations

import pytest

from promptlint.lint.detect import nonce

UUID = "8b0f6a6e-3c1f-4f6e-9d53-0c7d9e3f1a22"
HEX = "4bf92f3577b34da6a3ce929d0e0e4736"
ULID = "01J9Z3K4M5N6P7Q8R9S0T1V2W3"

FRESH = [
    (f'Inbound context (trusted metadata):\n```json\n{{"message_id": "{UUID}"}}\n```', UUID, "UUID"),
    (f"Follow the examples.\nrequest_id: {UUID}", UUID, "UUID"),
    (f'Example:\n{{"a": 1}}\nrequest_id: {UUID}', UUID, "UUID"),
    (f'Example:\n{{\n"a": 1\n}}\n\nrequest_id: {UUID}', UUID, "UUID"),
    (
        f"The sample requests below are answered one by one in the order in which they came:\nrequest_id: {UUID}",
        UUID,
        "UUID",
    ),
    ("<<<EXTERNAL_UNTRUSTED id='25a1e3a44dacfd43'>>>", "25a1e3a44dacfd43", "hex token"),
    ("message_id: 1303", "1303", "request number"),
    (f"message_id: {UUID}", UUID, "UUID"),
    ("request_id=req_011CSHoEeqs5C35K2UUqR7Fy", "req_011CSHoEeqs5C35K2UUqR7Fy", "random token"),
    (f"Request ID: {UUID}.", UUID, "UUID"),
    (f"requestId: '{UUID}'", UUID, "UUID"),
    (f'{{"trace_id": "{HEX}"}}', HEX, "hex token"),
    (f"trace id: {HEX}", HEX, "hex token"),
    (f"The session ID is {ULID}", ULID, "ULID"),
    (f"<session_id>{UUID}</session_id>", UUID, "UUID"),
    (f"**Conversation ID**: `{UUID}`", UUID, "UUID"),
    (f"x-request-id: {UUID}", UUID, "UUID"),
    (f"correlation-id: {HEX}", HEX, "hex token"),
    (f"run_id={UUID}", UUID, "UUID"),
    (f"thread_id: {UUID}", UUID, "UUID"),
    ("nonce: 8f3a91", "8f3a91", "request token"),
    (f"Nonce = {HEX}", HEX, "hex token"),
    ("cch=9f3e1;", "9f3e1", "request token"),
    (f"idempotency-key: {UUID}", UUID, "UUID"),
    (
        "x-anthropic-billing-header: cc_version=2.1.3; cc_entrypoint=cli; cch=a1b2c;",
        "x-anthropic-billing-header: cc_version=2.1.3; cc_entrypoint=cli; cch=a1b2c;",
        "billing header",
    ),
    ("conversation_id: 1308743029384757248", "1308743029384757248", "snowflake number"),
    (f"会话ID：{UUID}", UUID, "UUID"),
    (f"リクエストID: {UUID}", UUID, "UUID"),
    (f"Sitzungs-ID: {UUID}", UUID, "UUID"),
]

CONSTANT = [
    f'Sample response:\n{{"id": 1, "request_id": "{UUID}"}}',
    f'Sample response:\n```json\n{{"request_id": "req_7f9c24e8b1d34a5f", "trace_id": "{HEX}"}}\n```',
    f'五、接口示例：\n```json\n{{"trace_id": "{HEX}"}}\n```',
    f'示例\n{{"trace_id": "{HEX}"}}',
    f'Example:\n\n{{\n  "a": 1,\n  "trace_id": "{HEX}"\n}}',
    f'Beispielantwort: {{"trace_id": "{HEX}"}}',
    f'レスポンス例\n{{"trace_id": "{HEX}"}}',
    f'The service answers:\n```json\n{{"trace_id": "{HEX}"}}\n```',
    f"<example>\ntrace_id: {HEX}\n</example>",
    f"tenant_id: {UUID}",
    f"org_id: {UUID}",
    f"organization_id={UUID}",
    f"project id: {UUID}",
    f"account_id: {UUID}",
    f"user_id: {UUID}",
    f"customer_id: {HEX}",
    f"workspace_id: {UUID}",
    f"commit {HEX}",
    f"sha: {HEX}",
    f"sha256:{HEX}{HEX}",
    f"integrity sha512-{HEX}",
    f"image: registry/app@sha256:{HEX}{HEX}",
    f"model digest {HEX}",
    f"checksum {HEX}",
    "request_id: 123e4567-e89b-12d3-a456-426614174000",
    "session_id: 00000000-0000-0000-0000-000000000000",
    f"e.g. request_id: {UUID}",
    f"<example>request_id: {UUID}</example>",
    "colour #ff8800 and #1a2b3c4d",
    "Pass message_id (string) to the tool.",
    "message_id: str",
    "message_id: The id of the message",
    "request_id: <uuid>",
    "request_id={request_id}",
    "request_id: your_request_id_here",
    "trace_id identifies the trace",
    "the message id is required",
    "nonce: a random number",
    "nonce: string",
    "Never repeat the session id.",
    "session_id: main",
    "session_id: 12",
    f"A UUID looks like {UUID}",
    "valid 1308743029384757248 as number",
    "branch cch-2 and id 5",
    "Annonce: A12345",
    "<<<BEGIN id='user-content'>>>",
]


@pytest.mark.parametrize(("text", "value", "kind"), FRESH)
def test_fresh(text: str, value: str, kind: str) -> None:
    assert [(text[one.start : one.end], one.kind) for one in nonce.find(text)] == [(value, kind)]


@pytest.mark.parametrize("text", CONSTANT)
def test_constant(text: str) -> None:
    assert [text[one.start : one.end] for one in nonce.find(text)] == []


@pytest.mark.parametrize(
    ("text", "values"),
    [
        (f"a {UUID} b", [UUID]),
        (f"tenant {HEX}, commit 1a2b3c4d", [HEX, "1a2b3c4d"]),
        (f"{ULID} toolu_01A09q90qw90lq917835lq9", [ULID, "toolu_01A09q90qw90lq917835lq9"]),
        (f"/tmp/agent-{UUID}", [UUID]),
        ("/tmp/s_kX9vQ2mTz4Lw.json", ["kX9vQ2mTz4Lw"]),
        ("box-9c1d2e7a41b0 and release-2024-camelCaseName HTTP2Server2Client4", ["9c1d2e7a41b0"]),
        ("1308743029384757248 and 12345678", ["1308743029384757248"]),
        ("responsibilities internationalization some-long-kebab-case-name deadbeef", []),
        ("get_weather_forecast_for_city_v2 claude-sonnet-4-5-20250929", []),
    ],
)
def test_loose(text: str, values: list[str]) -> None:
    assert [text[one.start : one.end] for one in nonce.loose(text)] == values
