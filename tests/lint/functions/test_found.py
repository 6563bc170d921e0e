"""What a detector finds in the values that a rule looks at."""

from __future__ import annotations

from tests.lint.functions.run import check, node, texts


def test_only_texts_are_looked_at() -> None:
    said = "Current time: 15:42"
    nodes = [node(1700000000), node({"text": said}, pointer="/y"), node(said, pointer="/z")]
    assert texts(check("clock", nodes)) == [("/z", "15:42")]
