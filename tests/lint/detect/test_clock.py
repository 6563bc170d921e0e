"""Values of the wall clock: what is one, and the many numbers and dates that are none."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from promptlint.lint.detect import clock

NOW = datetime(2026, 11, 20, 9, 20, tzinfo=UTC)

LIVE = [
    ("Klockan är nu 15.42", "15.42", "minute"),
    ("Kello on 15.42", "15.42", "minute"),
    ("Het is 15.42 uur.", "15.42 uur", "minute"),
    ("klokken er 15.42", "15.42", "minute"),
    ("Klokken er nå 15:42", "15:42", "minute"),
    ("Sono le 15.42", "15.42", "minute"),
    ("Date et heure : 17/05/2026 15:42", "17/05/2026 15:42", "minute"),
    ("Fecha y hora: 17/05/2026 15:42", "17/05/2026 15:42", "minute"),
    ("Data e ora correnti: 17/05/2026 15:42", "17/05/2026 15:42", "minute"),
    ("Aktuální čas: 15:42", "15:42", "minute"),
    ("今は2026年5月17日15時42分です", "2026年5月17日15時42分", "minute"),
    ("Nykyinen aika: 15:42", "15:42", "minute"),
    ("Τρέχουσα ώρα: 15:42", "15:42", "minute"),
    ("Τώρα είναι 15:42", "15:42", "minute"),
    ("Waktu saat ini: 15.42", "15.42", "minute"),
    ("Sekarang pukul 15:42", "15:42", "minute"),
    ("Server started at 2026-05-17 15:42:08", "2026-05-17 15:42:08", "second"),
    ("Saat: 15:42", "15:42", "minute"),
    ("Saat şu anda 15:42.", "15:42", "minute"),
    ("Current time: 1773243730 = 2026-03-11", "1773243730", "second"),
    ("Current time: 2026-11-20T09:14:07.123Z", "2026-11-20T09:14:07.123Z", "second"),
    ("Current date and time: 2026-11-20 09:14", "2026-11-20 09:14", "minute"),
    ("Now: 2026-11-20 09:14:07.123 UTC.", "2026-11-20 09:14:07.123 UTC", "second"),
    ("Conversation started: Sunday, May 17, 2026 03:42 PM", "Sunday, May 17, 2026 03:42 PM", "minute"),
    ("## Current Time\n2026-05-17 15:42 (Sunday)\n\n## Rules", "2026-05-17 15:42", "minute"),
    ("## Current Time\n\n2026-05-17 15:42\n", "2026-05-17 15:42", "minute"),
    ("**Current time**\n- 15:42:10", "15:42:10", "second"),
    ("[now]\n15:42", "15:42", "minute"),
    ("Date: Fri, 20 Nov 2026 09:14:07 GMT", "Fri, 20 Nov 2026 09:14:07 GMT", "second"),
    ("The time is 9 AM.", "9 AM", "hour"),
    ("It is 9 o'clock.", "9 o'clock", "hour"),
    ("It's 9:14 a.m. on Friday", "9:14 a.m.", "minute"),
    ("The current time is 15:42 in Berlin.", "15:42", "minute"),
    ("The current time in the user's home zone (Europe/Berlin) is 09:14.", "09:14", "minute"),
    ("Today is Friday, 20 November 2026, 09:14.", "Friday, 20 November 2026, 09:14", "minute"),
    ("As of 2026-11-20 09:14 the queue is empty.", "2026-11-20 09:14", "minute"),
    ("Generated at 11/20/2026 9:14 AM", "11/20/2026 9:14 AM", "minute"),
    ("Prompt generated 2026/11/20 09:14", "2026/11/20 09:14", "minute"),
    ("Session started at 20/11/2026 09:14", "20/11/2026 09:14", "minute"),
    ("now=2026-11-20T09:14:07", "2026-11-20T09:14:07", "second"),
    (
        "now=datetime.datetime(2026, 11, 20, 9, 14, 7, 123456)",
        "datetime.datetime(2026, 11, 20, 9, 14, 7, 123456)",
        "second",
    ),
    (
        "Today: Fri Nov 20 2026 09:14:07 GMT+0100 (Central European Standard Time)",
        "Fri Nov 20 2026 09:14:07 GMT+0100 (Central European Standard Time)",
        "second",
    ),
    ("Server time: Fri Nov 20 09:14:07 2026", "Fri Nov 20 09:14:07 2026", "second"),
    ("System time: Fri Nov 20 09:14:07 UTC 2026", "Fri Nov 20 09:14:07 UTC 2026", "second"),
    ("Unix time: 1700000000", "1700000000", "second"),
    ('{"timestamp": 1795166047123, "user": "ada"}', "1795166047123", "second"),
    ("Current timestamp: 1700000000.482", "1700000000.482", "second"),
    ("<current_time>09:14</current_time>", "09:14", "minute"),
    ("<env>\n  <time>Friday 09:14</time>\n</env>", "Friday 09:14", "minute"),
    (
        "<datetime>\n2026-11-20T09:14:07+01:00[Europe/Berlin]\n</datetime>",
        "2026-11-20T09:14:07+01:00[Europe/Berlin]",
        "second",
    ),
    ('{"time": "09:14"}', "09:14", "minute"),
    ("Date: 2026-11-20\nTime: 09:14", "2026-11-20\nTime: 09:14", "minute"),
    ("Current hour: 9", "9", "hour"),
    ("Local time: 9 PM (UTC+1)", "9 PM", "hour"),
    ("timestamp: 20261120T091407Z", "20261120T091407Z", "second"),
    ("Es ist jetzt 15:42 Uhr.", "15:42 Uhr", "minute"),
    ("Heute ist Freitag, der 20. November 2026, 15:42 Uhr", "Freitag, der 20. November 2026, 15:42 Uhr", "minute"),
    ("Aktuelle Uhrzeit: 15.42 Uhr", "15.42 Uhr", "minute"),
    ("Uhrzeit: 20.11.2026 15:42", "20.11.2026 15:42", "minute"),
    (
        "Nous sommes le vendredi 20 novembre 2026, il est 15 h 42.",
        "vendredi 20 novembre 2026, il est 15 h 42",
        "minute",
    ),
    ("Il est 15h42.", "15h42", "minute"),
    ("Hora actual: 15:42", "15:42", "minute"),
    ("Hoy es viernes, 20 de noviembre de 2026, 9:14", "viernes, 20 de noviembre de 2026, 9:14", "minute"),
    ("Hoje é sexta-feira, 20 de novembro de 2026 às 09:14", "sexta-feira, 20 de novembro de 2026 às 09:14", "minute"),
    ("Oggi è venerdì 20 novembre 2026, ore 09:14", "venerdì 20 novembre 2026, ore 09:14", "minute"),
    ("Het is nu 15:42.", "15:42", "minute"),
    ("Aktualna data i godzina: 20 listopada 2026, 09:14", "20 listopada 2026, 09:14", "minute"),
    ("Şu anki saat: 09:14", "09:14", "minute"),
    ("Bugün 20 Kasım 2026 Cuma, saat 09:14", "20 Kasım 2026 Cuma, saat 09:14", "minute"),
    ("Сейчас 15:42.", "15:42", "minute"),
    ("Сегодня пятница, 20 ноября 2026, 09:14", "пятница, 20 ноября 2026, 09:14", "minute"),
    ("Bây giờ là 09:14 ngày 20 tháng 11 năm 2026", "09:14 ngày 20 tháng 11 năm 2026", "minute"),
    ("الوقت الحالي: ٢٠٢٦-١١-٢٠ ٠٩:١٤", "٢٠٢٦-١١-٢٠ ٠٩:١٤", "minute"),
    ("वर्तमान समय: 20 नवंबर 2026 09:14", "20 नवंबर 2026 09:14", "minute"),
    ("現在時刻: 2026年5月17日 15:42", "2026年5月17日 15:42", "minute"),
    ("現在は午後3時42分です。", "午後3時42分", "minute"),
    ("当前时间：2026年5月17日 星期日 下午3点42分", "2026年5月17日 星期日 下午3点42分", "minute"),
    ("现在是 15:42。", "15:42", "minute"),
    ("지금은 오후 3시 42분입니다.", "오후 3시 42분", "minute"),
    ("현재 시각: 2026. 11. 20. 오후 3:42", "2026. 11. 20. 오후 3:42", "minute"),
    ("Timestamp: 2026-11-20 09:14:07 +0100", "2026-11-20 09:14:07 +0100", "second"),
    ("You are Ada. (It is 09:14 now.)", "09:14", "minute"),
    ("Time now - 09:14", "09:14", "minute"),
    ("| Current time | 09:14 |", "09:14", "minute"),
    ("The user's local time is 2026-11-20T09:14.", "2026-11-20T09:14", "minute"),
    ("```\nCurrent time: 09:14\n```", "09:14", "minute"),
    ("<now>\n<place>Bern</place>\n15:42\n</now>", "15:42", "minute"),
    ("Put what you invent into <sample> tags.\nCurrent time: 15:42", "15:42", "minute"),
]

FRESH = [
    ("Weather report of 2026-11-20 09:14 for Bern", "2026-11-20 09:14", "minute"),
    ("Last login: Fri Nov 20 09:14:07 on ttys001", "Fri Nov 20 09:14:07", "second"),
    ("ref 1795166047 of the desk", "1795166047", "second"),
    ("log/2026-11-20.md is your note file", "2026-11-20", "day"),
    ("Friday, November 20, 2026", "Friday, November 20, 2026", "day"),
    ("Stand: 20.11.2026", "20.11.2026", "day"),
    ("The date in Tokyo: 2026-11-21", "2026-11-21", "day"),
]

TODAY = [
    ("Today's date is 2026-11-20.", "2026-11-20"),
    ("Today's date: Friday, November 20, 2026", "Friday, November 20, 2026"),
    ("Current date: 20 November 2026", "20 November 2026"),
    ("<env>\nToday's date: 2026-11-20\n</env>", "2026-11-20"),
    ("<current_date>2026-11-20</current_date>", "2026-11-20"),
    ("Heute ist der 20. November 2026.", "20. November 2026"),
    ("今天是2026年11月20日。", "2026年11月20日"),
    ("Today is Friday.", "Friday"),
    ("Conversation started: Sunday, May 17, 2026", "Sunday, May 17, 2026"),
    ("Today is 11/20/2026", "11/20/2026"),
    ("currentDate: 2026-11-20", "2026-11-20"),
    ("本日は2026年11月20日です", "2026年11月20日"),
    ("Today's date: 2026 November 20", "2026 November 20"),
    ("Today's date is 29 February.", "29 February."),
    ("Today's date: 2026-11-20T31:99", "2026-11-20T31:99"),
]

CONSTANT = [
    "EFT son saati 16:45",
    "Şubeler saat 17:00'de kapanır.",
    "Epoch 1609459200 is 2021-01-01 00:00:00 UTC.",
    "Unix time `1609459200` = 2021-01-01T00:00:00Z",
    'const NOW = "2024-01-01T12:00:00Z"; // frozen in unit tests',
    'now = "2024-01-01T12:00:00Z"  # fixed for the tests',
    "De balie sluit om 16.30 uur.",
    "Biblioteket stänger kl. 16.00.",
    "Se nyt on 16.30",
    "Version 15.42 nu",
    "Om klockan är 15.42, ring.",
    "Hvis klokken er 15.42, så vent.",
    "The shop sold 15.42 litres now.",
    "La fecha y hora de la cita: 11/03/2026 15:42",
    "Written for version 2026.5.7 and node v22.11.0.",
    "v2026.11.20 is out",
    "## [2.1.0] - 2024-03-01\n- Fixed the 09:14 bug",
    "- 1.4.2 (2024-03-01 10:00): current time zone support",
    "Copyright (c) 2019-2026 Ada",
    "cron: 30 4 * * 1-5",
    "Run `0 9 * * *` now.",
    "Opening hours: 09:00-17:30",
    "The shop is open 09:00-17:30 today.",
    "We are open from 9 AM to 5 PM.",
    "Open now until 20:00",
    "Backups run at 04:30 every night.",
    "The job starts daily at 04:30 local time.",
    "SELECT * FROM t WHERE at > '2024-03-01 09:00:00'",
    "WHERE created BETWEEN TIMESTAMP '2024-03-01 00:00:00' AND now()",
    "The law of 12 July 2019 applies.",
    "Gesetz vom 3. März 2021",
    "Pass the current time, e.g. 2026-11-20T09:14:07Z.",
    "Example: current time 09:14",
    "Give the time as text, such as 09:14.",
    "Die aktuelle Uhrzeit, z. B. 15:42 Uhr, nennst du nicht.",
    "请使用当前时间，例如 2026年5月17日 15:42",
    "現在時刻（例: 15:42）を答える",
    "l'heure actuelle, par exemple 15 h 42",
    "la hora actual, por ejemplo 15:42",
    "<example>\nCurrent time: 2026-01-02 10:00\n</example>",
    "<examples><example><user>now: 09:14</user></example></examples>",
    "# Examples\n\nCurrent time: 09:14\nAnswer: morning",
    "User: what is it now: 09:14?\nAssistant: It is 09:14.",
    "Q: The current time is 10:00. When does the train leave?",
    "A picture of 16:9 or 16:10 now",
    "The ratio is now 16:10 units",
    "Server 10.20.30.40 and 192.168.10.20:8080",
    "Pass `timestamp` and `time` to the tool.",
    "timestamp (string): the time of the event",
    "Waybill 1732112000 belongs to Ada.",
    "Order number: 1763631000",
    "Call +41 1763631000 now",
    "message 1308743029384757248 is a snowflake",
    "id: 1308743029384757248",
    "If the current time is 22:00 or later, say good night.",
    "When it is 9 o'clock, ring the bell.",
    "wenn es jetzt 15:42 Uhr ist, dann warte",
    "如果现在是 15:42，就等待",
    "The meeting is at 15:00 today.",
    "Today at 15:00 there is a meeting.",
    "The start time: see 10:15 on the board.",
    "Check-in time: 15:00",
    "The delivery date is 2024-03-01.",
    "The battle began on 14 October 1066, at 9 AM.",
    "It is 1066 now.",
    "See John 3:16 and Psalm 23:04.",
    "error in app.py:12:34",
    "app.py:10:20: E501 line too long, current time budget",
    "fe80::10:20:30:40 is the current local address",
    "Use the date format 2024-03-01.",
    "Format timestamps like 2024-03-01T10:00:00Z.",
    "HH:MM:SS is the current time format.",
    "model claude-sonnet-4-5-20250929, gpt-4o-2024-08-06",
    "tool text_editor_20250728",
    "anthropic-version: 2023-06-01",
    "Knowledge cutoff: 2024-06",
    "Knowledge cutoff: June 2024. Released 2024-06-20.",
    "Python 3.11 now needs 20 MB.",
    "Take 5 May 2019 as the start.",
    "She was born on 5 May 1980.",
    "The 24h limit and the 48 h window are now in force.",
    "Now wait 15 h before the next call.",
    "Page 12 of 30 now",
    "You may 20 times try it now.",
    "It is 5 times faster.",
    "It is 20 degrees.",
    "today's top 10:30 list items: 12",
    "Deadline: 2024-05-01 17:00",
    "RFC 3339 timestamps, for instance 1985-04-12T23:20:50.52Z",
    "ISO 8601:2004 and ISO 8601-1:2019",
    "https://example.org/2024/03/01/current-time-10",
    "/var/log/2024-03-01/10.log",
    "In 2024 the price was 1700000000 USD",
    "colour #20261120 and 20261120px",
    "a 3:1 mix of 1:10 and 2:20",
    "Reply within 24:00 hours",
    "Mo-Fr 08:00–12:00, 13:00–17:00 Uhr geöffnet",
    "営業時間は9:00から17:30までです",
    "영업 시간은 09:00부터 18:00까지",
    "каждый день в 09:00",
    "tous les jours à 9h30",
    "todos los días a las 9:30",
    "如果今天是星期五，就休息",
    "If today is Friday, rest.",
    "Today is a good day.",
    '```json\n{"timestamp": "2024-03-01T10:00:00Z"}\n```',
    "```\nToday's date: 2024-03-01\n```",
    "Sure, 10:15 works; 11:20 does not.",
    "duration 01:30:00, current speed 12",
    "The `created_at` column holds 2024-03-01 09:00:00.",
    "You have been told the time is short.",
    "Use 12 May as the current default.",
    '[{"timestamp": 1560270036}, {"timestamp": 1560270037}, {"timestamp": 1560270038}]',
    '{"CONNECTION_TIME": "1560086374068"}',
    "the UUID epoch 1582-10-15 00:00:00",
    "Plan of 2026-W47",
    "Today's date is 2900-01-01.",
    "Today's date is 2026 November 31.",
    "Current time: 1700000000px",
    "Today is the day of the report of 2026-01-02.",
    "## Current Time\n\n\n15:42",
    "<examples>\n<example>\nCurrent time: 09:14\n</example>\n<example>\nCurrent time: 10:14\n</example>\n</examples>",
    "Put samples into <sample> tags.\n<example>\nCurrent time: 09:14\n</example>",
    "# Examples\n\n## Example 1\n\nCurrent time: 09:14\n\n## Example 2\n\nCurrent time: 10:14",
]

SHAPES = [
    ("a 2024-03-01 b 10:15 c 1700000000 d", ["2024-03-01", "10:15", "1700000000"]),
    ("from 09:00-17:30", ["09:00"]),
    ("at 5 May 2019, v22.11.0, 2026.5.7", ["5 May 2019"]),
    ("20 November 2026, 15:42 Uhr", ["20 November 2026, 15:42 Uhr"]),
    ("ISO week 2026-W47", ["2026-W47"]),
    ("ISO week 2026-W99", []),
    ("The shop closes at 18:00", []),
    ("Opening hours today: 09:00-17:30.", []),
    ("Every day at 04:30", []),
    ("Open from 9:00 to 17:00", []),
    ("Şubeler saat 17:00'de kapanır.", []),
    ("The shop is open until 20:00; it is now 15:42.", ["15:42"]),
    ("15:42, updated every minute", ["15:42"]),
    ("15:42:08 door opened", ["15:42:08"]),
    ("Klockan är nu 15.42", ["15.42"]),
    ("no clock 12 here 10.20.30.40", []),
]


def found(text: str, now: datetime | None) -> list[tuple[str, str | None]]:
    return [(text[one.start : one.end], one.granularity) for one in clock.find(text, now)]


@pytest.mark.parametrize(("text", "value", "granularity"), LIVE, ids=[one[0] for one in LIVE])
@pytest.mark.parametrize("now", [None, NOW, datetime(2027, 3, 1)], ids=["undated", "fresh", "later"])
def test_anchored(text: str, value: str, granularity: str, now: datetime | None) -> None:
    assert found(text, now) == [(value, granularity)]


@pytest.mark.parametrize(("text", "value", "granularity"), FRESH, ids=[one[0] for one in FRESH])
def test_near_the_capture_time(text: str, value: str, granularity: str) -> None:
    assert found(text, NOW) == [(value, granularity)]
    assert found(text, NOW.replace(tzinfo=None)) == [(value, granularity)]
    assert found(text, None) == []
    assert found(text, datetime(2027, 3, 1, tzinfo=UTC)) == []


@pytest.mark.parametrize(("text", "value"), TODAY, ids=[one[0] for one in TODAY])
def test_today(text: str, value: str) -> None:
    assert found(text, NOW) == found(text, None) == [(value, "day")]


@pytest.mark.parametrize("text", CONSTANT)
@pytest.mark.parametrize("now", [None, NOW], ids=["undated", "dated"])
def test_constant(text: str, now: datetime | None) -> None:
    assert found(text, now) == []


@pytest.mark.parametrize(
    "text",
    [
        "Call it with the time, e.g. 2026-11-20T09:14:07Z.",
        "SELECT * FROM t WHERE at > '2026-11-20 09:00:00'",
        "INSERT INTO t VALUES ('2026-11-20 09:14:00')",
        "## [2.1.0] - 2026-11-20",
        "The meeting is at 2026-11-20 15:00.",
        "Open 2026-11-20 09:00 - 17:00",
        "Waybill 1795166047",
        "gpt-9-2026-11-20",
    ],
)
def test_constant_though_near_the_capture_time(text: str) -> None:
    assert found(text, NOW) == []


def test_a_leap_day_without_a_year_is_one_of_a_leap_year() -> None:
    text = "Weather report of 29 February, 09:14 for Bern"
    assert found(text, datetime(2028, 2, 29, 9, 20)) == [("29 February, 09:14", "minute")]
    assert found(text, datetime(2027, 2, 28, 9, 20)) == []


@pytest.mark.parametrize(("text", "values"), SHAPES)
def test_loose(text: str, values: list[str]) -> None:
    assert [text[one.start : one.end] for one in clock.loose(text)] == values
