"""The answers that were asked for last, by who asks: of a session each request is rendered for two pairs."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from concurrent.futures import Future
from typing import Generic, TypeVar

Value = TypeVar("Value")


class Latest(Generic[Value]):
    """A few values by an object, compared by identity, and a key. Who asks for one that is being made waits for it."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._made: OrderedDict[tuple[int, Hashable], tuple[object, Future[Value]]] = OrderedDict()
        self._lock = threading.Lock()

    def of(self, one: object, key: Hashable, make: Callable[[], Value]) -> Value:
        """The value, made where it is not there. What making it raises is raised again for the same question."""
        with self._lock:
            found = self._made.get((id(one), key))
            if found is not None:
                self._made.move_to_end((id(one), key))
            else:
                mine: Future[Value] = Future()
                self._made[id(one), key] = (one, mine)  # the object is kept, so that its number is not given away
                if len(self._made) > self._most:
                    self._made.popitem(last=False)
        if found is not None:
            return found[1].result()
        try:
            mine.set_result(make())
        except BaseException as error:
            with self._lock:
                self._made.pop((id(one), key), None)
            mine.set_exception(error)
            raise
        return mine.result()
