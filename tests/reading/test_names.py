"""Acts, entities and roles in short texts of our own, over the project's register and word lists."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cdsgraph import register
from cdsgraph.files import Files
from cdsgraph.reading.extract.naming import Named, NameReader
from tests.reading.names import cases, document


@pytest.fixture(scope="module")
def reader(files: Files) -> NameReader:
    return NameReader(register.load(files), files.rules)


@pytest.mark.parametrize("case", cases("act_numbers"), ids=lambda case: case["text"])
def test_number_of_an_act_is_read_in_every_form(reader: NameReader, files: Files, case: dict[str, str]) -> None:
    references = reader.read(document(files, f"Căn cứ {case['text']};\n")).references
    numbered = [r for r in references if r.number]
    assert [r.number for r in numbered] == [case["number"]]
    assert numbered[0].type == case["type"]
    assert (numbered[0].date or "") == case["date"]
    assert (numbered[0].issuer or "") == case["issuer"]


@pytest.mark.parametrize("case", cases("act_names"), ids=lambda case: f"{case['quote']} ({case['text']})")
def test_act_cited_by_name_is_read(reader: NameReader, files: Files, case: dict[str, str]) -> None:
    text = case["text"]
    found = {r.span.of(text): r for r in reader.read(document(files, text)).references}
    assert case["quote"] in found
    reference = found[case["quote"]]
    assert reference.number is None
    assert (reference.type, reference.date or "", reference.issuer or "") == (
        case["type"],
        case["date"],
        case["issuer"],
    )


@pytest.mark.parametrize("case", cases("no_acts"), ids=lambda case: case["text"])
def test_no_act_is_read_where_none_is_cited(reader: NameReader, files: Files, case: dict[str, str]) -> None:
    assert reader.read(document(files, case["text"])).references == ()


@pytest.mark.parametrize("case", cases("entities"), ids=lambda case: case["text"])
def test_thing_is_named_with_its_type(reader: NameReader, files: Files, case: dict[str, str]) -> None:
    entities = reader.read(document(files, case["text"])).entities
    assert (case["type"], case["name"]) in [(e.type, e.name) for e in entities]


@pytest.mark.parametrize("case", cases("no_entities"), ids=lambda case: case["text"])
def test_common_nouns_and_parts_of_names_are_no_things(reader: NameReader, files: Files, case: dict[str, str]) -> None:
    names = [e.name for e in reader.read(document(files, case["text"])).entities]
    assert names == [] if not case["name"] else case["name"] not in names


@pytest.mark.parametrize("case", cases("roles"), ids=lambda case: case["text"])
def test_office_is_read_with_person_and_body(reader: NameReader, files: Files, case: dict[str, str]) -> None:
    roles = reader.read(document(files, case["text"])).roles
    assert (case["person"], case["title"], case["organisation"]) in [
        (r.person, r.title, r.organisation or "") for r in roles
    ]


def test_document_cited_twice_is_one_reference_with_two_mentions(reader: NameReader, files: Files) -> None:
    text = "Quyết định số 1446/QĐ-TTg được ban hành. Theo Quyết định số 1446/QĐ-TTg ngày 30/9/2015, các bộ báo cáo."
    (reference,) = reader.read(document(files, text)).references
    assert reference.date == "2015-09-30"
    assert [mention.of(text) for mention in reference.mentions] == ["1446/QĐ-TTg"]


def test_one_number_of_two_years_is_two_acts(reader: NameReader, files: Files) -> None:
    text = "Nghị quyết số 50/NQ-CP ngày 17/4/2020 và Nghị quyết số 50/NQ-CP ngày 20/5/2021."
    assert [r.date for r in reader.read(document(files, text)).references] == ["2020-04-17", "2021-05-20"]


def test_short_number_joins_the_only_act_it_can_mean(reader: NameReader, files: Files) -> None:
    text = "Nghị quyết số 23-NQ/TW đã ban hành. Nghị quyết 23 đặt ra mục tiêu."
    (reference,) = reader.read(document(files, text)).references
    assert (reference.number, len(reference.mentions)) == ("23-NQ/TW", 1)


def test_each_number_of_a_list_is_an_act(reader: NameReader, files: Files) -> None:
    text = "Thực hiện các Nghị quyết số 17/NQ-CP, 128/NQ-CP và Chỉ thị số 14/CT-TTg."
    references = reader.read(document(files, text)).references
    assert [(r.number, r.type) for r in references] == [
        ("17/NQ-CP", "resolution"),
        ("128/NQ-CP", "resolution"),
        ("14/CT-TTg", "directive"),
    ]


def test_programme_in_an_acts_title_is_no_second_reference(reader: NameReader, files: Files) -> None:
    text = "Quyết định số 1446/QĐ-TTg ngày 30/9/2015 phê duyệt Đề án phát triển đô thị thông minh."
    named = reader.read(document(files, text))
    assert [r.number for r in named.references] == ["1446/QĐ-TTg"]
    assert named.references[0].title == "phê duyệt Đề án phát triển đô thị thông minh"
    assert "programme" in [e.type for e in named.entities]


def test_abbreviation_defined_in_the_text_means_the_thing_everywhere(reader: NameReader, files: Files) -> None:
    text = "Nền tảng học tập cộng đồng mới (HTCD) đã mở. Người dân dùng HTCD."
    (platform,) = [e for e in reader.read(document(files, text)).entities if e.type == "platform"]
    assert "HTCD" in platform.aliases
    assert len(platform.mentions) == 2


def test_short_form_is_a_mention_of_the_one_body_named_so(reader: NameReader, files: Files) -> None:
    text = "Cục Đo lường kỹ thuật số đã họp. Cục cũng công bố kết quả."
    (body,) = reader.read(document(files, text)).entities
    assert [mention.of(text) for mention in body.mentions] == ["Cục"]


def test_short_form_of_two_bodies_is_nobodys_mention(reader: NameReader, files: Files) -> None:
    text = "Vụ Pháp chế và Vụ Hợp tác quốc tế đã họp. Vụ cũng công bố kết quả."
    assert all(e.mentions == () for e in reader.read(document(files, text)).entities)


def test_minister_is_not_given_a_ministry_the_text_does_not_name(reader: NameReader, files: Files) -> None:
    (role,) = reader.read(document(files, "Bộ trưởng Nguyễn Mạnh Hùng phát biểu.")).roles
    assert role.organisation is None


def test_deputy_takes_the_ministry_of_the_only_minister(reader: NameReader, files: Files) -> None:
    text = "Bộ trưởng Bộ Tài chính Nguyễn Văn An chủ trì. Thứ trưởng Trần Văn Bình báo cáo."
    deputy = reader.read(document(files, text)).roles[1]
    assert (deputy.title, deputy.organisation) == ("Thứ trưởng", "Bộ Tài chính")


def test_role_carries_the_documents_date(reader: NameReader, files: Files) -> None:
    (role,) = reader.read(document(files, "Bộ trưởng Nguyễn Văn An nói.", event_date="2024-05")).roles
    assert role.at == "2024-05"


def test_numbers_and_dates_of_references_are_explained(reader: NameReader, files: Files) -> None:
    text = "Theo Quyết định số 1446/QĐ-TTg ngày 30/9/2015 của Thủ tướng Chính phủ, 95% hồ sơ xử lý."
    taken = reader.read(document(files, text)).taken
    assert [span.of(text) for span, _ in taken] == ["1446/QĐ-TTg ngày 30/9/2015 của Thủ tướng Chính phủ"]


def test_hard_line_breaks_do_not_cut_names(reader: NameReader, files: Files) -> None:
    text = (
        "Các cơ quan đã phối hợp chặt chẽ trong năm qua, trong đó Bộ Khoa\n"
        "học và Công nghệ giữ vai trò đầu mối, tổng hợp báo cáo của các đơn\n"
        "vị liên quan theo quy định hiện hành.\n"
    )
    names = [e.name for e in reader.read(document(files, text)).entities]
    assert "Bộ Khoa học và Công nghệ" in names


_WORDS = [
    "Bộ TT&TT", "UBND", "Nghị quyết số", "57-NQ/TW", "749/QĐ-TTg", "ngày 30/9/2015", "(CĐS)", "chuyển đổi số", "CSDL",
    "Nguyễn Văn An", "Bộ trưởng", "tỉnh", "cơ sở dữ liệu về", "gồm:", "và", "Luật", "Đề án", "Hà Giang", "Sở", "của",
    "2020", "số", "Ban Chỉ đạo", "TP.",
]  # fmt: skip
_SIGNS = [";", ",", "“", '"', "(", ")", "\n", "\n\n", " ", "  ", "\u00a0", "\u0130", "\u0301", "ﬁ"]
_PIECES = st.sampled_from(_WORDS + _SIGNS)


def _assert_sound(named: Named, text: str) -> None:
    for fact in (*named.references, *named.entities, *named.roles):
        for span in (fact.span, fact.sentence, *getattr(fact, "mentions", ())):
            assert span.end <= len(text)
            assert span.of(text).strip()
        assert fact.span in fact.sentence
    for span, _ in named.taken:
        assert span.end <= len(text)


@settings(max_examples=150, deadline=None)
@given(st.lists(_PIECES, max_size=30).map("".join))
def test_offsets_hold_on_any_order_of_names_and_signs(reader: NameReader, files: Files, text: str) -> None:
    _assert_sound(reader.read(document(files, text)), text)


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=300))
def test_hostile_text_never_ends_in_an_error(reader: NameReader, files: Files, text: str) -> None:
    _assert_sound(reader.read(document(files, text)), text)


@pytest.mark.parametrize(
    "text",
    [
        "(" * 5000,
        "A" * 20000,
        "Luật " * 4000,
        "Bộ " * 4000,
        "1/" * 5000,
        "và " * 5000,
        "Đề án phát triển, " * 2000,
        "".join(f"Cục An{n} họp. " for n in range(4000)),
        "ông Nguyễn Văn An, Giám đốc Sở Y tế, " * 1000,
    ],
    ids=["brackets", "one word", "laws", "heads", "strokes", "and", "schemes", "bodies", "offices"],
)
def test_monotonous_text_is_read_in_time(reader: NameReader, files: Files, text: str) -> None:
    _assert_sound(reader.read(document(files, text)), text)
