"""A store of what was made before, bounded in bytes; the least used goes first."""

from collections import OrderedDict
from collections.abc import Callable
from typing import Generic, TypeVar

_T = TypeVar("_T")
_LARGEST_SHARE = 8  # one thing may take an eighth of the room: a single answer must not drive out all others


class Cache(Generic[_T]):
    """Things by key, together at most `limit` bytes as `size` measures them; nothing is kept with a limit of 0."""

    def __init__(self, limit: int, *, size: Callable[[_T], int]) -> None:
        self.size = 0
        self._limit = limit
        self._measure = size
        self._kept: OrderedDict[str, _T] = OrderedDict()

    def get(self, key: str) -> _T | None:
        """The thing with that key, if it is still kept."""
        kept = self._kept.get(key)
        if kept is not None:
            self._kept.move_to_end(key)
        return kept

    def put(self, key: str, thing: _T) -> None:
        """Keep a thing, unless it is too large."""
        if self._measure(thing) > self._limit // _LARGEST_SHARE:
            return
        if (before := self._kept.pop(key, None)) is not None:
            self.size -= self._measure(before)
        self._kept[key] = thing
        self.size += self._measure(thing)
        while self.size > self._limit:
            self.size -= self._measure(self._kept.popitem(last=False)[1])
