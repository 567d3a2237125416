"""A build: the same inputs give the same bytes, and every figure leads back to its words."""

import json
import re
from hashlib import sha256
from pathlib import Path

import pyoxigraph as ox

from cdsgraph.build import build
from cdsgraph.files import Files
from cdsgraph.graph import versions
from cdsgraph.graph.dataset import load_store
from cdsgraph.vocab import CDS, DEFAULT_BASE, OA, OWL, PROV, prefixes

DERIVED = [
    f"derived/{rule}"
    for rule in (
        "changes-of-shares", "citation-findings", "comparisons", "coverage", "fact-counts", "hedged-figures",
        "missing-base-periods", "missing-bases", "missing-periods", "record-names", "reported-series", "series",
        "side-by-side", "target-assessments", "target-relations", "task-ledger", "task-responsibility",
        "unnamed-ministries",
    )
]  # fmt: skip
PREFIXES = "".join(f"PREFIX {name}: <{iri}>\n" for name, iri in prefixes().items())


def rows(store: ox.Store, query: str) -> list[tuple[str, ...]]:
    solutions = store.query(PREFIXES + query)
    assert isinstance(solutions, ox.QuerySolutions)
    return [tuple("" if term is None else term.value for term in row) for row in solutions]


def test_two_builds_of_the_same_inputs_are_the_same_bytes(files: Files, built: Path, tmp_path: Path) -> None:
    again = build(files, tmp_path, jobs=2)
    assert (again.version / "dataset.nq").read_bytes() == (built / "dataset.nq").read_bytes()
    assert again.version.name == built.name == versions.version_name((built / "dataset.nq").read_bytes())
    assert versions.current(tmp_path) == again.version.resolve()


def test_the_default_graph_is_the_union_without_doubles(built: Path) -> None:
    store = load_store(built / "dataset.nq")
    named = {quad.triple for quad in store if quad.graph_name != ox.DefaultGraph()}
    default = [quad.triple for quad in store.quads_for_pattern(None, None, None, ox.DefaultGraph())]
    assert len(default) == len(named)
    assert set(default) == named


def test_every_figure_has_a_span_or_a_register_entry(built: Path) -> None:
    store = load_store(built / "dataset.nq")
    without = rows(
        store,
        "SELECT ?f { ?f a cds:Figure FILTER NOT EXISTS "
        "{ ?f prov:wasDerivedFrom ?e . { ?e a cds:EvidenceSpan } UNION { ?e a cds:RegisterEntry } } }",
    )
    assert without == []


def test_every_span_quotes_its_text(built: Path) -> None:
    store = load_store(built / "dataset.nq")
    spans = rows(
        store,
        "SELECT ?file ?start ?end ?exact { ?span oa:hasSource/cds:fileName ?file ; oa:hasSelector "
        "[ oa:start ?start ; oa:end ?end ; oa:exact ?exact ] }",
    )
    texts = {p.name: p.read_text(encoding="utf-8") for p in (built / "documents").iterdir()}
    assert len(spans) > 500
    for file, start, end, exact in spans:
        assert texts[file][int(start) : int(end)] == exact


def test_every_number_is_in_a_fact_or_in_the_ledger(built: Path) -> None:
    texts = {p.name: p.read_text(encoding="utf-8") for p in (built / "documents").iterdir()}
    ledger, facts = (
        [json.loads(line) for line in (built / name).read_text(encoding="utf-8").splitlines()]
        for name in ("numbers.jsonl", "facts.jsonl")
    )
    assert {entry["reason"] for entry in ledger} >= {"date", "period", "legal_reference", "name", "page furniture"}
    figures = {(fact["doc"], fact["start"], fact["end"]) for fact in facts if fact["kind"] == "quantity"}
    covered: dict[str, set[int]] = {name: set() for name in texts}
    for entry in ledger:
        doc, start, end = entry["doc"], entry["start"], entry["end"]
        assert texts[doc][start:end] == entry["quote"]
        assert (
            texts[doc].split("\n")[entry["line"] - 1][entry["column"] - 1 :].startswith(entry["quote"].split("\n")[0])
        )
        assert (doc, start, end) not in figures
    assert len({(e["doc"], e["start"], e["end"]) for e in ledger}) == len(ledger)
    for told in (*ledger, *facts):
        covered[told["doc"]].update(range(told["start"], told["end"]))
    left_out = [
        (name, match.start(), match[0])
        for name, text in texts.items()
        for match in re.finditer(r"\d+", text)
        if not covered[name].issuperset(range(*match.span()))
    ]
    assert left_out == []


def test_a_number_not_understood_is_counted_and_stands_in_the_ledger(files: Files, tmp_path: Path) -> None:
    folder = tmp_path / "documents"
    folder.mkdir()
    (folder / "bai.txt").write_text("Bộ Công an có 12 đơn vị.\n\nMã .45 là gì?\n", encoding="utf-8")
    made = build(files, tmp_path / "out", documents=folder)
    assert [(n.file, n.line, n.column, n.words) for n in made.not_understood] == [("bai.txt", 3, 5, "45")]
    entries = [json.loads(line) for line in (made.version / "numbers.jsonl").read_text(encoding="utf-8").splitlines()]
    assert entries == [
        {"doc": "bai.txt", "start": 30, "end": 32, "quote": "45", "line": 3, "column": 5, "reason": None}
    ]


def test_no_blank_nodes_and_one_graph_a_source(built: Path) -> None:
    quads = list(ox.parse(path=str(built / "dataset.nq")))
    assert not any(isinstance(t, ox.BlankNode) for q in quads for t in (q.subject, q.object))
    graphs = {q.graph_name.value.rsplit("/graph/", 1)[1] for q in quads if isinstance(q.graph_name, ox.NamedNode)}
    assert graphs == {"ontology", "register", *(f"source/00{n}" for n in range(5)), *DERIVED}


def test_a_corrected_figure_renames_nothing(files: Files, tmp_path: Path) -> None:
    text = (
        "Ngày 11/7/2025, Bộ Công an họp.\n\n"
        "Tỷ lệ hồ sơ trực tuyến trong tháng 6 đạt {}%. Đã có hơn 18 triệu chứng thư chữ ký số.\n"
    )
    names = []
    for value in ("39,51", "95,5"):
        folder = tmp_path / value
        folder.mkdir()
        (folder / "report.txt").write_text(text.format(value), encoding="utf-8")
        store = load_store(build(files, tmp_path / f"out{value}", documents=folder).version / "dataset.nq")
        names.append(rows(store, "SELECT ?f ?s { ?f a cds:Figure ; cds:source ?s } ORDER BY ?f"))
    assert names[0] == names[1]
    assert len(names[0]) >= 2


def test_another_base_moves_every_thing_and_no_term(files: Files, tmp_path: Path) -> None:
    version = build(files, tmp_path, base="https://data.example.vn/cds/").version
    dataset = (version / "dataset.nq").read_text(encoding="utf-8")
    assert "<https://data.example.vn/cds/id/org/bo-cong-an>" in dataset
    assert f"<{CDS}Figure>" in dataset
    for moved in ("id/", "def/", "graph/"):
        assert f"<https://w3id.org/cdsgraph/{moved}" not in dataset
    assert PROV in dataset
    assert OA in dataset


def test_every_name_below_the_base_is_described(built: Path) -> None:
    """Nothing points to a thing, a code, a class or a property of which the dataset says nothing."""
    quads = list(ox.parse(path=str(built / "dataset.nq"), format=ox.RdfFormat.N_QUADS))
    named = {node.value for q in quads for node in (q.predicate, q.object) if isinstance(node, ox.NamedNode)}
    described = {q.subject.value for q in quads if isinstance(q.subject, ox.NamedNode)}
    versions_of_terms = {q.object.value for q in quads if q.predicate.value == OWL + "versionIRI"}
    ours = {iri for iri in named if iri.startswith(DEFAULT_BASE)}
    assert sorted(ours - described - versions_of_terms) == []


def test_a_basis_has_the_english_name_of_its_compiler(built: Path) -> None:
    store = load_store(built / "dataset.nq")
    pairs = rows(
        store,
        "SELECT ?label ?name WHERE { ?basis a cds:Basis ; skos:prefLabel ?label ; cds:compiler/skos:prefLabel ?name "
        'FILTER(LANG(?label) = "en" && LANG(?name) = "en" && STRSTARTS(?label, "figures of ")) }',
    )
    assert pairs
    assert all(basis == f"figures of {name}" for basis, name in pairs)


def test_a_folder_of_documents_brings_its_own_records(files: Files, tmp_path: Path) -> None:
    folder = tmp_path / "documents"
    folder.mkdir()
    text = "Bộ Công an có 12 đơn vị.\n"
    (folder / "bai.txt").write_text(text, encoding="utf-8")
    header = (files.documents / "sources.csv").read_text(encoding="utf-8").splitlines()[0]
    row = dict.fromkeys(header.split(","), "")
    row |= {"slug": "bai-bao", "file": "bai.txt", "sha256": sha256(text.encode()).hexdigest(), "title": "Bài báo"}
    row |= {"event_date": "2024-05-06", "kind": "press-report", "checked": "yes"}
    (folder / "sources.csv").write_text(f"{header}\n{','.join(row.values())}\n", encoding="utf-8")
    store = load_store(build(files, tmp_path / "out", documents=folder).version / "dataset.nq")
    told = rows(
        store, "SELECT ?s ?title ?asOf { ?f a cds:Figure ; cds:asOf ?asOf ; cds:source ?s . ?s dcterms:title ?title }"
    )
    assert told == [("https://w3id.org/cdsgraph/id/source/bai-bao", "Bài báo", "2024-05-06")]


def test_a_name_that_a_heading_breaks_over_two_lines_has_its_evidence(files: Files, tmp_path: Path) -> None:
    folder = tmp_path / "documents"
    folder.mkdir()
    head = "ỦY BAN NHÂN DÂN\n\nTỈNH BẮC NINH\n\nSố: 144/KH-UBND\n\nBắc Ninh, ngày 24 tháng 11 năm 2025\n\nKẾ HOẠCH\n\n"
    (folder / "kh.txt").write_text(head + "Ủy ban nhân dân tỉnh Bắc Ninh giao Sở Nội vụ rà soát.\n", encoding="utf-8")
    facts = (build(files, tmp_path / "out", documents=folder).version / "facts.jsonl").read_text(encoding="utf-8")
    assert "ỦY BAN NHÂN DÂN\\n\\nTỈNH BẮC NINH" in facts


def test_what_two_texts_tell_differently_of_one_thing_is_settled(files: Files, tmp_path: Path) -> None:
    folder = tmp_path / "documents"
    folder.mkdir()
    day = "Ngày {}/5/2025, Viện Nghiên cứu Sông Hồng họp theo Nghị quyết số 999/NQ-CP ngày {} của Chính phủ.\n"
    for name, number, signed in (("a", 1, "01/4/2025"), ("b", 2, "01/5/2025"), ("c", 3, "01/4/2025")):
        (folder / f"{name}.txt").write_text(day.format(number, signed), encoding="utf-8")
    made = build(files, tmp_path / "out", documents=folder)
    store = load_store(made.version / "dataset.nq")
    act = "<https://w3id.org/cdsgraph/id/act/999-nq-cp-2025>"
    assert rows(store, f"SELECT ?day {{ {act} eli:date_document ?day }}") == [("2025-04-01",)]
    cited = rows(store, f"SELECT ?day {{ ?c cds:cited {act} ; cds:citedDate ?day }} ORDER BY ?day")
    assert [each for (each,) in cited] == ["2025-04-01", "2025-04-01", "2025-05-01"]
