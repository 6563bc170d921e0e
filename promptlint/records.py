"""`dataclass` as the standard library has it, for the classes that are made at every start.

For a frozen one with slots the library compiles six functions, each by itself: a millisecond for each class, and a
run makes more than a hundred before it does anything. Here `__init__` alone is compiled and all others are shared, in a
quarter of the time; what a class does is the same. Every other kind of dataclass (made from another one, with fields
that `__init__` does not take by place, with functions that the library would work around) is made by the library.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dataclasses import dataclass as dataclass
else:
    import dataclasses
    import sys
    from operator import attrgetter
    from reprlib import recursive_repr

    _set = object.__setattr__
    _OWN = {"__eq__", "__hash__", "__setattr__", "__delattr__", "__post_init__", "__getstate__", "__setstate__"}

    def dataclass(cls=None, /, *, frozen=False, slots=False, **more):
        """The library's `dataclass`."""
        if cls is not None or more or not (frozen and slots):
            return dataclasses.dataclass(cls, frozen=frozen, slots=slots, **more)
        return _record

    def _record(cls):
        if _is_special(cls):
            return dataclasses.dataclass(cls, frozen=True, slots=True)
        made = dataclasses.dataclass(cls, init=False, repr=False, eq=False, slots=True)
        fields = dataclasses.fields(made)
        own = {
            "__init__": _init(made, fields),
            "__repr__": _repr(fields),
            **_comparison([one.name for one in fields if one.compare]),
            "__setattr__": _assigned,
            "__delattr__": _deleted,
            "__getstate__": _state,
            "__setstate__": _set_state,
        }
        for name, function in own.items():
            if name not in made.__dict__:
                setattr(made, name, function)
        for name in ("init", "repr", "eq", "frozen"):  # what the library asks of a class that another one is made from
            setattr(made.__dataclass_params__, name, True)
        return made

    def _is_special(cls):
        fields = [one for one in vars(cls).values() if isinstance(one, dataclasses.Field)]
        return (
            cls.__doc__ is None
            or not _OWN.isdisjoint(vars(cls))
            or any(map(dataclasses.is_dataclass, cls.__bases__))
            or any(not one.init or one.kw_only is True for one in fields)
            or any("KW_ONLY" in str(kind) or "InitVar" in str(kind) for kind in cls.__annotations__.values())
        )

    class _Factory:
        """What stands for a default that is made anew each time."""

        def __repr__(self):
            return "<factory>"

    _FACTORY = _Factory()

    def _init(cls, fields):
        """A function that puts each value straight into its slot."""
        names, parameters, lines = {"_factory": _FACTORY}, [], []
        for one in fields:
            names[f"_set_{one.name}"] = getattr(cls, one.name).__set__
            parameter, value = one.name, one.name
            if one.default is not dataclasses.MISSING:
                names[f"_default_{one.name}"] = one.default
                parameter = f"{one.name}=_default_{one.name}"
            elif one.default_factory is not dataclasses.MISSING:
                names[f"_make_{one.name}"] = one.default_factory
                parameter = f"{one.name}=_factory"
                value = f"_make_{one.name}() if {one.name} is _factory else {one.name}"
            parameters.append(parameter)
            lines.append(f"  _set_{one.name}(self, {value})")
        inner = f" def __init__(self, {', '.join(parameters)}):\n" + "\n".join(lines or ["  pass"])
        # With the names of the class's module around it, where whoever looks at its annotations looks them up.
        around = vars(sys.modules[cls.__module__]) if cls.__module__ in sys.modules else {}
        found = {}
        exec(f"def _made({', '.join(names)}):\n{inner}\n return __init__", around, found)  # noqa: S102 - our own names
        made = found["_made"](**names)
        made.__qualname__ = f"{cls.__qualname__}.__init__"
        made.__annotations__ = {one.name: one.type for one in fields} | {"return": None}
        return made

    def _repr(fields):
        shown = [one.name for one in fields if one.repr]

        @recursive_repr()
        def show(self):
            return f"{type(self).__qualname__}({', '.join(f'{name}={getattr(self, name)!r}' for name in shown)})"

        return show

    def _comparison(names):
        found = attrgetter(*names) if names else None

        def values(self):
            return found(self) if len(names) > 1 else (found(self),) if names else ()

        def equal(self, other):
            return values(self) == values(other) if other.__class__ is self.__class__ else NotImplemented

        def hashed(self):
            return hash(values(self))

        return {"__eq__": equal, "__hash__": hashed}

    def _assigned(_self, name, _value):
        raise dataclasses.FrozenInstanceError(f"cannot assign to field {name!r}")

    def _deleted(_self, name):
        raise dataclasses.FrozenInstanceError(f"cannot delete field {name!r}")

    def _state(self):
        return [getattr(self, one.name) for one in dataclasses.fields(self)]

    def _set_state(self, state):
        for one, value in zip(dataclasses.fields(self), state, strict=True):
            _set(self, one.name, value)
