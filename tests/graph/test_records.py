"""Tasks, meetings, relations, themes, lists and the number ledger as records, from facts as reading would give them."""

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest
from pyoxigraph import QuerySolutions, Store

from cdsgraph import register as registers
from cdsgraph.checking import engine, rdffiles, shapesfiles
from cdsgraph.files import Files
from cdsgraph.graph import mapping
from cdsgraph.graph.dataset import canonical_nquads, load_store
from cdsgraph.reading.document import Document, Metadata, Span
from cdsgraph.reading.facts import (
    Entity,
    Event,
    Fact,
    LegalReference,
    NumberSeen,
    Quantity,
    Reading,
    Relation,
    Task,
    Theme,
)
from cdsgraph.reading.layout import LayoutWords, lay_out
from cdsgraph.reading.linking import Linker
from cdsgraph.vocab import Iris, prefixes

ID = "https://w3id.org/cdsgraph/id/"
DEF = "https://w3id.org/cdsgraph/def/"
PREFIXES = "".join(f"PREFIX {name}: <{iri}>\n" for name, iri in prefixes().items())
TEXT = """Ngày 15/3/2024, Bộ Công an tổ chức Hội nghị sơ kết Đề án 06.

Bộ trưởng yêu cầu Bộ Tài chính chủ trì, phối hợp với Bộ Công an hoàn thiện kho dữ liệu thuế trong quý II/2024.

Các bộ, ngành rà soát thủ tục. Trường mầm non Hoa Sen đã lắp mạng.

Chủ đề của hội nghị là “Dữ liệu dùng chung”, với 2 trụ cột: kết nối; chia sẻ.

Trung tâm Thử nghiệm số thuộc Bộ Tài chính. Khối hậu cần gồm Trung tâm Thử nghiệm số. Ông An lãnh đạo Bộ Tài chính.

Hệ thống Kho bạc mở do Bộ Tài chính vận hành, kết nối với VNeID. Luật Dữ liệu mở đang được soạn thảo. Mã 777.
"""


class Facts:
    """Facts whose spans are words of the text."""

    def __init__(self, document: Document) -> None:
        self._document = document

    def span(self, words: str) -> Span:
        start = self._document.text.index(words)
        return Span(start, start + len(words))

    def at(self, words: str) -> dict[str, object]:
        span = self.span(words)
        sentence = self._document.sentence_at(span.start)
        assert sentence is not None
        return {"span": span, "sentence": sentence.span, "rule": "test"}


def reading(files: Files) -> Reading:
    metadata = Metadata(slug="hoi-nghi", event_date="2024-03-15", kind="press-report")
    document = lay_out(Document("hoi-nghi.txt", TEXT, metadata), LayoutWords.load(files.rules))
    facts = Facts(document)
    event = "Hội nghị sơ kết Đề án 06"
    made: list[tuple[Callable[..., Fact], str, dict[str, object]]] = [
        (Event, event, {
            "name": event, "date": "2024-03-15", "organisers": ("Bộ Công an",), "participants": ("Các bộ, ngành",),
        }),
        (Task, "hoàn thiện kho dữ liệu thuế", {
            "action": "hoàn thiện kho dữ liệu thuế", "assignees": ("Bộ Tài chính",), "coordinators": ("Bộ Công an",),
            "assigner": "Nguyễn Văn An", "deadline": "2024-Q2", "event": "Hội nghị sơ kết",
        }),
        (Task, "rà soát thủ tục", {"action": "rà soát thủ tục", "assignees": ("Các bộ, ngành",), "status": None}),
        (Task, "lắp mạng", {"action": "lắp mạng", "assignees": ("các trường mầm non",), "status": "done"}),
        (Quantity, "2 trụ cột", {
            "value": Decimal(2), "unit": "trụ cột", "indicator": "số trụ cột",
            "items": (facts.span("kết nối"), facts.span("chia sẻ")),
        }),
        (Entity, "Trung tâm Thử nghiệm số", {"type": "unit", "name": "Trung tâm Thử nghiệm số"}),
        (Entity, "Hệ thống Kho bạc mở", {"type": "system", "name": "Hệ thống Kho bạc mở"}),
        (Relation, "thuộc Bộ Tài chính", {
            "subject": "Trung tâm Thử nghiệm số", "predicate": "part_of", "object": "Bộ Tài chính",
        }),
        (Relation, "gồm Trung tâm Thử nghiệm số", {
            "subject": "Khối hậu cần", "predicate": "has_unit", "object": "Trung tâm Thử nghiệm số",
        }),
        (Relation, "lãnh đạo", {"subject": "Nguyễn Văn An", "predicate": "leads", "object": "Bộ Tài chính"}),
        (Relation, "do Bộ Tài chính vận hành", {
            "subject": "Bộ Tài chính", "predicate": "operates", "object": "Hệ thống Kho bạc mở",
        }),
        (Relation, "kết nối với", {"subject": "Hệ thống Kho bạc mở", "predicate": "connected_to", "object": "VNeID"}),
        (LegalReference, "Luật Dữ liệu mở", {"type": "law", "title": "Luật Dữ liệu mở", "stage": "drafting"}),
    ]  # fmt: skip
    theme = Theme(words="Dữ liệu dùng chung", event=event, **facts.at("Dữ liệu dùng chung"))  # type: ignore[arg-type]
    numbers = (NumberSeen(facts.span("15/3/2024"), "date"), NumberSeen(facts.span("777"), None))
    person = Entity(type="person", name="Nguyễn Văn An", aliases=("Ông An",), **facts.at("Ông An"))  # type: ignore[arg-type]
    return Reading(document, (*(of(**facts.at(words), **more) for of, words, more in made), person), numbers, (theme,))


@pytest.fixture(scope="module")
def mapped(files: Files, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The quads of the text as a file, beside those of the register and the schemes that it leans on."""
    iris, register, told = Iris(), registers.load(files), reading(files)
    linker = Linker(register, iris, told.document, [fact for fact in told.facts if isinstance(fact, Entity)])
    path = tmp_path_factory.mktemp("mapped") / "source.nq"
    path.write_bytes(canonical_nquads(set(mapping.quads(told, linker, iris, rules_version="0" * 8))))
    return path


@pytest.fixture(scope="module")
def store(mapped: Path) -> Store:

    return load_store(mapped)


def rows(store: Store, query: str) -> list[tuple[str, ...]]:
    solutions = store.query(PREFIXES + query)
    assert isinstance(solutions, QuerySolutions)
    return [
        tuple("" if term is None else term.value.replace(ID, "id:").replace(DEF, "def:") for term in each)
        for each in solutions
    ]


def test_a_task_tells_who_with_whom_for_whom_by_when_and_where(store: Store) -> None:
    assert rows(
        store,
        """SELECT ?who ?with ?by ?status ?label ?deadline ?stated ?meeting { ?t a cds:Task , prov:Plan ;
        cds:actionText "hoàn thiện kho dữ liệu thuế" ; cds:assignee ?who ; cds:coordinator ?with ; cds:assigner ?by ;
        cds:taskStatus ?status ; cds:deadlineLabel ?label ; cds:deadline ?deadline ; cds:statedOn ?stated ;
        cds:assignedAt/skos:prefLabel ?meeting }""",
    ) == [
        (
            "id:org/bo-tai-chinh", "id:org/bo-cong-an", "id:person/nguyen-van-an", "def:task-status/assigned",
            "2024-Q2", "2024-06-30", "2024-03-15", "Hội nghị sơ kết Đề án 06",
        )
    ]  # fmt: skip


def test_a_task_nobody_assigns_is_advised_and_a_group_is_no_body(store: Store) -> None:
    tasks = rows(
        store,
        """SELECT ?action ?status ?who { ?t a cds:Task ; cds:actionText ?action ; cds:taskStatus ?status ;
        cds:assignee ?who FILTER(?action != "hoàn thiện kho dữ liệu thuế") } ORDER BY ?action""",
    )
    assert tasks == [
        ("lắp mạng", "def:task-status/done", "def:body-group/cac-truong-mam-non"),
        ("rà soát thủ tục", "def:task-status/advised", "def:body-group/bo-nganh"),
    ]
    assert rows(
        store,
        """SELECT ?name { def:body-group\\/cac-truong-mam-non a skos:Concept , cds:Provisional ; skos:prefLabel ?name ;
        skos:inScheme def:body-group }""",
    ) == [("các trường mầm non",)]


def test_an_event_has_a_day_a_key_and_those_who_took_part(store: Store) -> None:
    assert rows(
        store,
        """SELECT ?iri ?day ?key ?organiser ?there { ?iri a schema:Event , prov:Activity ; schema:startDate ?day ;
        cds:eventKey ?key ; schema:organizer ?organiser ; schema:attendee ?there }""",
    ) == [
        (
            rows(store, "SELECT ?e { ?e a schema:Event }")[0][0], "2024-03-15",
            "hoi-nghi-so-ket-de-an-06-2024-03-15", "id:org/bo-cong-an", "def:body-group/bo-nganh",
        )
    ]  # fmt: skip


def test_a_theme_leads_to_its_event(store: Store) -> None:
    assert rows(
        store, "SELECT ?words ?event { ?t a cds:Theme ; skos:prefLabel ?words ; cds:themeOf/skos:prefLabel ?event }"
    ) == [("Dữ liệu dùng chung", "Hội nghị sơ kết Đề án 06")]


def test_what_a_number_announces_is_listed_in_order(store: Store) -> None:
    assert rows(
        store,
        """SELECT ?at ?item ?exact { ?f a cds:Figure ; cds:listItem ?i . ?i skos:prefLabel ?item ; schema:position ?at ;
        prov:wasDerivedFrom/oa:hasSelector/oa:exact ?exact } ORDER BY ?at""",
    ) == [("1", "kết nối", "kết nối"), ("2", "chia sẻ", "chia sẻ")]


@pytest.mark.parametrize(
    ("subject", "predicate", "target"),
    [
        ("org/trung-tam-thu-nghiem-so", "org:unitOf", "id:org/bo-tai-chinh"),
        ("org/trung-tam-thu-nghiem-so", "cds:partOfBloc", "id:topic/khoi-hau-can"),
        ("system/he-thong-kho-bac-mo", "cds:operatedBy", "id:org/bo-tai-chinh"),
        ("system/he-thong-kho-bac-mo", "cds:connectedTo", None),
    ],
)
def test_a_relation_is_a_triple_and_a_statement_with_its_words(
    store: Store, subject: str, predicate: str, target: str | None
) -> None:
    found = rows(store, f"SELECT ?target {{ <{ID}{subject}> {predicate} ?target }}")
    assert len(found) == 1
    assert target is None or found == [(target,)]
    stated = rows(
        store,
        f"""SELECT ?target ?from {{ ?s a cds:Statement , rdf:Statement ; rdf:subject <{ID}{subject}> ;
        rdf:predicate {predicate} ; rdf:object ?target ; cds:holdsFrom ?from ; cds:sentence ?words }}""",
    )
    assert stated == [(*found[0], "2024-03-15")]


def test_a_leader_is_stated_and_never_left_undated(store: Store) -> None:
    assert rows(store, "SELECT ?who ?of { ?who cds:leads ?of }") == []
    assert rows(
        store, "SELECT ?who ?of { ?s a cds:Statement ; rdf:predicate cds:leads ; rdf:subject ?who ; rdf:object ?of }"
    ) == [("id:person/nguyen-van-an", "id:org/bo-tai-chinh")]


def test_a_citation_tells_how_far_the_act_has_come(store: Store) -> None:
    assert rows(store, "SELECT ?stage { ?c a cds:Citation ; cds:stage ?stage }") == [("def:stage/drafting",)]


def test_the_number_ledger_is_in_the_graph(store: Store) -> None:
    assert rows(
        store,
        """SELECT ?printed ?start { ?n a cds:UnreadNumber ; cds:printed ?printed ; cds:sentence ?sentence ;
        prov:wasDerivedFrom/oa:hasSelector/oa:start ?start }""",
    ) == [("777", str(TEXT.index("777")))]
    assert rows(
        store,
        f"""SELECT ?reason ?count {{ <{ID}source/hoi-nghi> cds:numberCount ?c . ?c cds:numberReason ?reason ;
        cds:count ?count }} ORDER BY ?reason""",
    ) == [("def:number-reason/date", "1"), ("def:number-reason/not-understood", "1")]


def test_a_fact_of_each_kind_has_an_iri_of_its_kind(files: Files) -> None:
    kinds = {iri.value.removeprefix(ID).split("/")[0] for iri in mapping.fact_iris(reading(files), Iris())}
    assert kinds == {"event", "task", "figure", "mention", "statement", "citation"}


def test_a_task_that_names_no_meeting_has_none(store: Store) -> None:
    unplaced = rows(store, "SELECT ?a { ?t a cds:Task ; cds:actionText ?a FILTER NOT EXISTS { ?t cds:assignedAt ?e } }")
    assert sorted(unplaced) == [("lắp mạng",), ("rà soát thủ tục",)]


def test_the_records_pass_the_shapes(files: Files, mapped: Path, built: Path) -> None:
    graph = rdffiles.read([mapped, built / "dataset.nq"])
    report = engine.validate(graph, shapesfiles.load(files.shapes))
    wrong = [result for result in report.results if result.severity == "violation"]
    assert [(str(each.focus), str(each.path), str(each.shape)) for each in wrong] == []
