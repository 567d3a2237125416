"""Places of what a built version says: from a statement back to the row, the text or the file that gave it.

PROV-O, prov:wasDerivedFrom, followed until an evidence span, a register entry or a file of the project is reached.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Final

from rdflib import RDF, Graph, Literal, Namespace, URIRef
from rdflib.term import Node

from cdsgraph.checking.places.subjects import Triple, about
from cdsgraph.checking.places.tables import Row, Table
from cdsgraph.checking.places.texts import Texts
from cdsgraph.checking.places.vocabulary import Vocabulary
from cdsgraph.checking.report import Place, Result
from cdsgraph.files import Files
from cdsgraph.vocab import CDS, DEFAULT_BASE, OA, PROV

_CDS: Final = Namespace(CDS)
_OA: Final = Namespace(OA)
_PROV: Final = Namespace(PROV)
_DEEPEST: Final = 6  # steps from a derived statement to what it rests on
_BROADEST: Final = 40  # things that are looked at for where another one is spoken of
_MOST: Final = 6  # places of one finding
_SPOKEN_OF: Final = 3  # places of a thing that only other things tell of


class BuiltVersion:
    """A version's graph, its texts, and the project's files that it was built from, for as long as they are there."""

    def __init__(self, version: Path, graph: Graph, files: Files, *, base: str = DEFAULT_BASE) -> None:
        self._graph = graph
        self._files = files
        self._texts = Texts(version, files)
        self._vocabulary = Vocabulary(files, base)
        self._tables: dict[Path, Table | None] = {}
        self._traced: dict[Node, tuple[Place, ...]] = {}

    def places(self, results: Sequence[Result]) -> list[tuple[Place, ...]]:
        """The places of each result, in the same order: of the statement at fault, then of what it rests on."""
        return [tuple(islice(_narrow(dict.fromkeys(self._places(result))), _MOST)) for result in results]

    def _places(self, result: Result) -> Iterator[Place]:
        subject = about(self._graph, result)
        direct = [triple for triple in subject.statements if triple[0] == result.focus]
        for triple in direct:
            yield from self._stated(triple)
        if result.path is not None and not direct and isinstance(result.path, URIRef):
            yield from self._lacking(result.focus, result.path)
        yield from self._trace(result.focus)
        for triple in subject.statements:
            yield from self._stated(triple)
        for node in subject.nodes:
            yield from self._trace(node)
        yield from self._rules(result.focus)

    # Statements ---------------------------------------------------------------

    def _stated(self, triple: Triple) -> Iterator[Place]:
        """Where one statement stands: the words, the cell or the line that gives its object."""
        subject, predicate, value = triple
        yield from self._cells(subject, predicate, value)
        yield from self._figure(subject, value)
        if (subject, _PROV.wasDerivedFrom, None) not in self._graph:
            yield from self._vocabulary.statement(triple)
        yield from self._trace(subject)

    def _lacking(self, node: Node, predicate: Node) -> Iterator[Place]:
        """The empty cell of what a node does not say, where a column is named like it."""
        yield from self._cells(node, predicate, None)

    def _cells(self, subject: Node, predicate: Node, value: Node | None) -> Iterator[Place]:
        for row, table in self._rows(subject):
            yield table.place(row, predicate, value)

    def _figure(self, subject: Node, value: Node) -> Iterator[Place]:
        """The number itself where a node repeats the value of a figure that it speaks of."""
        if isinstance(value, Literal) and value.datatype is not None:
            for figure in sorted(set(self._graph.objects(subject)), key=str):
                if (figure, _CDS.value, value) in self._graph and (subject, None, figure) in self._graph:
                    yield from self._trace(figure)

    # Nodes --------------------------------------------------------------------

    def _trace(self, node: Node, depth: int = 0) -> tuple[Place, ...]:
        """Where a node comes from; nothing where that is not known."""
        if node in self._traced:
            return self._traced[node]
        if depth > _DEEPEST or isinstance(node, Literal):
            return ()
        self._traced[node] = ()  # a node that rests on itself ends here
        found = tuple(islice(dict.fromkeys(self._origins(node, depth)), _MOST))
        if depth == 0 or found:
            self._traced[node] = found
        else:
            del self._traced[node]
        return found

    def _origins(self, node: Node, depth: int) -> Iterator[Place]:
        graph = self._graph
        spans = [node, *graph.subjects(_OA.hasSelector, node)]
        own = [place for span in spans for place in self._span(span)]
        own += [table.place(row) for row, table in self._rows(node)]
        if not own and (name := graph.value(node, _CDS.fileName)) is not None:
            own += self._texts.document(str(name))
        yield from own or self._resting_on(node, depth) or self._vocabulary.node(node) or self._spoken_of(node, depth)

    def _resting_on(self, node: Node, depth: int) -> list[Place]:
        """The places of what a node was derived from, the words of texts before all else."""
        origins = sorted(
            {*self._graph.objects(node, _PROV.wasDerivedFrom), *self._graph.objects(node, _PROV.used)}, key=str
        )
        found = [place for origin in origins for place in self._trace(origin, depth + 1)]
        return sorted(found, key=lambda place: place.span is None)

    def _spoken_of(self, node: Node, depth: int) -> Iterable[Place]:
        """Where a thing without an origin of its own is spoken of first: an act that is only cited, a new name."""
        speaking = sorted({*self._graph.subjects(None, node)} - {node}, key=str)[:_BROADEST]
        found = {place for each in speaking for place in self._trace(each, depth + 1)}
        words = {place for place in found if place.span is not None}
        return sorted(words or found, key=_narrowest)[:_SPOKEN_OF]

    def _span(self, span: Node) -> tuple[Place, ...]:
        graph = self._graph
        selector = graph.value(span, _OA.hasSelector)
        source = graph.value(span, _OA.hasSource)
        name = graph.value(source, _CDS.fileName) if source is not None else None
        if selector is None or name is None:
            return ()
        start, end = (_integer(graph.value(selector, each)) for each in (_OA.start, _OA.end))
        if start is None or end is None:
            return self._texts.document(str(name))
        return self._texts.places(str(name), start, end)

    def _rules(self, node: Node) -> Iterator[Place]:
        """The file of the rule that made a node, where the rule is a saved query."""
        for rule in sorted(self._graph.objects(node, _CDS.byRule), key=str):
            name = str(rule).rsplit("/", 1)[-1]
            for path in sorted((self._files.queries / "derive").glob(f"[0-9][0-9]-{name}.rq")):
                yield Place(self._files.shown(path))

    # Rows ---------------------------------------------------------------------

    def _rows(self, node: Node) -> Iterator[tuple[Row, Table]]:
        """The rows that a node was made from: of its register entry, of the table of documents, of the units."""
        graph = self._graph
        for entry in (node, *sorted(graph.objects(node, _PROV.wasDerivedFrom), key=str)):
            file, line = graph.value(entry, _CDS.file), _integer(graph.value(entry, _CDS.row))
            if file is None or line is None or (entry, RDF.type, _CDS.RegisterEntry) not in graph:
                continue
            table = self._table(self._files.register / Path(str(file)).name)
            name = str(entry).rsplit("/", 1)[-1].removeprefix(f"{Path(str(file)).stem}-")
            row = table.entry(name, line) if table is not None else None
            if row is not None and table is not None:
                yield row, table
        if (name_of_file := graph.value(node, _CDS.fileName)) is not None:
            yield from self._row_with(self._files.documents / "sources.csv", str(name_of_file))
        if "/unit/" in str(node):
            key = "def/unit/" + str(node).rpartition("/unit/")[2]
            yield from self._row_with(self._files.register / "units.csv", str(node), key)
        if (node, _CDS.reviewDecision, None) in graph:
            for path in sorted(self._files.corrections.glob("*.csv")):
                yield from self._row_with(path, str(node), str(node).rpartition("/id/")[2])

    def _row_with(self, path: Path, *words: str) -> Iterator[tuple[Row, Table]]:
        table = self._table(path)
        row = table.with_cell(*words) if table is not None else None
        if row is not None and table is not None:
            yield row, table

    def _table(self, path: Path) -> Table | None:
        if path not in self._tables:
            self._tables[path] = Table(path, self._files.shown(path)) if path.is_file() else None
        return self._tables[path]


def _narrow(places: Iterable[Place]) -> Iterator[Place]:
    """The places in order, without a row of which a cell was named before."""
    seen: list[Place] = []
    for place in places:
        if place.span is None and any(_holds(place, other) for other in seen):
            continue
        seen.append(place)
        yield place


def _holds(place: Place, other: Place) -> bool:
    if place.path != other.path or None in (place.line, place.column, place.end_line, place.end_column):
        return False
    start, end = (place.line, place.column), (place.end_line, place.end_column)
    return start <= (other.line, other.column) and (other.end_line, other.end_column) <= end


def _narrowest(place: Place) -> tuple[int, Place]:
    """What speaks of a thing in the fewest words names it; the first of those stands before the others."""
    start, end = place.span or (0, 0)
    return end - start, place


def _integer(value: Node | None) -> int | None:
    number = value.toPython() if isinstance(value, Literal) else None
    return number if isinstance(number, int) else None
