"""How much faster the saved queries are over derived graphs than queries that find the same in what is stated.

    python -m benchmarks.derived_queries [QUADS] [SAVED QUERY…]

Builds the project's own documents, repeats what is stated until there are about QUADS (a million if none is named), and
derives everything anew, in two ways: `worlds` gives every thing of a copy a name of its own, bodies, targets and
indicators too; `documents` repeats only what the documents state, each copy's days a year earlier. Asks each pair of
`derived_queries.csv`; the answers must agree as the table says. Prints a Markdown table of processor time, the least of
five runs, fewer where they take longer than twenty seconds together.
"""

import csv
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

from pyoxigraph import QuerySolutions, RdfFormat, Store, parse

from benchmarks import repeating
from cdsgraph.build import build
from cdsgraph.files import locate
from cdsgraph.graph import rules as rules_of_derivation
from cdsgraph.queries import find, read

ROOT = Path(__file__).parent.parent
RUNS = 5
PATIENCE = 20  # seconds in which to repeat
LIMIT = 120  # seconds for a query to answer in


@dataclass(frozen=True, slots=True)
class Answer:
    """Names of columns and rows of values; a value that is not bound is empty."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Pair:
    """A saved query, a query that finds the same without derived graphs, and in what they must agree."""

    saved: str
    naive: str
    kept: str
    words: str
    same: tuple[str, ...]

    def texts(self) -> tuple[str, str]:
        """The text of the saved query and of the other, with the defaults of their parameters."""
        naive = read(ROOT / "benchmarks" / "naive" / f"{self.naive}.rq")
        return find(ROOT / "queries", self.saved).render(), naive.render()

    def agree(self, saved: Answer, naive: Answer) -> bool:
        """Whether both answers hold the same rows, as far as they can be held against each other."""
        return self._told(saved) == self._told(naive)

    def _told(self, answer: Answer) -> set[tuple[str, ...]]:
        at = [answer.columns.index(name) for name in self.same]
        kept = answer.columns.index(self.kept) if self.kept in answer.columns else None
        return {
            tuple(row[index] for index in at)
            for row in answer.rows
            if kept is None or (row[kept] and self.words in row[kept])
        }


def pairs() -> list[Pair]:
    """The rows of derived_queries.csv."""
    with (ROOT / "benchmarks" / "derived_queries.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(line for line in file if not line.startswith("#")))
    found = []
    for row in rows:
        kept, _, words = row["kept"].partition("=")
        found.append(Pair(row["saved"], row["naive"], kept, words, tuple(row["same"].split())))
    return found


def main() -> None:
    """Measure every pair in both ways of repeating and print the table."""
    wanted = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    chosen = [pair for pair in pairs() if pair.saved in sys.argv[2:] or not sys.argv[2:]]
    files = locate(ROOT)
    with tempfile.TemporaryDirectory() as folder:
        read = parse(path=str(build(files, Path(folder)).version / "dataset.nq"), format=RdfFormat.N_QUADS)
        stated = [quad for quad in read if "/graph/derived/" not in quad.graph_name.value]
    print("| repeated | quads | saved query | rows | ms | found without derived graphs by | rows | ms | × |")
    print("| --- | ---: | --- | ---: | ---: | --- | ---: | ---: | ---: |")
    for way, repeat in repeating.WAYS.items():
        store = repeating.filled(repeat(stated, wanted), rules_of_derivation.load(files))
        for line in lines(store, chosen):
            print(f"| {way} | {len(store):,} | {line} |", flush=True)


def lines(store: Store, chosen: list[Pair]) -> Iterator[str]:
    """The cells of each pair; a query that took longer than the limit is said to."""
    known: dict[str, tuple[float, Answer]] = {}
    for pair in chosen:
        saved, naive = pair.texts()
        fast, answer = known.setdefault(pair.saved, known.get(pair.saved) or measured(store, saved))
        found = limited(store, naive)
        if found is not None and not pair.agree(answer, found[1]):
            raise SystemExit(f"the answers of {pair.saved} and {pair.naive} differ")
        slow, sign, rows = (found[0], "", f"{len(found[1].rows):,}") if found is not None else (LIMIT, "> ", "")
        yield (
            f"`{pair.saved}` | {len(answer.rows):,} | {1000 * fast:,.1f} | `{pair.naive}` | {rows} "
            f"| {sign}{1000 * slow:,.1f} | {sign}{slow / fast:,.1f}"
        )


def limited(store: Store, query: str) -> tuple[float, Answer] | None:
    """The seconds and the answer of a query, measured in a process of its own; None beyond the limit."""
    context = get_context("fork")
    receiver, sender = context.Pipe(duplex=False)
    process = context.Process(target=lambda: sender.send(measured(store, query)))
    process.start()
    found: tuple[float, Answer] | None = receiver.recv() if receiver.poll(LIMIT) else None
    process.kill()
    return found


def measured(store: Store, query: str) -> tuple[float, Answer]:
    """The seconds of processor that a query and the reading of its answer take, and the answer; once if it is slow."""
    times, answer = list[float](), Answer((), ())
    while len(times) < RUNS and sum(times) < PATIENCE:
        began = time.process_time()
        answer = asked(store, query)
        times.append(time.process_time() - began)
    return min(times), answer


def asked(store: Store, query: str) -> Answer:
    """What a SELECT answers."""
    found = store.query(query)
    if not isinstance(found, QuerySolutions):
        raise SystemExit("not a SELECT")
    rows = tuple(tuple("" if term is None else term.value for term in row) for row in found)
    return Answer(tuple(variable.value for variable in found.variables), rows)


if __name__ == "__main__":
    main()
