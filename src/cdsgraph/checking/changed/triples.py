"""The triples of two graphs, side by side: what is in the new one, and what only the old one had.

Terms are kept as N-Triples writes them and numbered, so that millions of triples fit in memory and nothing is lost of
how a literal is written.
"""

import re
from array import array
from collections.abc import Iterable, Iterator
from typing import Final

from cdsgraph.checking import rdffiles
from cdsgraph.errors import DatasetError

_TERM: Final = rb'<[^>]*>|_:[^ ]+|"(?:[^"\\]|\\.)*"(?:@[A-Za-z0-9-]+|\^\^<[^>]*>)?'
_LINE: Final = re.compile(rb"(<[^>]*>|_:[^ ]+) (<[^>]*>) (" + _TERM + rb")(?: (?:<[^>]*>|_:[^ ]+))? \.\n?")
_PREDICATES: Final = 1 << 20  # more predicates than any graph has: node and predicate go into one key
_NONE: Final = -1


class Triples:
    """Triples by number, found by subject and predicate or by object and predicate.

    `changed` are the numbers of those that only one of the two graphs has.
    """

    def __init__(self) -> None:
        self.terms: list[bytes] = []
        self.changed: list[int] = []
        self._ids: dict[bytes, int] = {}
        self._predicates: dict[int, int] = {}
        self._ends = {False: array("I"), True: array("I")}
        self._predicate = array("I")
        self._along: dict[int, array[int]] = {}  # a predicate's triples
        self._present = bytearray()
        self._last: dict[bool, dict[int, int]] = {False: {}, True: {}}
        self._before = {False: array("i"), True: array("i")}

    @classmethod
    def of(cls, new: Iterable[bytes], old: Iterable[bytes]) -> "Triples":
        """From the lines of two N-Quads (or N-Triples) files; named graphs are united.

        Raises DatasetError for a line that is not as `cdsgraph build` writes it.
        """
        found = cls()
        gone = set(old)
        come: list[int] = []
        kept: set[int] = set()
        for line in new:
            number = found._read(line, present=True)
            if line in gone:
                gone.discard(line)
                kept.add(number)
            else:
                come.append(number)
        # A triple that another graph of the dataset has too is neither new nor gone in their union.
        found.changed = [number for number in dict.fromkeys(come) if kept.isdisjoint(found._equal(number))]
        for line in sorted(gone):
            number = found._read(line, present=False)
            if not any(found._present[each] for each in found._equal(number)):
                found.changed.append(number)
        return found

    def add(self, subject: int, predicate: int, target: int, *, present: bool) -> int:
        """Add a triple of terms' numbers; its own number."""
        number = len(self._predicate)
        self._predicate.append(predicate)
        self._present.append(present)
        if predicate not in self._along:
            self._along[predicate] = array("I")
        self._along[predicate].append(number)
        place = self._predicates.setdefault(predicate, len(self._predicates))
        for inverse, node in ((False, subject), (True, target)):
            self._ends[inverse].append(node)
            key = node * _PREDICATES + place
            self._before[inverse].append(self._last[inverse].get(key, _NONE))
            self._last[inverse][key] = number
        return number

    def id(self, term: bytes) -> int:
        """The number of a term, a new one where it has none."""
        if term.startswith(b"_:") and rdffiles.is_drawn(term[2:].decode()):
            # Such labels are numbered at each reading; what is read in parts must keep its names.
            term = b"_:n" + term[2:]
        number = self._ids.get(term)
        if number is None:
            number = self._ids[term] = len(self.terms)
            self.terms.append(term)
        return number

    def known(self, term: bytes) -> int | None:
        """The number of a term that some triple has."""
        return self._ids.get(term)

    @property
    def predicates(self) -> Iterator[int]:
        """The numbers of all predicates."""
        return iter(self._predicates)

    @property
    def present(self) -> int:
        """How many lines of the new graph were read."""
        return sum(self._present)

    def spelled(self, number: int) -> tuple[int, int, int]:
        """Subject, predicate and object of a triple."""
        return self._ends[False][number], self._predicate[number], self._ends[True][number]

    def beside(self, node: int, predicate: int, *, inverse: bool, gone: bool = False) -> Iterator[tuple[int, int]]:
        """Each triple of the new graph, with `gone` of both, that leads from a node along a predicate (against its
        direction if `inverse`), and the node that it leads to."""
        place = self._predicates.get(predicate)
        if place is None:
            return
        number = self._last[inverse].get(node * _PREDICATES + place, _NONE)
        ends, before = self._ends[not inverse], self._before[inverse]
        while number != _NONE:
            if gone or self._present[number]:
                yield number, ends[number]
            number = before[number]

    def nodes_of(self, predicate: bytes, *, inverse: bool) -> Iterator[int]:
        """The subjects of a predicate in the new graph, its objects if `inverse`."""
        ends = self._ends[inverse]
        numbers = self._along.get(self._ids.get(predicate, _NONE), ())
        return (ends[number] for number in numbers if self._present[number])

    def lines(self, numbers: Iterable[int]) -> bytes:
        """Triples as N-Triples, each once."""
        terms = self.terms
        spelled = dict.fromkeys(map(self.spelled, numbers))
        return b"".join([b"%s %s %s .\n" % (terms[s], terms[p], terms[o]) for s, p, o in spelled])

    def all_present(self) -> Iterator[int]:
        """The numbers of the triples of the new graph."""
        return (number for number, present in enumerate(self._present) if present)

    def _read(self, line: bytes, *, present: bool) -> int:
        match = _LINE.fullmatch(line)
        if match is None:
            raise DatasetError(
                f"no line of N-Quads: {line.decode(errors='replace').strip()!r}", remedy="run `cdsgraph build` again"
            )
        subject, predicate, target = map(self.id, match.groups())
        last = len(self._predicate) - 1
        if present and last != _NONE and self.spelled(last) == (subject, predicate, target):
            return last  # in the order of their bytes, equal triples of several graphs come together
        return self.add(subject, predicate, target, present=present)

    def _equal(self, number: int) -> Iterator[int]:
        subject, predicate, target = self.spelled(number)
        for each, end in self.beside(subject, predicate, inverse=False, gone=True):
            if end == target:
                yield each
