"""How much faster the scorecard is over derived graphs than a query that finds the latest figures itself.

    python benchmarks/scorecard.py [QUADS]

Builds the project's own documents, then repeats the stated quads until there are about QUADS (a million if none is
named), in two ways: `worlds` gives every thing of a copy a name of its own, targets and indicators too; `documents`
repeats only what the documents state, each copy's measurements a year earlier, so that every series gets longer.
Derives the targets' assessments from each, and asks both queries for the same columns, which must agree. Prints a
Markdown table of the median of five runs, fewer where they take longer than twenty seconds together.
"""

import re
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from datetime import date
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from pyoxigraph import Literal, NamedNode, Quad, QuerySolutions, RdfFormat, Store, parse

from cdsgraph.build import build
from cdsgraph.files import locate
from cdsgraph.graph import target_rules
from cdsgraph.queries import find
from cdsgraph.vocab import CDS, XSD, Iris, prefixes

ROOT = Path(__file__).parent.parent
RUNS = 5
PATIENCE = 20  # seconds in which to repeat
LIMIT = 120  # seconds for a query to answer in
Rows = list[tuple[str, ...]]
THING = re.compile(r"(https://w3id\.org/cdsgraph/(?:id|def/indicator|graph)/[^#]*)(#.*)?$")
PREFIXES = "".join(f"PREFIX {name}: <{iri}>\n" for name, iri in prefixes().items())
COLUMNS = "?indicator ?act ?deadline ?goal ?latest ?asOf ?basis ?gap ?targetEvidence ?figureEvidence ?target ?figure"
DERIVED = f"""SELECT {COLUMNS} WHERE {{
  ?assessment a cds:TargetAssessment ; cds:target ?target ; cds:latestFigure ?figure ; cds:basis ?ofBasis ;
    cds:gap ?gap .
  ?target cds:indicator/skos:prefLabel ?indicator ; cds:act/cds:number ?act ; cds:deadline ?deadline ;
    cds:value ?goal ; prov:wasDerivedFrom ?targetEvidence .
  ?figure cds:value ?latest ; cds:asOf ?asOf ; prov:wasDerivedFrom ?figureEvidence .
  ?ofBasis skos:prefLabel ?basis .
  FILTER(LANG(?indicator) = "vi" && LANG(?basis) = "vi")
}} ORDER BY ?target ?figure"""
OPENING = f"""SELECT {COLUMNS} WHERE {{
  ?target a cds:Target ; cds:indicator ?ofIndicator ; cds:about ?about ; cds:unit ?unit ; cds:act/cds:number ?act ;
    cds:deadline ?deadline ; cds:value ?goal ; prov:wasDerivedFrom ?targetEvidence .
  ?ofIndicator skos:prefLabel ?indicator ; cds:betterDirection ?better .
  ?figure a cds:Observation ; cds:indicator ?ofIndicator ; cds:about ?about ; cds:unit ?unit ; cds:basis ?ofBasis ;
    cds:value ?latest ; cds:asOf ?asOf ; prov:wasDerivedFrom ?figureEvidence .
  ?ofBasis skos:prefLabel ?basis .
"""
NONE_LATER = """  FILTER NOT EXISTS {
    ?later a cds:Observation ; cds:indicator ?ofIndicator ; cds:about ?about ; cds:unit ?unit ; cds:basis ?ofBasis ;
      cds:asOf ?laterDay .
    FILTER(?laterDay > ?asOf)
  }
"""
LAST_DAY = """  { SELECT ?ofIndicator ?about ?unit ?ofBasis (MAX(?day) AS ?asOf) {
    ?each a cds:Observation ; cds:indicator ?ofIndicator ; cds:about ?about ; cds:unit ?unit ; cds:basis ?ofBasis ;
      cds:asOf ?day .
  } GROUP BY ?ofIndicator ?about ?unit ?ofBasis }
"""
CLOSING = """  BIND(IF(STRENDS(STR(?better), "/lower"), ?latest - ?goal, ?goal - ?latest) AS ?gap)
  FILTER(LANG(?indicator) = "vi" && LANG(?basis) = "vi")
} ORDER BY ?target ?figure"""
NAIVE = {"last day of each series": OPENING + LAST_DAY + CLOSING, "none later": OPENING + NONE_LATER + CLOSING}


def main() -> None:
    """Measure both ways of repeating and print the table."""
    wanted = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    with tempfile.TemporaryDirectory() as folder:
        version = build(locate(ROOT), Path(folder)).version
        read = parse(path=str(version / "dataset.nq"), format=RdfFormat.N_QUADS)
        stated = [quad for quad in read if "/graph/derived/" not in quad.graph_name.value]
    saved = find(ROOT / "queries", "scorecard").render()
    print("| repeated | quads | rows | query | ms | × derived graphs |")
    print("| --- | ---: | ---: | --- | ---: | ---: |")
    for name, copies in (("worlds", worlds(stated, wanted)), ("documents", documents(stated, wanted))):
        store = filled(copies)
        fast, answer = measured(store, PREFIXES + DERIVED)
        print(row(name, store, answer, "over derived graphs", fast, fast))
        whole, every = measured(store, saved)
        print(row(name, store, every, "saved query `scorecard`, all targets and columns", whole, fast))
        for how, naive in NAIVE.items():
            slow = limited(store, PREFIXES + naive, answer)
            print(row(name, store, answer, f"finding the latest itself, {how}", slow, fast))


def row(name: str, store: Store, answer: Sequence[object], query: str, seconds: float | None, fast: float) -> str:
    """A line of the table; a query that took longer than the limit is said to."""
    sign, told = ("", seconds) if seconds is not None else ("> ", LIMIT)
    return (
        f"| {name} | {len(store):,} | {len(answer):,} | {query} | {sign}{1000 * told:,.1f} | {sign}{told / fast:,.1f} |"
    )


def limited(store: Store, query: str, answer: Rows) -> float | None:
    """The seconds of a query that must give `answer`, measured in a process of its own; None beyond the limit."""
    context = get_context("fork")
    receiver, sender = context.Pipe(duplex=False)
    process = context.Process(target=lambda: sender.send(measured(store, query)))
    process.start()
    found = receiver.recv() if receiver.poll(LIMIT) else None
    process.kill()
    if found is not None and found[1] != answer:
        raise SystemExit(f"the answers differ: {len(answer)} rows and {len(found[1])}")
    return found and found[0]


def worlds(stated: list[Quad], wanted: int) -> Iterator[Quad]:
    """Copies in which every thing, indicator and graph has a name of its own."""
    for number in range(-(-wanted // len(stated))):
        for quad in stated:
            yield Quad(*(renamed(each, number) for each in _terms(quad)))


def documents(stated: list[Quad], wanted: int) -> Iterator[Quad]:
    """The register once, and copies of what the documents state; the days of each copy's figures a year earlier."""
    told = [quad for quad in stated if "/graph/source/" in str(quad.graph_name)]
    yield from (quad for quad in stated if "/graph/source/" not in str(quad.graph_name))
    own = {quad.subject for quad in told if "/id/figure/" in str(quad.subject) or "/id/s" in str(quad.subject)}
    names = {quad.graph_name for quad in told} | own
    for number in range((wanted - len(stated)) // len(told) + 1):
        for quad in told:
            subject, predicate, target, graph = (
                renamed(each, number) if each in names else each for each in _terms(quad)
            )
            if quad.predicate.value == CDS + "asOf":
                day = date.fromisoformat(target.value)
                target = Literal(day.replace(year=day.year - number).isoformat(), datatype=NamedNode(XSD + "date"))
            yield Quad(subject, predicate, target, graph)


def _terms(quad: Quad) -> tuple[Any, Any, Any, Any]:
    """Subject, predicate, object and graph; none of ours is a blank node or a triple."""
    return quad.subject, quad.predicate, quad.object, quad.graph_name


def renamed(node: Any, number: int) -> Any:
    """A thing of ours under the name of a copy; everything else as it is, and the first copy too."""
    found = THING.match(node.value) if number and isinstance(node, NamedNode) else None
    return NamedNode(f"{found[1]}-r{number}{found[2] or ''}") if found else node


def filled(quads: Iterator[Quad]) -> Store:
    """A store whose default graph is the union of the quads and of what the rules on targets make of them."""
    store = Store()
    store.bulk_extend(Quad(quad.subject, quad.predicate, quad.object) for quad in quads)
    for rule in target_rules.rules():
        store.extend([Quad(made.subject, made.predicate, made.object) for made in rule.derive(store, Iris())])
    return store


def measured(store: Store, query: str) -> tuple[float, Rows]:
    """The median of the seconds that a query and the reading of its answer take, and the answer; once if it is slow."""
    times, rows = list[float](), Rows()
    while len(times) < RUNS and sum(times) < PATIENCE:
        began = time.perf_counter()
        found = store.query(query)
        if not isinstance(found, QuerySolutions):
            raise SystemExit("not a SELECT")
        rows = [tuple("" if term is None else term.value for term in row) for row in found]
        times.append(time.perf_counter() - began)
    return statistics.median(times), rows


if __name__ == "__main__":
    main()
