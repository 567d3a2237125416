"""The pages of tasks, meetings and relations, and of the bodies that have part in them."""

import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import httpx
import pytest

from cdsgraph.files import Files
from cdsgraph.graph import mapping
from cdsgraph.serving.settings import Settings
from cdsgraph.vocab import DEFAULT_BASE, Iris
from tests.graph.records import nquads, reading
from tests.serving.conftest import serving

HTML = {"Accept": "text/html"}


@pytest.fixture(scope="module")
def site(files: Files, built: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """A service over the project's own documents and a text with facts of every kind."""
    path: Path = tmp_path_factory.mktemp("records") / "data.nq"
    path.write_bytes(nquads(files) + (built / "dataset.nq").read_bytes())
    with serving(Settings(dataset=path, workers=1)) as client:
        yield client


def page(site: httpx.Client, path: str, lang: str = "vi") -> str:
    """The words of a page."""
    answer = site.get(path, params={"lang": lang}, headers=HTML, follow_redirects=True)
    assert answer.status_code == 200
    return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.text)))


def iri_of(files: Files, kind: str) -> str:
    [first, *_] = [iri.value for iri in mapping.fact_iris(reading(files), Iris()) if f"/id/{kind}/" in iri.value]
    return first.removeprefix(DEFAULT_BASE)


def test_a_task_tells_who_and_by_when_with_its_sentence(site: httpx.Client, files: Files) -> None:
    text = page(site, f"/doc/{iri_of(files, 'task')}")
    for told in ("hoàn thiện kho dữ liệu thuế", "cơ quan chủ trì Bộ Tài chính", "30/06/2024", "được giao"):
        assert told in text
    assert "Bộ trưởng yêu cầu Bộ Tài chính chủ trì" in text
    assert "assignee Bộ Tài chính" in page(site, f"/doc/{iri_of(files, 'task')}", "en").replace(
        "Ministry of Finance", "Bộ Tài chính"
    )


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("/doc/id/org/bo-cong-an", ("Nhiệm vụ", "hoàn thiện kho dữ liệu thuế", "phối hợp: Bộ Công an")),
        ("/doc/def/body-group/bo-nganh", ("rà soát thủ tục", "được khuyến nghị")),
        ("/doc/id/org/bo-tai-chinh", ("Sự kiện, chủ đề, quan hệ", "do cơ quan vận hành", "đơn vị của")),
        ("/doc/id/topic/khoi-hau-can", ("thuộc khối",)),
        ("/id/task", ("Nhiệm vụ",)),
        ("/id/event", ("Hội nghị sơ kết Đề án 06", "Sự kiện, thay đổi tổ chức")),
        ("/id/statement", ("Quan hệ có bằng chứng",)),
        ("/id/theme", ("Dữ liệu dùng chung",)),
        ("/id/unread", ("hoi-nghi: 777",)),
        ("/documents/hoi-nghi", ("Nhiệm vụ 3", "Sự kiện 1", "Quan hệ 7", "Chủ đề 1")),
    ],
)  # fmt: skip
def test_a_page_shows_the_records(site: httpx.Client, path: str, told: tuple[str, ...]) -> None:
    text = page(site, path)
    assert [words for words in told if words not in text] == []


def test_a_meeting_tells_its_tasks_theme_and_those_present(site: httpx.Client, files: Files) -> None:
    text = page(site, f"/doc/{iri_of(files, 'event')}")
    for told in (
        "đơn vị tổ chức Bộ Công an",
        "tham dự bộ, ngành",
        "15/03/2024",
        "hoàn thiện kho",
        "Dữ liệu dùng chung",
    ):
        assert told in text
