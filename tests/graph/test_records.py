"""Tasks, meetings, relations, themes, lists and the number ledger as records, and the queries that ask for them."""

from pathlib import Path

import pytest
from pyoxigraph import QuerySolutions, Store

from cdsgraph import queries
from cdsgraph.checking import engine, rdffiles, shapesfiles
from cdsgraph.files import Files
from cdsgraph.graph import mapping
from cdsgraph.graph.dataset import load_store
from cdsgraph.vocab import DEFAULT_BASE, Iris, prefixes
from tests import saved_answers
from tests.graph.records import TEXT, nquads, reading

ID = DEFAULT_BASE + "id/"
DEF = DEFAULT_BASE + "def/"
PREFIXES = "".join(f"PREFIX {name}: <{iri}>\n" for name, iri in prefixes().items())


@pytest.fixture(scope="module")
def mapped(files: Files, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The graph of the text as a file."""
    path = tmp_path_factory.mktemp("mapped") / "source.nq"
    path.write_bytes(nquads(files))
    return path


@pytest.fixture(scope="module")
def whole(mapped: Path, built: Path) -> Path:
    """The graph of the text with the project's own dataset, which describes codes and properties."""
    path = mapped.with_name("whole.nq")
    path.write_bytes(mapped.read_bytes() + (built / "dataset.nq").read_bytes())
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
        ("org/cuc-thue-thu-nghiem", "cds:partOfBloc", "id:org/khoi-chuyen-doi-so"),
        ("programme/chuong-trinh-kho-mo", "cds:approvedBy", "id:act/901-qd-ttg-2024"),
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


def test_the_records_pass_the_shapes(files: Files, whole: Path) -> None:
    graph = rdffiles.read([whole])
    report = engine.validate(graph, shapesfiles.load(files.shapes))
    # The names of records come with the derived graphs, which this text is not part of.
    wrong = [each for each in report.results if each.severity == "violation"]
    wrong = [each for each in wrong if not str(each.shape).endswith("/Named-prefLabel")]
    assert [(str(each.focus), str(each.path), str(each.shape)) for each in wrong] == []


MEETING = "Hội nghị sơ kết Đề án 06"


@pytest.mark.parametrize(
    ("name", "params", "columns", "answer"),
    [
        (
            "tasks_of_body",
            {"body": "id/org/bo-cong-an", "first_day": "2024-03-01", "last_day": "2024-03-31"},
            ("role", "action", "deadline", "assigner", "event"),
            [["cơ quan phối hợp", "hoàn thiện kho dữ liệu thuế", "2024-06-30", "Nguyễn Văn An", MEETING]],
        ),
        (
            "tasks_due",
            {"stated_from": "2024-03-15", "stated_until": "2024-03-15"},
            ("deadline", "kind", "role", "party", "status"),
            [
                ["2024-06-30", "nhiệm vụ", "cơ quan chủ trì", "Bộ Tài chính", "được giao"],
                ["2024-06-30", "nhiệm vụ", "cơ quan phối hợp", "Bộ Công an", "được giao"],
            ],
        ),
        (
            "tasks_mentioning",
            {"words": "thủ tục"},
            ("action", "role", "party", "status"),
            [["rà soát thủ tục", "cơ quan chủ trì", "bộ, ngành", "được khuyến nghị"]],
        ),
        (
            "units_of",
            {"whole": "id/topic/khoi-hau-can"},
            ("unit", "relation", "holdsFrom"),
            [["Trung tâm Thử nghiệm số", "partOfBloc", "2024-03-15"]],
        ),
        (
            "connections_of",
            {"thing": "id/system/vneid"},
            ("name", "relation"),
            [["Hệ thống Kho bạc mở", "kết nối với"]],
        ),
        (
            "stages_of_acts",
            {},
            ("name", "stage", "asOf"),
            [["Luật Dữ liệu mở", "đang soạn thảo", "2024-03-15"]],
        ),
        (
            "themes",
            {"first_day": "2024-03-01", "last_day": "2024-03-31"},
            ("theme", "period", "event", "organiser", "list", "item"),
            [
                ["Dữ liệu dùng chung", "2024-03-15", MEETING, "Bộ Công an", "2 trụ cột", "kết nối"],
                ["Dữ liệu dùng chung", "2024-03-15", MEETING, "Bộ Công an", "2 trụ cột", "chia sẻ"],
            ],
        ),
        (
            "announced_lists",
            {"words": "trụ cột"},
            ("asOf", "list", "position", "item"),
            [["2024-03-15", "2 trụ cột", "1", "kết nối"], ["2024-03-15", "2 trụ cột", "2", "chia sẻ"]],
        ),
        (
            "sentences_mentioning",
            {"words": "kho dữ liệu thuế"},
            ("asOf", "action", "status", "deadline"),
            [["2024-03-15", "hoàn thiện kho dữ liệu thuế", "được giao", "2024-06-30"]],
        ),
        (
            "number_ledger",
            {},
            ("reason", "count"),
            [["chưa hiểu", "1"], ["ngày tháng", "1"]],
        ),
    ],
)
def test_a_saved_query_finds_the_records(
    files: Files, whole: Path, name: str, params: dict[str, str], columns: tuple[str, ...], answer: list[list[str]]
) -> None:
    found = saved_answers.rows(queries.find(files.queries, name), params, whole)
    told = [row for row in found if row["source"] == f"{ID}source/hoi-nghi"]
    assert sorted([row[column] for column in columns] for row in told) == sorted(answer)
