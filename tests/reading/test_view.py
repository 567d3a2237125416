"""The view of a text in which names are looked up, abbreviations and the lexicon."""

from hypothesis import given
from hypothesis import strategies as st

from cdsgraph.files import Files
from cdsgraph.reading.abbreviations import Abbreviations, definitions
from cdsgraph.reading.document import Document, Metadata, Span
from cdsgraph.reading.lexicon import Lexicon, Name
from cdsgraph.reading.view import Expansion, View, lookup_key


def _document(text: str) -> Document:
    return Document("case.txt", text, Metadata("case"))


def _found(names: list[Name], text: str) -> list[str]:
    view = View(_document(text))
    return [view.text[hit.start : hit.end] for hit in Lexicon(names).find(view)]


def test_expansion_is_led_back_to_the_abbreviation() -> None:
    view = View(_document("Theo UBND tỉnh."), [Expansion(Span(5, 9), "Ủy ban nhân dân")])
    assert view.text == "Theo Ủy ban nhân dân tỉnh."
    assert view.span(5, 25) == Span(5, 14)


def test_part_of_an_expansion_has_no_place_in_the_text() -> None:
    view = View(_document("Theo UBND tỉnh."), [Expansion(Span(5, 9), "Ủy ban nhân dân")])
    assert view.span(12, 20) is None


def test_white_space_is_one_blank() -> None:
    view = View(_document("Bộ \u00a0Tài\nchính"))
    assert view.text == "Bộ Tài chính"
    assert view.span(0, 12) == Span(0, 13)


@given(st.text())
def test_look_up_key_is_as_long_as_the_text(text: str) -> None:
    assert len(lookup_key(text)) == len(text)


@given(st.text(alphabet="ab \n\u00a0", max_size=40))
def test_every_letter_keeps_its_place(text: str) -> None:
    view = View(_document(text))
    for offset, char in enumerate(text):
        if not char.isspace():
            assert view.text[view.at(offset)] == char
            assert view.span(view.at(offset), view.at(offset) + 1) == Span(offset, offset + 1)


def test_letters_of_an_abbreviation_spell_the_words_before_it() -> None:
    text = "Ứng dụng khoa học và công nghệ (KHCN) trong nước."
    (definition,) = definitions(text)
    assert definition.words is not None
    assert definition.words.of(text) == "khoa học và công nghệ"


def test_bracket_of_other_letters_defines_without_words() -> None:
    (definition,) = definitions("Trung tâm Chứng thực điện tử Quốc gia (NEAC) đã họp")
    assert (definition.abbreviation, definition.words) == ("NEAC", None)


def test_the_texts_own_meaning_goes_before_the_general_one(files: Files) -> None:
    text = "Đoàn thanh niên thành thị (TTTT) họp, TTTT báo cáo."
    expansions = Abbreviations([("TTTT", "Thông tin và Truyền thông")]).expansions(_document(text))
    assert [e.words for e in expansions] == ["Thông tin và Truyền thông"]
    own = "Trung tâm trực tuyến (TTTT) họp, TTTT báo cáo."
    assert [e.words for e in Abbreviations([("TTTT", "x")]).expansions(_document(own))] == ["Trung tâm trực tuyến"]


def test_abbreviation_in_a_symbol_is_left_alone(files: Files) -> None:
    assert Abbreviations.load(files.rules).expansions(_document("Kế hoạch 12/KH-UBND, 3/TTr-UBND")) == []


def test_names_are_whole_words() -> None:
    names = [Name("An Giang", "Tỉnh An Giang", "place"), Name("Bộ TT", "Bộ TT", "ministry", "abbreviation")]
    assert _found(names, "An Giangxyz, Bộ TT&TT, An Giang.") == ["An Giang"]


def test_longest_name_wins() -> None:
    names = [Name("Chính phủ", "Chính phủ", "government_body"), Name("chính phủ số", "chính phủ số", "pillar")]
    assert _found(names, "Chính phủ số và Chính phủ") == ["Chính phủ số", "Chính phủ"]


def test_bodies_need_their_capital_and_things_do_not() -> None:
    names = [
        Name("Chính phủ", "Chính phủ", "government_body"),
        Name("Cơ sở dữ liệu quốc gia về dân cư", "Cơ sở dữ liệu quốc gia về dân cư", "database"),
    ]
    assert _found(names, "chính phủ dùng cơ sở dữ liệu quốc gia về dân cư") == ["cơ sở dữ liệu quốc gia về dân cư"]


def test_place_of_the_tone_mark_does_not_matter() -> None:
    names = [Name("Ủy ban Hòa bình", "Ủy ban Hòa bình", "government_body")]
    assert _found(names, "Uỷ ban Hoà bình") == ["Uỷ ban Hoà bình"]


def test_abbreviations_are_found_as_written() -> None:
    names = [Name("IOC", "Trung tâm", "system", "abbreviation"), Name("VNeID", "VNeID", "system", "abbreviation")]
    assert _found(names, "ioc, IOC, VneID") == ["IOC", "VneID"]
