"""Agent traffic made up for the training of the tokenizer: tools, calls, results, logs, diffs and chat.

The words are in `words.txt` and `phrases.txt`, all our own. The same seed gives the same text.
Nothing here is a fixture: the shapes matter (JSON punctuation, schema keys, timestamps, paths), and that many
different words meet them.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from typing import Any

from promptlint.builtin.wordlists import english, phrases

SEED = 20260115
DOCUMENTS = 6000


def documents() -> Iterator[str]:
    """Made-up texts of every kind in turn, in a fixed order."""
    pen = Pen(random.Random(SEED))  # noqa: S311  # repeatable text, no secret
    kinds = (pen.tool, pen.chat, pen.prose, pen.call, pen.anthropic_tool, pen.log, pen.prose, pen.rows, pen.markdown)
    for number in range(DOCUMENTS):
        yield kinds[number % len(kinds)]()


class Pen:
    """Everything that can be written from a random generator."""

    def __init__(self, rng: random.Random) -> None:
        self.pick = rng.choice
        self.rng = rng
        self.words = english()

    def phrase(self, section: str) -> str:
        return self.pick(phrases()[section])

    def thing(self) -> str:
        return self.phrase("things")

    def name(self) -> str:
        join = self.pick(("_", "_", "_", "-", "."))
        parts = [self.phrase("verbs"), self.thing()]
        return parts[0] + parts[1].title().replace("_", "") if self.rng.random() < 0.2 else join.join(parts)

    def hexa(self, digits: int) -> str:
        return f"{self.rng.getrandbits(4 * digits):0{digits}x}"

    def stamp(self) -> str:
        date = f"20{self.rng.randrange(20, 30)}-{self.rng.randrange(1, 13):02}-{self.rng.randrange(1, 29):02}"
        clock = f"{self.rng.randrange(24):02}:{self.rng.randrange(60):02}:{self.rng.randrange(60):02}"
        return f"{date}{self.pick(('T', ' '))}{clock}{self.pick(('Z', '', '.123Z', '+00:00'))}"

    def identifier(self) -> str:
        return self.pick(
            (f"call_{self.hexa(8)}", f"toolu_{self.hexa(12)}", self.hexa(32), str(self.rng.randrange(10**6)))
        )

    def path(self) -> str:
        folders = [self.pick(("src", "lib", "tests", "docs", "app", "/home/user", "packages", "./scripts", "/var/log"))]
        folders += [self.pick(self.words).lower() for _ in range(self.rng.randrange(1, 3))]
        return "/".join(folders) + self.pick((".py", ".ts", ".json", ".md", ".yaml", ".txt", ".go", ".rs", "_test.py"))

    def sentence(self) -> str:
        subject, predicate = self.phrase("subjects"), self.phrase("predicates")
        start = subject.capitalize() if self.rng.random() < 0.6 else f"{self.phrase('openings')} {subject};"
        middle, filler = self.pick((".", ".", ",", " and")), " ".join(self.rng.sample(self.words, 3))
        return f"{start} {predicate}{middle} {filler}{self.pick('..!?')}"

    def prose(self) -> str:
        return " ".join(self.sentence() for _ in range(self.rng.randrange(2, 9)))

    def schema(self) -> dict[str, Any]:
        properties = {
            self.pick((self.thing(), f"{self.thing()}_id", self.pick(self.words).lower())): self.field()
            for _ in range(3)
        }
        schema = {"type": "object", "properties": properties, "required": list(properties)[:1]}
        extras: tuple[dict[str, Any], ...] = (
            {},
            {},
            {"additionalProperties": False},
            {"$schema": "http://json-schema.org/draft-07/schema#"},
        )
        return schema | self.pick(extras)

    def field(self) -> dict[str, Any]:
        kind = self.pick(("string", "string", "string", "integer", "number", "boolean", "array"))
        field: dict[str, Any] = {
            "type": kind,
            "description": self.phrase("descriptions").format(self.thing(), self.thing()),
        }
        more: tuple[dict[str, Any], ...] = (
            {},
            {},
            {"default": None},
            {"title": self.thing().title()},
            {"minimum": 1, "maximum": 100},
        )
        if kind == "array":
            return field | {"items": {"type": self.pick(("string", "integer", "object"))}}
        return field | (
            {"enum": self.rng.sample(phrases()["things"], 3)} if self.rng.random() < 0.2 else self.pick(more)
        )

    def tool_text(self) -> str:
        return self.phrase("tool texts").format(self.thing(), self.thing(), self.phrase("verbs"))

    def json(self, value: object) -> str:
        layout: dict[str, Any] = self.pick(({}, {}, {"separators": (",", ":")}, {"indent": 2}, {"indent": 4}))
        return json.dumps(value, ensure_ascii=False, **layout)

    def tool(self) -> str:
        function = {"name": self.name(), "description": self.tool_text(), "parameters": self.schema()}
        return self.json({"type": "function", "function": function | self.pick(({}, {"strict": True}))})

    def anthropic_tool(self) -> str:
        return self.json(
            [{"name": self.name(), "description": self.tool_text(), "input_schema": self.schema()} for _ in "ab"]
        )

    def arguments(self) -> dict[str, Any]:
        return {
            self.thing(): self.pick((self.path(), self.sentence(), self.stamp(), self.rng.randrange(100), True))
            for _ in "ab"
        }

    def call(self) -> str:
        function = {"name": self.name(), "arguments": json.dumps(self.arguments())}
        calls = [{"id": self.identifier(), "type": "function", "function": function}]
        result = {
            "role": "tool",
            "tool_call_id": self.identifier(),
            "content": json.dumps({"results": [self.arguments()]}),
        }
        block = {"type": "tool_use", "id": self.identifier(), "name": self.name(), "input": self.arguments()}
        return self.json([{"role": "assistant", "content": self.pick((None, "")), "tool_calls": calls}, result, block])

    def chat(self) -> str:
        roles = ("system", "user", "assistant", "user", "assistant")
        body = {"model": "", "messages": [{"role": role, "content": self.sentence()} for role in roles]}
        return self.json(body | {"temperature": 0.7, "max_tokens": 1024, "stream": True})

    def rows(self) -> str:
        rows = [
            {
                "id": self.identifier(),
                "name": self.thing(),
                "status": self.pick(("active", "pending", "closed", "failed")),
                "created_at": self.stamp(),
                "amount": self.rng.randrange(10**5) / 100,
                "url": f"https://example.com/{self.thing()}",
            }
            for _ in "abc"
        ]
        return self.json({"total": len(rows), "data": rows, "next_page": None, "has_more": False})

    def log(self) -> str:
        levels = ("INFO", "INFO", "DEBUG", "WARNING", "ERROR", "[info]", "level=warn")
        lines = (
            f"{self.stamp()} {self.pick(levels)} {self.phrase('log lines').format(self.thing())}" for _ in range(6)
        )
        return "\n".join(lines)

    def markdown(self) -> str:
        points = (f"{self.pick(('-', '*', '1.', '- [ ]'))} **{self.thing()}**: {self.sentence()}" for _ in "abc")
        command = self.pick(("status", "diff", "log --oneline", "commit -m"))
        first, second = self.rng.randrange(900), self.rng.randrange(900)
        return "\n\n".join(
            [
                f"# {self.thing().title()}",
                f"## {self.sentence()}",
                "\n".join(points),
                f"```bash\ncd {self.path()}\ngit {command}\n```",
                f"@@ -{first},7 +{second},8 @@\n-    {self.name()}()\n+    {self.name()}({self.thing()})",
                f"| {self.thing()} | {self.thing()} |\n| --- | --- |\n",
            ]
        )
