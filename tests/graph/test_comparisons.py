"""What the checks say of small datasets made for each reason and finding, and of the project's own documents.

A case is a Turtle file; beside it stands, worked out by hand, what must come out: a line a verdict, then a line a
warning or note of validation.
"""

from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pyoxigraph as ox
import pytest

from cdsgraph import queries
from cdsgraph import register as registers
from cdsgraph.build import build
from cdsgraph.checking import engine, rdffiles, shapesfiles
from cdsgraph.checking.shapesfiles import Shapes
from cdsgraph.checking.validate import validate_version
from cdsgraph.files import Files
from cdsgraph.graph import derive, register_mapping, rules
from cdsgraph.graph.dataset import canonical_nquads, load_store
from cdsgraph.vocab import SHAPE, Iris, prefixes

CASES = Path(__file__).parent / "cases"
PREFIXES = "".join(f"PREFIX {name}: <{iri}>\n" for name, iri in prefixes().items())
NODE = ox.NamedNode("https://w3id.org/cdsgraph/graph/source/case")
COMPARED = """SELECT ?reason ?left ?right ?difference { ?c a cds:FigureComparison ; cds:left ?left ; cds:right ?right ;
  cds:reason ?reason OPTIONAL { ?c cds:difference ?difference } }"""
BESIDE = """SELECT ?side ?words { ?c a cds:SideBySide . { ?c cds:leftOnly ?words BIND("left" AS ?side) } UNION
  { ?c cds:rightOnly ?words BIND("right" AS ?side) } UNION { ?c cds:reason ?side } }"""
FOUND = """SELECT ?code ?citation (GROUP_CONCAT(?act ; SEPARATOR=",") AS ?acts) ?registered ?day ?notBefore ?notAfter {
  { SELECT * { ?f a cds:CitationFinding ; cds:finding ?code ; cds:citation ?citation
    OPTIONAL { ?f cds:candidate ?a } OPTIONAL { ?f cds:registered ?r } OPTIONAL { ?f cds:dayNamed ?day }
    OPTIONAL { ?f cds:notBefore ?notBefore } OPTIONAL { ?f cds:notAfter ?notAfter }
    BIND(REPLACE(STR(?a), "^.*/", "") AS ?act) BIND(COALESCE(?r, "") AS ?registered) } ORDER BY ?act }
} GROUP BY ?f ?code ?citation ?registered ?day ?notBefore ?notAfter"""
SERIES = (
    """SELECT ?figure { ?s a cds:ReportedSeries ; cds:point ?figure . ?figure cds:asOf ?day } ORDER BY ?day ?figure"""
)


@pytest.fixture(scope="module")
def shapes(files: Files) -> Shapes:
    return shapesfiles.load(files.shapes)


def rows(store: ox.Store, query: str) -> list[list[str]]:
    found = store.query(PREFIXES + query)
    assert isinstance(found, ox.QuerySolutions)
    return [["" if term is None else short(str(term.value)) for term in row] for row in found]


def short(value: str) -> str:
    return value.rsplit("/", 1)[1] if value.startswith("https://w3id.org/cdsgraph/") else value


def derived(quads: Iterable[ox.Quad], files: Files) -> tuple[ox.Store, set[ox.Quad]]:
    stated = set(quads)
    everything = stated | derive.derive(stated, rules.load(files), Iris())
    store = ox.Store()
    store.extend(everything)
    store.update("INSERT { ?s ?p ?o } WHERE { GRAPH ?g { ?s ?p ?o } }")
    return store, everything


def said(case: Path, files: Files, shapes: Shapes) -> list[str]:
    triples = ox.parse(path=str(case), format=ox.RdfFormat.TURTLE)
    store, quads = derived((ox.Quad(t.subject, t.predicate, t.object, NODE) for t in triples), files)
    lines = [" ".join(row).strip() for row in (*rows(store, COMPARED), *rows(store, BESIDE), *rows(store, FOUND))]
    if series := rows(store, SERIES):
        lines.append(" ".join(["series", *(name for [name] in series)]))
    graph = rdffiles.DataGraph()
    rdffiles.add(graph, canonical_nquads(quads), Path("case.nq"))
    for result in engine.validate(graph, shapes).results:
        shape = str(result.shape).removeprefix(SHAPE)
        if shape.startswith(("ContradictedFigure", "CheckedCitation", "FigureComparison", "CitationFinding", "SideBy")):
            lines.append(f"{result.severity} {short(str(result.focus))} {shape}")
    return sorted(" ".join(line.split()) for line in lines)


@pytest.mark.parametrize(
    "case",
    sorted(path.with_suffix(".ttl") for path in CASES.glob("*/*.expected")),
    ids=lambda path: f"{path.parent.name}/{path.stem}",
)
def test_a_case_gets_the_verdict_worked_out_by_hand(case: Path, files: Files, shapes: Shapes) -> None:
    expected = case.with_suffix(".expected").read_text(encoding="utf-8").splitlines()
    assert said(case, files, shapes) == sorted(expected)


def test_every_reason_and_finding_has_a_case(files: Files) -> None:
    told = {line.split()[0] for path in CASES.glob("*/*.expected") for line in path.read_text("utf-8").splitlines()}
    for scheme in ("comparison-reason", "citation-finding"):
        store = ox.Store()
        store.load(path=str(files.schemes / f"{scheme}.ttl"), format=ox.RdfFormat.TURTLE)
        assert {code for [code] in rows(store, "SELECT ?n { ?c skos:notation ?n }")} <= told


# The project's own documents ---------------------------------------------------------------------


def answers(name: str, store: ox.Store, files: Files) -> list[list[str]]:
    found = store.query(queries.find(files.queries, name).render())
    assert isinstance(found, ox.QuerySolutions)
    return [["" if term is None else short(str(term.value)) for term in row] for row in found]


def test_the_conflict_register_of_the_documents_has_no_conflict(files: Files, built: Path) -> None:
    found = answers("conflict_register", load_store(built / "dataset.nq"), files)
    assert {row[0] for row in found} == {"false"}
    told = {(row[2].rsplit(": ", 1)[-1], row[3].rsplit(": ", 1)[-1]): row[1] for row in found}
    assert told["43 trung tâm dữ liệu", "45 trung tâm dữ liệu"] == "khác phạm vi; khác thời kỳ"
    assert told["9 doanh nghiệp", "13 doanh nghiệp"] == "khác phạm vi; khác thời kỳ"
    assert told["15% (tháng 6/2023)", "khoảng 16,5% (năm 2023)"] == "khác thời kỳ"
    assert sorted(row[4] for row in found if row[1] == "số điều chỉnh") == ["0.2", "0.54"]
    assert all(row[4] == "" for row in found if "phạm vi" in row[1])


def test_the_ministry_share_of_gdp_is_one_series(files: Files, built: Path) -> None:
    found = answers("reported_series", load_store(built / "dataset.nq"), files)
    assert [Decimal(row[2]) for row in found] == [Decimal("15"), Decimal("16.5"), Decimal("18.72")]


def test_online_files_and_end_to_end_files_stand_side_by_side(files: Files, built: Path) -> None:
    found = answers("near_indicators", load_store(built / "dataset.nq"), files)
    assert {(row[2], Decimal(row[4])) for row in found} >= {
        ("được xử lý", Decimal(95)),
        ("toàn trình", Decimal("39.51")),
    }


def test_two_citations_of_the_documents_are_odd(files: Files, built: Path) -> None:
    found = answers("citation_findings", load_store(built / "dataset.nq"), files)
    odd = {row[1]: row[2:7] for row in found}
    assert odd == {
        "884/QĐ-TTg": ["số hiệu có lẽ in nhầm", "844/QĐ-TTg", "", "", ""],
        "59/2022/NĐ-CP": ["hết hiệu lực vào ngày được nêu", "2024-06-30", "2024-07-01", "2023-10-27", "2024-06-30"],
    }


def test_coverage_counts_every_fact_of_the_documents(files: Files, built: Path) -> None:
    store = load_store(built / "dataset.nq")
    counted = {(row[0], row[5], row[6]): int(row[7]) for row in answers("coverage", store, files)}
    [[figures]] = rows(store, "SELECT (COUNT(DISTINCT ?f) AS ?n) { ?f a cds:Figure ; cds:source ?s }")
    assert sum(count for (_, kind, _), count in counted.items() if kind == "ns#Figure") == int(figures)
    shares = {row[0]: Decimal(row[3]) for row in answers("coverage", store, files)}
    assert set(shares) == {"000", "001", "002", "003", "004"}
    assert all(0 < share <= 100 for share in shares.values())


@pytest.mark.parametrize("year", ["2020", "2023"])
def test_a_figure_of_the_statistics_office_changes_nothing_on_the_ministry_series(
    year: str, files: Files, built: Path
) -> None:
    """Even where it is entered under the ministry's own indicator."""
    stated = {q for q in ox.parse(path=str(built / "dataset.nq")) if "/graph/derived/" not in str(q.graph_name)}
    before, _ = derived(stated, files)
    register = registers.load(files)
    [office] = [m for m in register.measurements if m.basis.endswith("first-release") and m.period == "2020"]
    added = replace(office, indicator="def/indicator/ty-trong-kinh-te-so-tren-gdp", period=year)
    more = replace(register, measurements=(*register.measurements, added))
    after, _ = derived(stated | set(register_mapping.quads(more, Iris())), files)
    assert rows(after, SERIES) == rows(before, SERIES)
    new = [row for row in rows(after, COMPARED) if row not in rows(before, COMPARED)]
    assert [row for row in rows(before, COMPARED) if row not in rows(after, COMPARED)] == []
    assert {row[0] for row in new} == (set() if year == "2020" else {"basis"})
    assert all(row[3] == "" for row in new)


def test_citations_of_a_new_text_are_held_against_the_register(files: Files, tmp_path: Path) -> None:
    folder = tmp_path / "documents"
    folder.mkdir()
    (folder / "bai.txt").write_text(
        "Ngày 11/7/2025, Bộ Công an họp.\n\n"
        "Căn cứ Quyết định số 749/QĐ-TTg ngày 06/3/2020 của Thủ tướng Chính phủ, các bộ đã ban hành kế hoạch.\n\n"
        "Nghị quyết số 50/NQ-CP của Chính phủ được triển khai.\n\n"
        "Việc định danh thực hiện theo Nghị định số 59/2022/NĐ-CP của Chính phủ.\n",
        encoding="utf-8",
    )
    version = build(files, tmp_path / "out", documents=folder).version
    assert validate_version(version, files.shapes).conforms("violation")
    found = rows(load_store(version / "dataset.nq"), FOUND)
    assert sorted((row[0], row[2]) for row in found) == [
        ("date-differs", "749-qd-ttg-2020"),
        ("lapsed", "59-nd-cp-2022"),
        ("several-candidates", "50-nq-cp-2020,50-nq-cp-2021"),
    ]
