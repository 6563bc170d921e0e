"""Our `dataclass` against the library's: the same class by both, whatever is done with it."""

from __future__ import annotations

import copy
import dataclasses
import inspect
import pickle
import typing
from collections.abc import Callable
from typing import Any, ClassVar

import pytest

from promptlint import model, records

Maker = Callable[..., Any]
OURS: Maker = records.dataclass
LIBRARY: Maker = dataclasses.dataclass


def place(make: Maker) -> Any:
    @make(frozen=True, slots=True)
    class Place:
        """Where."""

        path: str
        line: int | None = None
        notes: list[str] = dataclasses.field(default_factory=list)
        seen: int = dataclasses.field(default=0, compare=False, repr=False)
        kind: ClassVar[str] = "file"

        @property
        def shown(self) -> str:
            return f"{self.path}:{self.line}"

    return Place


def nothing(make: Maker) -> Any:
    @make(frozen=True, slots=True)
    class Nothing:
        """No field at all."""

    return Nothing


def own(make: Maker) -> Any:
    @make(frozen=True, slots=True)
    class Own:
        """One field, and functions of its own."""

        path: str

        def __repr__(self) -> str:
            return f"<{self.path}>"

        def __hash__(self) -> int:
            return 7

    return Own


def below(make: Maker) -> Any:
    @make(frozen=True, slots=True)
    class Below(place(make)):  # type: ignore[misc]  # made by a call
        """With a field more."""

        column: int = 3

    return Below


def shown(make: Maker) -> Any:
    @make(frozen=True, slots=True)
    class Shown:
        """One field, and a text of its own."""

        path: str

        def __repr__(self) -> str:
            return f"<{self.path}>"

    return Shown


def special(make: Maker) -> list[Any]:
    """Classes that are made by the library, each for a reason of its own."""

    @make(frozen=True, slots=True)
    class After:
        """With a function that the library calls."""

        path: str
        length: int = dataclasses.field(init=False, default=0)

        def __post_init__(self) -> None:
            object.__setattr__(self, "length", len(self.path))

    @make(frozen=True, slots=True)
    class Named:
        """With a field by name alone."""

        path: str
        _: dataclasses.KW_ONLY
        line: int = 0

    @make(frozen=True, slots=True)
    class Equal:
        """With a comparison of its own."""

        path: str

        def __eq__(self, other: object) -> bool:
            return True

    @make(frozen=True, slots=True)
    class Untold:
        path: str

    return [After, Named, Equal, Untold]


def below_of_the_library(make: Maker) -> Any:
    """What somebody else makes from a class of ours."""

    @dataclasses.dataclass(frozen=True, slots=True, repr=False)
    class Theirs(place(make)):  # type: ignore[misc]  # made by a call
        """With a field more."""

        column: int = 3

    return Theirs


CLASSES = [place, below, own, shown, below_of_the_library]


def answer(do: Callable[[], Any]) -> Any:
    """What comes out, or what is raised."""
    try:
        return do()
    except Exception as error:
        return type(error), str(error)


def said(cls: Any) -> list[Any]:
    """What a class and its objects say of themselves; no objects, which are equal to none of another class."""
    one, same, other = cls("a"), cls("a"), cls("b")
    return [
        repr(one),
        one == same,
        one == other,
        one == "a",
        one != other,
        hash(cls("a")) == hash(cls("a")) if cls.__name__ == "Own" else answer(lambda: hash(one)),
        answer(cls),
        answer(lambda: setattr(one, "path", "c")),
        answer(lambda: delattr(one, "path")),
        repr(dataclasses.replace(one, path="z")),
        answer(lambda: dataclasses.replace(one, unknown=1)),
        dataclasses.asdict(one),
        dataclasses.astuple(one),
        dataclasses.is_dataclass(one),
        [(field.name, field.compare, field.repr) for field in dataclasses.fields(one)],
        repr(cls.__dataclass_params__),
        cls.__match_args__,
        cls.__slots__,
        hasattr(one, "__dict__"),
        cls.__doc__,
        copy.copy(one) == one,
        copy.deepcopy(one) == one,
        str(inspect.signature(cls)),
        cls.__init__.__qualname__,
        inspect.get_annotations(cls.__init__),
    ]


@pytest.mark.parametrize("make", CLASSES)
def test_it_says_the_same_of_itself(make: Callable[[Maker], Any]) -> None:
    assert said(make(OURS)) == said(make(LIBRARY))


@pytest.mark.parametrize("number", range(4))
def test_what_is_special_is_the_librarys(number: int) -> None:
    ours, theirs = special(OURS)[number], special(LIBRARY)[number]
    for do in (
        lambda cls: repr(cls("abc")),
        lambda cls: cls("abc") == cls("abd"),
        lambda cls: hash(cls("abc")) == hash(cls("abc")),
        lambda cls: cls("abc", 5),
        lambda cls: cls("abc", line=5),
        lambda cls: cls.__doc__,
        lambda cls: str(inspect.signature(cls)),
    ):
        assert str(answer(lambda do=do: do(ours))) == str(answer(lambda do=do: do(theirs)))  # type: ignore[misc]  # mypy: lambda


def test_what_holds_itself_can_be_shown() -> None:
    one, same = place(OURS)("a"), place(LIBRARY)("a")
    for itself in (one, same):
        itself.notes.append(itself)
    assert repr(one) == repr(same)


def test_what_is_equal_to_nothing_is_equal_to_itself_alone() -> None:
    """As the library has it: values are compared in tuples, which look at the objects first."""
    nan = float("nan")
    for maker in (OURS, LIBRARY):
        cls = own(maker)
        assert cls(nan) == cls(nan)
        assert cls(nan) != cls(float("nan"))


def test_annotations_are_looked_up_where_the_class_is() -> None:
    assert typing.get_type_hints(model.Finding.__init__)["place"] is model.Place
    for cls in (model.Finding, model.Pair, model.Prompt, model.Report, model.Request):
        assert cls.__init__.__module__ == "promptlint.model"
        assert inspect.signature(cls, eval_str=True).return_annotation is None


def test_a_class_without_fields() -> None:
    for maker in (OURS, LIBRARY):
        cls = nothing(maker)
        assert (cls() == cls(), hash(cls()) == hash(cls()), repr(cls()).endswith("Nothing()")) == (True, True, True)


def test_what_does_not_count_is_neither_compared_nor_shown() -> None:
    cls = place(OURS)
    assert cls("a", seen=1) == cls("a", seen=2)
    assert "seen" not in repr(cls("a", seen=1))
    assert cls("a", notes=["x"]) != cls("a")


def test_no_attribute_can_be_added() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError, match="cannot assign to field 'unknown'"):
        place(OURS)("a").unknown = "c"  # the library's own answers with a TypeError, by mistake


def test_each_object_has_a_default_of_its_own() -> None:
    cls = place(OURS)
    first, second = cls("a"), cls("a")
    first.notes.append("x")
    assert second.notes == []
    assert cls("a", 2, ["y"]).shown == "a:2"


@records.dataclass(frozen=True, slots=True)
class Pickled:
    """It has to be found by its name."""

    path: str
    line: int = 0


def test_it_can_be_pickled() -> None:
    assert pickle.loads(pickle.dumps(Pickled("a", 2))) == Pickled("a", 2)
    assert {Pickled("a"), Pickled("a")} == {Pickled("a", 0)}


def test_another_kind_is_made_by_the_library() -> None:
    @records.dataclass
    class Plain:
        path: str

    @records.dataclass(frozen=True, slots=True, repr=False)
    class Quiet:
        path: str

    changed = Plain("a")
    changed.path = "b"
    assert changed == Plain("b")
    assert "path" not in repr(Quiet("a"))
    assert Quiet("a") == Quiet("a")


def test_a_mistake_in_a_class_is_told() -> None:
    def wrong(maker: Maker) -> None:
        @maker(frozen=True, slots=True)
        class Wrong:
            first: int = 1
            second: str

    assert answer(lambda: wrong(LIBRARY))[0] is TypeError
    assert answer(lambda: wrong(OURS))[0] in (TypeError, SyntaxError)
