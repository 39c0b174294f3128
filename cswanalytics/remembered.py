"""What is worked out of something is kept in it: for those alone who hold it, and no longer than it.

An answer is one view's, and a view is of one release, one role and the same schools. What is kept in one of
them is therefore never given to another, and goes when they go.
"""

import threading
import weakref
from collections import OrderedDict
from collections.abc import Callable, Hashable
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar

Of = TypeVar("Of")
Given = ParamSpec("Given")
Made = TypeVar("Made")

PLACE = "_remembered"
"""Where an object holds what is worked out of it, beside what `cached_property` keeps there."""

MOST = 2400
"""How much is kept in all objects together; then what was longest not asked for goes."""


class Memory:
    """What is kept in one object."""

    def __init__(self, owner: object) -> None:
        self.owner = weakref.ref(owner)
        self._itself: weakref.ref[Memory] = weakref.ref(self)
        self._known: dict[Hashable, Any] = {}

    def once(self, key: Hashable, make: Callable[[], Made]) -> Made:
        """Give what is kept under a key, made if there is nothing yet."""
        found = self._known.get(key, _NOTHING)
        if found is _NOTHING:
            found = make()
        with _changing:
            # of two threads that made it at once both get what came first
            found = self._known.setdefault(key, found)
            _asked_for[id(self), key] = self._itself
            _asked_for.move_to_end((id(self), key))
            while len(_asked_for) > MOST:
                (_, oldest), of = _asked_for.popitem(last=False)
                memory = of()
                if memory is not None:
                    memory._known.pop(oldest, None)
        return found


_NOTHING: Any = object()
_asked_for: OrderedDict[tuple[int, Hashable], weakref.ref[Memory]] = OrderedDict()
_changing = threading.Lock()


def memory_of(owner: object) -> Memory:
    """Give the memory of an object: its own, even where it is a copy of one that had some already."""
    held = vars(owner)
    found = held.get(PLACE)
    if found is None or found.owner() is not owner:
        found = held[PLACE] = Memory(owner)
    return found


def remembered(work: Callable[Concatenate[Of, Given], Made]) -> Callable[Concatenate[Of, Given], Made]:
    """Have a function worked out once for each object it is first given, and for whatever else it is given.

    All but the first must be fit to be a key, and nobody may change what comes back: it is shared.
    """

    @wraps(work)
    def once(owner: Of, *args: Given.args, **kwargs: Given.kwargs) -> Made:
        key = (work, args, tuple(sorted(kwargs.items())))
        return memory_of(owner).once(key, lambda: work(owner, *args, **kwargs))

    return once
