"""What is worked out of something is kept in it: for those alone who hold it, and no longer than it.

An answer is one view's, and a view is of one release, one role and the same schools. What is kept in one of
them is therefore never given to another, and goes when they go.
"""

import threading
import weakref
from collections.abc import Callable, Hashable
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar

Of = TypeVar("Of")
Given = ParamSpec("Given")
Made = TypeVar("Made")

PLACE = "_remembered"
"""Where an object holds what is worked out of it, beside what `cached_property` keeps there."""

MOST = 512
"""How much one object keeps; then the oldest goes."""


class Memory:
    """What is kept in one object."""

    def __init__(self, owner: object, most: int = MOST) -> None:
        self.owner = weakref.ref(owner)
        self._most = most
        self._known: dict[Hashable, Any] = {}
        self._changing = threading.Lock()

    def once(self, key: Hashable, make: Callable[[], Made]) -> Made:
        """Give what is kept under a key, made if there is nothing yet."""
        try:
            return self._known[key]
        except KeyError:
            made = make()
        with self._changing:
            # of two threads that made it at once both get what came first
            made = self._known.setdefault(key, made)
            while len(self._known) > self._most:
                del self._known[next(iter(self._known))]
        return made


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
