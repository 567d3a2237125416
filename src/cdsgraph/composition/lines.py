"""The lines of a dataset version in their order, and what comes into them and leaves them; those that stay stay put."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from mmap import mmap
from typing import Final

from pyoxigraph import NamedNode

_END: Final = b" .\n"


class Lines:
    """Sorted lines of N-Quads without blank nodes, each with its graph and each once, and changes of them.

    A triple is written as its line begins: subject, predicate and object with a space behind each.
    """

    def __init__(self, content: bytes | mmap) -> None:
        self._content = content
        self._came: dict[bytes, set[bytes]] = defaultdict(set)  # by triple
        self._went: set[bytes] = set()

    def of_graph(self, graph: NamedNode) -> Iterator[bytes]:
        """The lines of a graph before all changes, in order."""
        content, end = self._content, f" <{graph.value}>".encode() + _END
        at = content.find(end)
        while at >= 0:
            after = at + len(end)
            yield content[content.rfind(b"\n", 0, at) + 1 : after]
            at = content.find(end, after)

    def of_subjects(self, subjects: Iterable[bytes], graph: NamedNode) -> Iterator[bytes]:
        """What a graph said of subjects, each written as in a line, before all changes."""
        name = f" <{graph.value}>".encode() + _END
        for subject in subjects:
            yield from (line for line in self._starting(subject + b" ") if line.endswith(name))

    def holds(self, triple: bytes) -> bool:
        """Whether a graph has this triple, after the changes so far."""
        return bool(self._came.get(triple)) or any(line not in self._went for line in self._starting(triple))

    def change(self, went: Iterable[bytes], came: Iterable[bytes]) -> tuple[list[bytes], list[bytes]]:
        """Take lines out and put lines in; the triples that no graph has any more, and those that none had before."""
        came = set(came)
        went = set(went) - came
        triples = {triple_of(line) for line in (*went, *came)}
        before = {triple for triple in triples if self.holds(triple)}
        for line in went:
            self._came.get(triple_of(line), set()).discard(line)
            if self._stood(line):
                self._went.add(line)
        for line in came:
            self._went.discard(line)
            if not self._stood(line):
                self._came[triple_of(line)].add(line)
        after = {triple for triple in triples if self.holds(triple)}
        return sorted(before - after), sorted(after - before)

    def written(self) -> bytes:
        """All lines after the changes, in order."""
        content, parts, at = memoryview(self._content), [], 0
        edits = [(self._place(line), False, line) for lines in self._came.values() for line in lines]
        edits += [(self._place(line), True, line) for line in self._went]
        for place, goes, line in sorted(edits):
            parts.append(content[at:place])
            if not goes:
                parts.append(memoryview(line))
            at = place + len(line) if goes else place
        parts.append(content[at:])
        return b"".join(parts)

    def _stood(self, line: bytes) -> bool:
        place = self._place(line)
        return self._content[place : place + len(line)] == line

    def _starting(self, start: bytes) -> Iterator[bytes]:
        content, place = self._content, self._place(start)
        while content[place : place + len(start)] == start:
            end = content.find(b"\n", place) + 1
            yield content[place:end]
            place = end

    def _place(self, line: bytes) -> int:
        """Where the first line begins that is not before this one."""
        content, low, high = self._content, 0, len(self._content)
        while low < high:
            middle = (low + high) // 2
            start = content.rfind(b"\n", low, middle) + 1 or low
            end = content.find(b"\n", middle) + 1
            if content[start:end] < line:
                low = end
            else:
                high = start
        return low


def triple_of(line: bytes) -> bytes:
    """The triple with which a line begins."""
    return line[: line.rindex(b" <") + 1]


def subject_of(line: bytes) -> bytes:
    """The subject with which a line begins."""
    return line[: line.index(b" ")]
