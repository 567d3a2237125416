"""Which IRIs names get, over the project's own register."""

import pytest

from cdsgraph import register
from cdsgraph.files import Files
from cdsgraph.reading.document import Document, Metadata, Span
from cdsgraph.reading.facts import Entity, EntityType, LegalReference
from cdsgraph.reading.linking import Linker
from cdsgraph.register import Register
from cdsgraph.vocab import ActType, Iris

ID = "https://w3id.org/cdsgraph/id/"
SPAN = Span(0, 1)


@pytest.fixture(scope="module")
def known(files: Files) -> Register:
    return register.load(files)


def _linker(known: Register, day: str | None = None, entities: tuple[Entity, ...] = ()) -> Linker:
    return Linker(known, Iris(), Document("case.txt", "x", Metadata("case", event_date=day)), entities)


def _act(
    number: str | None,
    *,
    kind: ActType = "decision",
    date: str | None = None,
    issuer: str | None = None,
    title: str | None = None,
) -> LegalReference:
    return LegalReference(
        span=SPAN, sentence=SPAN, rule="case", type=kind, number=number, date=date, issuer=issuer, title=title
    )


def _entity(name: str, kind: EntityType) -> Entity:
    return Entity(span=SPAN, sentence=SPAN, rule="case", type=kind, name=name)


def test_body_is_the_one_alive_on_the_documents_date(known: Register) -> None:
    before = _linker(known, "2023-06-12").body("Bộ Khoa học và Công nghệ")
    after = _linker(known, "2025-07-11").body("Bộ Khoa học và Công nghệ")
    assert before.iri.value == ID + "org/bo-khoa-hoc-va-cong-nghe"
    assert after.iri.value == ID + "org/bo-khoa-hoc-va-cong-nghe-2025"


def test_body_that_is_gone_may_still_be_spoken_of(known: Register) -> None:
    link = _linker(known, "2026-01-16").body("Bộ Thông tin và Truyền thông")
    assert (link.iri.value, link.known) == (ID + "org/bo-thong-tin-va-truyen-thong", True)


def test_unknown_thing_gets_an_iri_of_its_kind(known: Register) -> None:
    link = _linker(known).entity(_entity("Sở Thiên văn tỉnh Nghệ An", "local_government"))
    assert (link.iri.value, link.known) == (ID + "org/so-thien-van-tinh-nghe-an", False)
    assert _linker(known).person("Đặng Đình Đức").iri.value == ID + "person/dang-dinh-duc"


def test_name_of_no_known_kind_takes_the_texts_entity(known: Register) -> None:
    linker = _linker(known, entities=(_entity("Công ty Sao Băng", "company"),))
    link = linker.name("Công ty Sao Băng")
    assert link is not None
    assert link.iri.value == ID + "org/cong-ty-sao-bang"
    assert linker.name(None) is None


def test_numbered_act_is_found_by_number_and_date(known: Register) -> None:
    link = _linker(known).act(_act("749/QĐ-TTg", date="2020-06-03", issuer="Thủ tướng Chính phủ"))
    assert (link.iri.value, link.known) == (ID + "act/749-qd-ttg-2020", True)


def test_number_of_another_year_is_another_act(known: Register) -> None:
    link = _linker(known).act(_act("749/QĐ-TTg", date="2011-05-20"))
    assert (link.iri.value, link.known) == (ID + "act/749-qd-ttg-2011", False)


def test_number_given_twice_is_settled_by_its_date_or_not_at_all(known: Register) -> None:
    twice = known.acts_numbered("50/NQ-CP")
    assert len(twice) > 1
    linker = _linker(known)
    dated = linker.act(_act("50/NQ-CP", kind="resolution", date=twice[0].signed.isoformat()))
    assert dated.act == twice[0]
    undated = linker.act(_act("50/NQ-CP", kind="resolution"))
    assert (undated.iri.value, undated.known) == (ID + "act/50-nq-cp-unresolved", False)


def test_misprinted_number_keeps_its_iri_and_names_the_act_meant(known: Register) -> None:
    link = _linker(known).act(_act("884/QĐ-TTg", date="2016-05-18", issuer="Thủ tướng Chính phủ"))
    assert (link.iri.value, link.known) == (ID + "act/884-qd-ttg-2016", False)
    assert link.probable is not None
    assert link.probable.value == ID + "act/844-qd-ttg-2016"


def test_act_of_the_same_day_with_a_number_far_off_is_not_meant(known: Register) -> None:
    assert _linker(known).act(_act("999/QĐ-TTg", date="2016-05-18", issuer="Thủ tướng Chính phủ")).probable is None


def test_named_act_gets_an_iri_of_its_name_and_year(known: Register) -> None:
    link = _linker(known).act(_act(None, kind="law", title="Luật Khí tượng", date="2015"))
    assert link.iri.value == ID + "act/luat-khi-tuong-2015"


def test_short_name_is_the_registers_act_unless_the_text_is_older(known: Register) -> None:
    reference = _act(None, kind="resolution", title="Nghị quyết 57")
    assert _linker(known, "2025-07-11").act(reference).known
    assert not _linker(known, "2023-06-12").act(reference).known


def test_indicator_and_unit_fall_back_to_codes_of_their_words(known: Register) -> None:
    linker = _linker(known)
    assert linker.indicator("số đàn ong biết bay").iri.value.endswith("/def/indicator/so-dan-ong-biet-bay")
    assert linker.unit("đàn ong").iri.value.endswith("/def/unit/dan-ong")
    assert linker.unit("%").known
