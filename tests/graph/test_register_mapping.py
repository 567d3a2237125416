"""The register as a graph: only what was seen, each with its row."""

from collections import Counter
from collections.abc import Iterator

import pytest
from pyoxigraph import DefaultGraph, Quad, Store

from cdsgraph.files import Files
from cdsgraph.graph import register_mapping
from cdsgraph.register import Register, load
from cdsgraph.vocab import Iris, prefixes

HEAD = "".join(f"PREFIX {name}: <{iri}>\n" for name, iri in prefixes().items())


@pytest.fixture(scope="module")
def register(files: Files) -> Register:
    return load(files)


@pytest.fixture(scope="module")
def quads(register: Register) -> list[Quad]:
    return list(register_mapping.quads(register, Iris()))


@pytest.fixture(scope="module")
def store(quads: list[Quad]) -> Store:
    store = Store()
    store.extend(Quad(quad.subject, quad.predicate, quad.object, DefaultGraph()) for quad in quads)
    return store


def select(store: Store, query: str) -> list[tuple[str, ...]]:
    """The solutions as tuples of strings; IRIs below the base without it."""

    def cells() -> Iterator[tuple[str, ...]]:
        for solution in store.query(HEAD + query):  # type: ignore[union-attr]
            yield tuple("" if cell is None else str(cell.value).removeprefix(Iris().base) for cell in solution)

    return list(cells())


def ask(store: Store, query: str) -> bool:
    return bool(store.query(HEAD + f"ASK {{ {query} }}"))


def test_recalled_rows_give_no_quads(register: Register, quads: list[Quad]) -> None:
    base = Iris().base
    recalled = {base + entry.key for entry in register.entries if not entry.checked}
    recalled |= {base + act.key for act in register.acts if not act.checked}
    recalled |= {base + change.key for change in register.changes if not change.checked}
    recalled |= {base + transfer.key for transfer in register.transfers if not transfer.checked}
    assert recalled
    named = {getattr(term, "value", "") for quad in quads for term in (quad.subject, quad.object)}
    assert not recalled & named


def test_cells_not_seen_stay_out(store: Store) -> None:
    assert ask(store, "<https://w3id.org/cdsgraph/id/org/cuc-chuyen-doi-so-quoc-gia-2025> a org:OrganizationalUnit")
    assert not ask(store, "<https://w3id.org/cdsgraph/id/org/cuc-chuyen-doi-so-quoc-gia-2025> org:unitOf ?body")
    assert not ask(store, "<https://w3id.org/cdsgraph/id/system/vneid> cds:operatedBy ?body")


def test_a_ministry_says_when_it_was_and_what_came_after(store: Store) -> None:
    found = select(
        store,
        """SELECT ?vi ?en ?last ?gone ?after WHERE {
             <https://w3id.org/cdsgraph/id/org/bo-thong-tin-va-truyen-thong>
               skos:prefLabel ?vi , ?en ; cds:lastDay ?last ; schema:dissolutionDate ?gone ; cds:successor ?after
             FILTER (LANG(?vi) = "vi" && LANG(?en) = "en")
           }""",
    )
    assert found == [
        (
            "Bộ Thông tin và Truyền thông",
            "Ministry of Information and Communications",
            "2025-02-28",
            "2025-03-01",
            "id/org/bo-khoa-hoc-va-cong-nghe-2025",
        )
    ]


def test_responsibility_passes_from_body_to_body_without_a_gap(store: Store) -> None:
    found = select(
        store,
        """SELECT ?body ?first ?last WHERE {
             ?r a cds:Responsibility ; cds:responsibleBody ?body ;
                cds:function <https://w3id.org/cdsgraph/def/function/an-toan-thong-tin-mang> .
             OPTIONAL { ?r cds:firstDay ?first } OPTIONAL { ?r cds:lastDay ?last }
           } ORDER BY ?body""",
    )
    assert found == [
        ("id/org/bo-cong-an", "2025-03-01", ""),
        ("id/org/bo-thong-tin-va-truyen-thong", "", "2025-02-28"),
    ]


def test_each_checked_target_and_measurement_is_one_figure(register: Register, store: Store) -> None:
    targets = select(store, "SELECT ?figure WHERE { ?figure a cds:Target , cds:Figure , qb:Observation }")
    measured = select(store, "SELECT ?figure WHERE { ?figure a cds:Observation , cds:Figure , qb:Observation }")
    assert len(targets) == sum(target.checked for target in register.targets)
    assert len(measured) == sum(measurement.checked for measurement in register.measurements)


def test_every_figure_has_row_basis_unit_day_and_both_labels(store: Store) -> None:
    lacking = select(
        store,
        """SELECT ?figure WHERE {
             ?figure a cds:Figure .
             FILTER NOT EXISTS {
               ?figure prov:wasDerivedFrom/cds:file ?file ; cds:basis/skos:prefLabel ?basis ;
                 cds:unit/skos:prefLabel ?unit ; cds:asOf ?day ; cds:indicator/skos:prefLabel ?indicator ;
                 skos:prefLabel ?vi , ?en .
               FILTER (LANG(?vi) = "vi" && LANG(?en) = "en")
             }
           }""",
    )
    assert lacking == []


def test_a_figure_is_printed_as_its_source_prints_it(store: Store) -> None:
    labels = {label for (label,) in select(store, "SELECT ?l WHERE { ?f a cds:Figure ; skos:prefLabel ?l }")}
    assert "tỷ trọng kinh tế số trên GDP: ≥ 30% (57-NQ/TW, năm 2030)" in labels
    assert (
        "thứ hạng phát triển chính phủ điện tử (EGDI): 71 (năm 2024; Liên Hợp Quốc, Khảo sát Chính phủ điện tử)"
        in labels
    )
    assert (
        "value-added share of the digital economy in GDP: 12.87% (2023; General Statistics Office, revision)" in labels
    )


def test_first_release_and_revision_of_one_year_are_two_figures_on_two_bases(store: Store) -> None:
    found = select(
        store,
        """SELECT ?value ?basis WHERE {
             ?f cds:indicator/skos:prefLabel "tỷ trọng giá trị tăng thêm của kinh tế số trong GDP"@vi ;
                cds:periodLabel "2022" ; cds:value ?value ; cds:basis ?basis
           } ORDER BY ?value""",
    )
    assert found == [
        ("12.63", "id/basis/tong-cuc-thong-ke-first-release"),
        ("12.83", "id/basis/tong-cuc-thong-ke-revision"),
    ]


def test_acts_carry_number_type_date_and_what_they_replace(store: Store) -> None:
    found = select(
        store,
        """SELECT ?label ?date ?issuer ?old WHERE {
             ?act cds:number "69/2024/NĐ-CP" ; skos:prefLabel ?label ; eli:date_document ?date ;
               eli:passed_by ?issuer ; dcterms:replaces ?old
           }""",
    )
    assert found == [("Nghị định 69/2024/NĐ-CP", "2024-06-25", "id/org/chinh-phu", "id/act/59-nd-cp-2022")]
    assert ask(store, '?act a cds:PartyDocument ; cds:number "57-NQ/TW"')
    assert not ask(store, '?act a cds:PartyDocument ; cds:number "749/QĐ-TTg"')


def test_provinces_carry_code_and_what_they_were_merged_into(store: Store) -> None:
    rows = select(
        store, "SELECT ?old ?new WHERE { ?old cds:mergedInto ?new ; cds:officialCode ?c . ?new cds:officialCode ?d }"
    )
    assert len(rows) == 63
    assert len({new for _, new in rows}) == 34
    assert ("id/place/tinh-ha-giang", "id/place/tinh-tuyen-quang-2025") in rows


def test_one_preferred_label_a_language(store: Store) -> None:
    labels = select(store, "SELECT ?s (LANG(?l) AS ?lang) WHERE { ?s skos:prefLabel ?l }")
    assert [label for label, count in Counter(labels).items() if count > 1] == []


def test_another_base_moves_everything_but_the_terms(register: Register) -> None:
    iris = Iris("https://example.org/graph/")
    for quad in register_mapping.quads(register, iris):
        assert "w3id.org/cdsgraph/id/" not in str(quad)
        assert "w3id.org/cdsgraph/def/" not in str(quad)
