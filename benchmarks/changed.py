"""How long `validate --changed-since` takes, once all is loaded, when one document among many has changed.

    python benchmarks/changed.py [DOCUMENTS…]

Builds the project's own documents, then repeats what each states under names of its own until there are DOCUMENTS
(1,000 if none is named) beside one register, one ontology and one set of derived graphs. Counts as changed one figure
of a document, with its old value gone, or all that a document states; checks what that bears on and compares evidence
with the texts. Prints a Markdown table of the shortest of five runs; the walks of the shapes are worked out anew in
each.
"""

import re
import resource
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from cdsgraph.build import build
from cdsgraph.checking import shapesfiles
from cdsgraph.checking.changed.triples import Triples
from cdsgraph.checking.changed.validate import Since, check
from cdsgraph.checking.shapesfiles import Shapes
from cdsgraph.files import locate
from cdsgraph.vocab import CDS

ROOT = Path(__file__).parent.parent
RUNS = 5
# Where a document's slug stands in the name of what only it states.
SLUG = re.compile(rb"(?<=/cdsgraph/)((?:id|graph)/[a-z-]+/)(\d{3})(?=[->#])")
STATED = re.compile(rb".* <[^>]*/graph/source/(\d{3})> \.\n")
_OF_GRAPH = 2  # the parts of a quad in which only the graph has a document's own name
VALUE = f"<{CDS}value>".encode()


def main() -> None:
    """Measure and print the table."""
    counts = [int(each) for each in sys.argv[1:]] or [1000]
    print("| documents | triples | load (s) | changed | triples changed | checked | s | s of processor |")
    print("| ---: | ---: | ---: | --- | ---: | ---: | ---: | ---: |")
    with tempfile.TemporaryDirectory() as folder:
        version = build(locate(ROOT), Path(folder)).version
        shapes = shapesfiles.load(ROOT / "shapes")
        shared, documents = taken_apart((version / "dataset.nq").read_bytes().splitlines(keepends=True))
        for count in counts:
            began = time.perf_counter()
            triples = Triples.of(repeated(shared, documents, count), ())
            loaded = time.perf_counter() - began
            stated = of_one_document(triples, len(document(documents, count - 1)))
            for what, changed in (("one figure", one_figure(triples, stated)), ("all of it", stated)):
                triples.changed = changed
                since, wall, processor = measured(triples, shapes, version / "documents")
                print(
                    f"| {count:,} | {triples.present:,} | {loaded:.1f} | {what} | {since.triples:,} "
                    f"| {since.checked:,} | {wall:.2f} | {processor:.2f} |"
                )
    print(f"\nPeak memory: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024:,} MB.")


def taken_apart(lines: list[bytes]) -> tuple[list[bytes], list[list[list[bytes]]]]:
    """The quads that no document states, and those of each document, parted where a name of its own ends."""
    shared: list[bytes] = []
    documents: dict[bytes, list[list[bytes]]] = {}
    for line in lines:
        document = STATED.fullmatch(line)
        if document is None:
            shared.append(line)
        else:
            documents.setdefault(document[1], []).append(SLUG.sub(rb"\1\2" + b"\0", line).split(b"\0"))
    return shared, list(documents.values())


def repeated(shared: list[bytes], documents: list[list[list[bytes]]], count: int) -> Iterator[bytes]:
    """The quads of so many documents: those there are, and copies under other names."""
    yield from shared
    for number in range(count):
        yield from document(documents, number)


def document(documents: list[list[list[bytes]]], number: int) -> list[bytes]:
    """The quads of a document; of a copy those about what has a name of its own, the others being there already."""
    copy = number // len(documents)
    mark = b"-r%d" % copy if copy else b""
    return [mark.join(parts) for parts in documents[number % len(documents)] if not copy or len(parts) > _OF_GRAPH]


def one_figure(triples: Triples, stated: list[int]) -> list[int]:
    """The value of a figure in a document, and the one it had before."""
    value = next(number for number in stated if triples.terms[triples.spelled(number)[1]] == VALUE)
    subject, predicate, _ = triples.spelled(value)
    old = triples.id(b'"7"^^<http://www.w3.org/2001/XMLSchema#decimal>')
    return [value, triples.add(subject, predicate, old, present=False)]


def of_one_document(triples: Triples, size: int) -> list[int]:
    """What the last document states, in so many quads, and no other does."""

    def is_its_own(number: int) -> bool:
        subject, predicate, target = triples.spelled(number)
        same = (each for each, end in triples.beside(subject, predicate, inverse=False) if end == target)
        return set(same) == {number}

    return [number for number in range(triples.present - size, triples.present) if is_its_own(number)]


def measured(triples: Triples, shapes: Shapes, texts: Path) -> tuple[Since, float, float]:
    """What is found, and the least of wall and of processor seconds that it took."""
    walls, processors = [], []
    for _ in range(RUNS):
        wall, processor = time.perf_counter(), time.process_time()
        since = check(triples, shapes, shapes.graph, texts)
        walls.append(time.perf_counter() - wall)
        processors.append(time.process_time() - processor)
    return since, min(walls), min(processors)


if __name__ == "__main__":
    main()
