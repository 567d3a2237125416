"""The register: what it answers, and what it refuses with file and line."""

import csv
import re
import shutil
import time
from datetime import date
from pathlib import Path

import pytest

from cdsgraph.errors import RegisterError
from cdsgraph.files import Files
from cdsgraph.register import Register, load


@pytest.fixture(scope="module")
def register(files: Files) -> Register:
    return load(files)


@pytest.fixture
def copy(files: Files, tmp_path: Path) -> Files:
    """A copy of the register that a test may break."""
    shutil.copytree(files.register, tmp_path / "data" / "register")
    shutil.copytree(files.schemes, tmp_path / "data" / "schemes")
    return Files(tmp_path)


def set_cell(files: Files, table: str, column: str, value: str, **where: str) -> int:
    """Write a cell of the first row that has the cells `where`; the row's line."""
    path = files.register / f"{table}.csv"
    with path.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.reader(stream))
    header = rows[0]
    for number, row in enumerate(rows[1:], 2):
        if all(row[header.index(name)] == wanted for name, wanted in where.items()):
            row[header.index(column)] = value
            with path.open("w", encoding="utf-8", newline="") as stream:
                csv.writer(stream, lineterminator="\n").writerows(rows)
            return number
    raise AssertionError(f"{table} has no row with {where}")


def refused(files: Files, table: str, line: int, message: str) -> None:
    with pytest.raises(RegisterError, match=message) as caught:
        load(files)
    assert f"{table}.csv:{line}:" in str(caught.value)
    assert caught.value.remedy


# ------------------------------------------------------------------------------------------------------- look-ups
@pytest.mark.parametrize(
    ("day", "key"),
    [
        (date(2025, 2, 28), "id/org/bo-khoa-hoc-va-cong-nghe"),
        (date(2025, 3, 1), "id/org/bo-khoa-hoc-va-cong-nghe-2025"),
    ],
)
@pytest.mark.parametrize("name", ["Bộ Khoa học và Công nghệ", "Bộ KH&CN", "bộ khoa học  và công nghệ"])
def test_resolve_takes_the_ministry_of_the_day(register: Register, name: str, day: date, key: str) -> None:
    entry = register.resolve(name, type="ministry", on=day)
    assert entry is not None
    assert entry.key == key


def test_resolve_without_a_day_leaves_two_ministries_of_one_name_open(register: Register) -> None:
    assert register.resolve("Bộ Khoa học và Công nghệ") is None
    assert len(register.named("Bộ Khoa học và Công nghệ")) == 2


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("Uỷ ban Quốc gia về chuyển đổi số", "id/org/uy-ban-quoc-gia-ve-chuyen-doi-so"),
        ("Ủy ban Chuyển đổi số quốc gia", "id/org/uy-ban-quoc-gia-ve-chuyen-doi-so"),
        ("NDXP", "id/platform/nen-tang-tich-hop-chia-se-du-lieu-quoc-gia"),
        ("CSDL quốc gia về dân cư", "id/database/co-so-du-lieu-quoc-gia-ve-dan-cu"),
        ("WIPO", "id/org/to-chuc-so-huu-tri-tue-the-gioi"),
        ("KTS", "def/pillar/kinh-te-so"),
        ("quản trị số", "def/theme-2024-pillar/quan-tri-so"),
    ],
)
def test_resolve_knows_other_names(register: Register, name: str, key: str) -> None:
    entry = register.resolve(name)
    assert entry is not None
    assert entry.key == key


def test_resolve_of_two_indices_with_the_same_initials_gives_none(register: Register) -> None:
    assert register.resolve("GCI") is None
    itu, wef = register.resolve("GCI-ITU"), register.resolve("GCI-WEF")
    assert itu
    assert wef
    assert itu.key != wef.key


@pytest.mark.parametrize("number", ["50/NQ-CP", "50/nq-cp", "50 / NQ – CP"])
def test_acts_numbered_gives_both_acts_of_one_number(register: Register, number: str) -> None:
    assert {act.signed.year for act in register.acts_numbered(number)} == {2020, 2021}


@pytest.mark.parametrize(
    ("number", "key"),
    [
        ("3/NQ-CP", "id/act/03-nq-cp-2025"),
        ("57‑NQ/TW", "id/act/57-nq-tw-2024"),
        ("59/2022/NĐ-CP", "id/act/59-nd-cp-2022"),
    ],
)
def test_acts_numbered_ignores_dashes_and_noughts(register: Register, number: str, key: str) -> None:
    assert [act.key for act in register.acts_numbered(number)] == [key]


def test_acts_numbered_keeps_neighbouring_numbers_apart(register: Register) -> None:
    assert register.acts_numbered("884/QĐ-TTg") == ()
    assert register.acts_numbered("74/QĐ-TTg") == ()


def test_act_named_finds_the_act_behind_a_familiar_name(register: Register) -> None:
    act = register.act_named("đề án 06")
    assert act is not None
    assert act.number == "06/QĐ-TTg"
    assert register.act(act.key) is act


@pytest.mark.parametrize("phrase", ["tỷ trọng kinh tế số trên GDP", "Kinh tế số/GDP", "kinh tế số đóng góp GDP"])
def test_indicator_for_knows_synonyms(register: Register, phrase: str) -> None:
    indicator = register.indicator_for(phrase)
    assert indicator is not None
    assert indicator.key == "def/indicator/ty-trong-kinh-te-so-tren-gdp"


def test_near_indicators_stay_apart(register: Register) -> None:
    phrases = (
        "tỷ trọng kinh tế số trên GDP",
        "tỷ trọng giá trị tăng thêm của kinh tế số trong GDP",
        "tỷ lệ hồ sơ dịch vụ công được xử lý trực tuyến",
        "tỷ lệ hồ sơ dịch vụ công trực tuyến toàn trình",
        "tỷ lệ hồ sơ thủ tục hành chính được xử lý hoàn toàn trực tuyến",
    )
    found = [register.indicator_for(phrase) for phrase in phrases]
    assert len({each.key for each in found if each}) == len(phrases)


def test_unit_for_knows_printed_forms(register: Register) -> None:
    unit = register.unit_for("Mbit/s")
    assert unit is not None
    assert unit is register.unit("Mbps")
    assert unit.iri == "http://qudt.org/vocab/unit/MegaBIT-PER-SEC"


def test_every_reference_fact_of_targets_is_kept_as_printed(register: Register) -> None:
    printed = {(target.value, target.decimals) for target in register.targets if target.unit == "index"}
    assert {f"{value}" for value, _ in printed} == {"0.7"}
    assert {decimals for _, decimals in printed} == {1}


# ------------------------------------------------------------------------------------------------------ provinces
def test_the_63_provinces_map_to_the_34(register: Register) -> None:
    assert len({mapping.before for mapping in register.provinces}) == 63
    assert len({mapping.before_code for mapping in register.provinces}) == 63
    assert len({mapping.after for mapping in register.provinces}) == 34
    assert len({mapping.after_code for mapping in register.provinces}) == 34
    for mapping in register.provinces:
        before, after = register.entry(mapping.before), register.entry(mapping.after)
        assert before
        assert after
        assert before.last_day == date(2025, 6, 30)
        assert after.first_day == date(2025, 7, 1)


def test_no_province_of_the_34_is_left_out_of_the_mapping(register: Register) -> None:
    mapped = {mapping.after for mapping in register.provinces}
    new = {entry.key for entry in register.entries if entry.place.path.stem == "provinces-34"}
    assert mapped == new


def test_a_province_whose_name_stays_has_two_incarnations(register: Register) -> None:
    before = register.resolve("An Giang", type="place", on=date(2025, 6, 30))
    after = register.resolve("tỉnh An Giang", type="place", on=date(2025, 7, 1))
    assert before
    assert after
    assert (before.key, after.key) == ("id/place/tinh-an-giang", "id/place/tinh-an-giang-2025")


# --------------------------------------------------------------------------------------------------------- errors
CELLS = [
    ("bodies", "aliases", "Bộ Công an", {"slug": "bo-y-te"}, "'Bộ Công an' already names 'Bộ"),
    ("bodies", "parent", "bo-khong-co", {"slug": "cuc-an-toan-thong-tin"}, "parent 'bo-khong-co' is not in bodies.csv"),
    ("bodies", "act", "1-qd-ttg-1999", {"slug": "bo-cong-an"}, "act '1-qd-ttg-1999' is not in acts.csv"),
    ("bodies", "first_day", "1/3/2025", {"slug": "bo-tai-chinh-2025"}, "first_day '1/3/2025' is no date"),
    ("bodies", "first_day", "2025-02-30", {"slug": "bo-tai-chinh-2025"}, "is no date"),
    ("bodies", "first_day", "2025-03-01", {"slug": "bo-tai-chinh"}, "first_day 2025-03-01 lies after last_day"),
    ("bodies", "slug", "bo-cong-an", {"slug": "bo-y-te"}, "slug 'bo-cong-an' is taken by bodies.csv:"),
    ("bodies", "slug", "Bộ Y tế", {"slug": "bo-y-te"}, "is no slug"),
    ("bodies", "type", "ministery", {"slug": "bo-y-te"}, "type 'ministery' is unknown"),
    ("bodies", "checked", "maybe", {"slug": "bo-y-te"}, "checked 'maybe' is unknown"),
    ("bodies", "seen_in", "", {"slug": "bo-y-te"}, "column seen_in is empty"),
    ("bodies", "name_vi", "", {"slug": "bo-y-te"}, "column name_vi is empty"),
    ("bodies", "unseen", "parnet", {"slug": "bo-y-te"}, "unseen names no column"),
    ("databases", "parent", "bo-y-te", {"slug": "co-so-du-lieu-quoc-gia-ve-dat-dai"}, "which is only recalled"),
    ("provinces-63", "merged_into", "tinh-khong-co", {"slug": "tinh-ha-giang"}, "is no province of provinces-34.csv"),
    ("provinces-63", "code", "01", {"slug": "tinh-ha-giang"}, "code 01 is taken by provinces-63.csv:"),
    ("provinces-34", "code", "01", {"slug": "tinh-ca-mau-2025"}, "code 01 is taken by provinces-34.csv:"),
    ("provinces-34", "code", "1", {"slug": "tinh-ca-mau-2025"}, "is no official code"),
    ("acts", "signed", "3/6/2020", {"slug": "749-qd-ttg-2020"}, "is no date"),
    ("acts", "issuer", "Thủ tướng", {"slug": "749-qd-ttg-2020"}, "issuer 'Thủ tướng' is no body"),
    ("acts", "replaces", "1-nd-cp-1990", {"slug": "69-nd-cp-2024"}, "replaces '1-nd-cp-1990' is not in acts.csv"),
    ("acts", "number", "748/QĐ-TTg", {"slug": "749-qd-ttg-2020"}, "does not fit number and year"),
    (
        "indicators",
        "unit",
        "phần nghìn",
        {"slug": "chi-so-chuyen-doi-so-quoc-gia"},
        "unit 'phần nghìn' is not in units",
    ),
    ("indicators", "pillar", "tru-cot", {"slug": "chi-so-chuyen-doi-so-quoc-gia"}, "pillar 'tru-cot' is not in"),
    ("targets", "indicator", "khong-co", {"act": "749-qd-ttg-2020"}, "indicator 'khong-co' is not in indicators.csv"),
    ("targets", "act", "1-qd-ttg-1990", {"act": "749-qd-ttg-2020"}, "act '1-qd-ttg-1990' is not in acts.csv"),
    ("targets", "unit", "rank", {"act": "749-qd-ttg-2020"}, "unit 'rank' is not the indicator's '%'"),
    ("targets", "value", "tám mươi", {"act": "749-qd-ttg-2020"}, "value 'tám mươi' is no number"),
    ("targets", "value", "12,5", {"act": "749-qd-ttg-2020"}, "value '12,5' is no number"),
    ("targets", "comparator", ">=", {"act": "749-qd-ttg-2020"}, "comparator '>=' is unknown"),
    ("measurements", "basis", "khong-co", {"period": "2023"}, "basis 'khong-co' is not in bases.csv"),
    ("changes", "before", "bo-khong-co", {"kind": "establishment"}, "before 'bo-khong-co' is not in bodies.csv"),
    ("transfers", "function", "khong-co", {"slug": "bao-chi-2025"}, "function 'khong-co' is not in"),
    ("transfers", "target", "bo-khong-co", {"slug": "bao-chi-2025"}, "target 'bo-khong-co' is not in bodies.csv"),
    ("units", "forms", "%", {"code": "VND"}, "form '%' belongs to units.csv:"),
]


@pytest.mark.parametrize(
    ("table", "column", "value", "where", "message"),
    CELLS,
    ids=lambda value: str(value)[:40],
)
def test_load_refuses_a_broken_cell(
    copy: Files, table: str, column: str, value: str, where: dict[str, str], message: str
) -> None:
    line = set_cell(copy, table, column, value, **where)
    refused(copy, table, line, message)


def test_load_refuses_two_bodies_of_one_name_and_time(copy: Files, register: Register) -> None:
    set_cell(copy, "bodies", "last_day", "", slug="bo-tai-chinh")
    later = register.entry("id/org/bo-tai-chinh-2025")
    assert later is not None
    refused(copy, "bodies", later.place.line, "'Bộ Tài chính' already names 'Bộ Tài chính'")


def test_load_refuses_two_acts_of_one_name(copy: Files, register: Register) -> None:
    set_cell(copy, "acts", "names", "Đề án 06", slug="749-qd-ttg-2020")
    act = register.act("id/act/06-qd-ttg-2022")
    assert act is not None
    refused(copy, "acts", act.place.line, "'Đề án 06' already names acts.csv:")


def test_load_refuses_a_period_that_is_none(copy: Files) -> None:
    line = set_cell(copy, "measurements", "period", "năm 2023", period="2023")
    refused(copy, "measurements", line, "is no period")


def test_load_refuses_a_figure_entered_twice(copy: Files) -> None:
    path = copy.register / "targets.csv"
    lines = path.read_text(encoding="utf-8").splitlines()
    path.write_text("\n".join([*lines, lines[1]]) + "\n", encoding="utf-8")
    refused(copy, "targets", len(lines) + 1, "the same figure stands in targets.csv:2")


def test_load_refuses_a_comma_too_many(copy: Files) -> None:
    path = copy.register / "persons.csv"
    lines = path.read_text(encoding="utf-8").splitlines()
    lines[3] += ","
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    refused(copy, "persons", 4, "15 cells, the header has 14")


def test_load_counts_lines_past_a_cell_with_a_line_feed(copy: Files) -> None:
    set_cell(copy, "persons", "note", "two\nlines", slug="nguyen-manh-hung")
    path = copy.register / "persons.csv"
    lines = path.read_text(encoding="utf-8").splitlines()
    lines[4] += ","
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    refused(copy, "persons", 5, "15 cells")


def test_load_refuses_an_open_quote(copy: Files) -> None:
    path = copy.register / "persons.csv"
    lines = path.read_text(encoding="utf-8").splitlines()
    path.write_text("\n".join([lines[0], '"' + lines[1], *lines[2:]]) + "\n", encoding="utf-8")
    refused(copy, "persons", 2, "is no CSV")


def test_load_refuses_other_columns(copy: Files) -> None:
    path = copy.register / "persons.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("name_vi", "ten", 1), encoding="utf-8")
    refused(copy, "persons", 1, "column name_vi is missing; column ten is unknown")


def test_load_refuses_text_that_is_not_utf8(copy: Files) -> None:
    path = copy.register / "persons.csv"
    path.write_bytes(path.read_text(encoding="utf-8").encode("utf-16"))
    with pytest.raises(RegisterError, match="is not UTF-8"):
        load(copy)


def test_load_refuses_a_register_without_a_table(copy: Files) -> None:
    (copy.register / "units.csv").unlink()
    with pytest.raises(RegisterError, match=re.escape("units.csv")):
        load(copy)


def test_load_refuses_a_scheme_that_is_no_turtle(copy: Files) -> None:
    path = copy.schemes / "pillar.ttl"
    path.write_text(path.read_text(encoding="utf-8") + "\npillar:", encoding="utf-8")
    with pytest.raises(RegisterError, match="is no Turtle") as caught:
        load(copy)
    assert caught.value.line


def test_load_reads_a_table_saved_by_a_spreadsheet(copy: Files, register: Register) -> None:
    path = copy.register / "persons.csv"
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))
    assert len(load(copy).entries) == len(register.entries)


def test_load_is_quick(files: Files) -> None:
    load(files)
    start = time.process_time()
    load(files)
    assert time.process_time() - start < 0.3
