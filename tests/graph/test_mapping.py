"""What a text states, as records: an act sets targets, other texts voice aims; changes say how to read them."""

from pathlib import Path

import pytest
from pyoxigraph import NamedNode, QuerySolutions, Store

from cdsgraph.build import build
from cdsgraph.checking import validate_version
from cdsgraph.files import Files
from cdsgraph.graph.dataset import load_store
from cdsgraph.vocab import prefixes

PREFIXES = "".join(f"PREFIX {name}: <{iri}>\n" for name, iri in prefixes().items())
DECISION = """THỦ TƯỚNG CHÍNH PHỦ
-------
Số: 1234/QĐ-TTg
Hà Nội, ngày 05 tháng 3 năm 2024

QUYẾT ĐỊNH
Phê duyệt Kế hoạch phát triển hạ tầng số

Căn cứ Luật Tổ chức Chính phủ;

QUYẾT ĐỊNH:

Điều 1. Phê duyệt Kế hoạch phát triển hạ tầng số với các mục tiêu sau:

a) Đến năm 2025, tối thiểu 80% hộ gia đình có đường truyền cáp quang;
"""
REPORT = """Ngày 11/7/2025, Bộ Công an họp báo.

Tỷ lệ hồ sơ trực tuyến trong tháng 6/2025 đạt 39,51%, tăng 5,06% so với cùng kỳ năm 2024.

Doanh thu thương mại điện tử năm 2024 tăng 11% so với năm 2023. Đến năm 2030, phấn đấu 90% hộ gia đình có cáp quang.
"""


def store_of(files: Files, tmp_path: Path, text: str) -> Store:
    folder = tmp_path / "documents"
    folder.mkdir()
    (folder / "van-ban.txt").write_text(text, encoding="utf-8")
    version = build(files, tmp_path / "out", documents=folder).version
    assert validate_version(version, files.shapes).conforms("violation")
    return load_store(version / "dataset.nq")


def row(store: Store, query: str) -> dict[str, str]:
    solutions = store.query(PREFIXES + query)
    assert isinstance(solutions, QuerySolutions)
    names = [variable.value for variable in solutions.variables]
    found = [dict(zip(names, ("" if t is None else t.value for t in each), strict=True)) for each in solutions]
    assert len(found) == 1
    return found[0]


@pytest.fixture(scope="module")
def report(files: Files, tmp_path_factory: pytest.TempPathFactory) -> Store:
    return store_of(files, tmp_path_factory.mktemp("report"), REPORT)


def test_an_act_sets_a_target_with_itself_as_the_act(files: Files, tmp_path: Path) -> None:
    store = store_of(files, tmp_path, DECISION)
    target = row(
        store,
        """SELECT ?act ?day ?issuer ?deadline ?comparator { ?f a cds:Target ; cds:source ?s ; cds:act ?act ;
        cds:deadline ?deadline ; cds:comparator ?comparator . ?act eli:date_document ?day ; eli:passed_by ?issuer }""",
    )
    assert target == {
        "act": "https://w3id.org/cdsgraph/id/act/1234-qd-ttg-2024",
        "day": "2024-03-05",
        "issuer": "https://w3id.org/cdsgraph/id/org/thu-tuong-chinh-phu",
        "deadline": "2025-12-31",
        "comparator": "https://w3id.org/cdsgraph/def/comparator/at-least",
    }
    source = NamedNode("https://w3id.org/cdsgraph/id/source/van-ban")
    assert list(
        store.quads_for_pattern(source, NamedNode("https://schema.org/exampleOfWork"), NamedNode(target["act"]))
    )


def test_a_report_voices_an_aim(report: Store) -> None:
    aim = row(report, "SELECT ?value ?deadline { ?f a cds:StatedAim ; cds:value ?value ; cds:deadline ?deadline }")
    assert aim == {"value": "90", "deadline": "2030-12-31"}


def test_a_share_that_rose_by_percent_is_not_decided(report: Store) -> None:
    change = row(
        report,
        """SELECT ?kind ?direction ?from ?to { ?f a cds:Change ; cds:value 5.06 ; cds:changeKind ?kind ;
        cds:direction ?direction ; cds:basePeriodStart ?from ; cds:basePeriodEnd ?to }""",
    )
    assert change["kind"].endswith("/undecided")
    assert change["direction"].endswith("/up")
    assert (change["from"], change["to"]) == ("2024-06-01", "2024-06-30")


def test_an_amount_that_rose_by_percent_is_relative(report: Store) -> None:
    change = row(report, "SELECT ?kind { ?f a cds:Change ; cds:value ?v ; cds:changeKind ?kind FILTER(?v = 11) }")
    assert change["kind"].endswith("/relative")


def test_a_figure_is_as_of_its_period_s_last_day(report: Store) -> None:
    figure = row(
        report, "SELECT ?asOf ?by { ?f a cds:Observation ; cds:value 39.51 ; cds:asOf ?asOf ; cds:asOfBasis ?by }"
    )
    assert figure["asOf"] == "2025-06-30"
    assert figure["by"].endswith("/period-end")
