"""A list with one entry, with none and with ten thousand: bounded, told in numbers, and no wider than a phone."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from cdsgraph.graph import versions
from cdsgraph.serving.pages.words import LANGUAGES, number, word
from tests.browser.conftest import Desk
from tests.service import serving

MANY = 10_000
TARGET = "749-qd-ttg-2020-thu-hang-phat-trien-chinh-phu-dien-tu-egdi-2025"
LARGEST = 400_000  # bytes of a page


@pytest.fixture(scope="module")
def crowded(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the built dataset with ten thousand copies of one target, which alone are assessed."""
    kept, own = [], []
    for line in (built / versions.DATASET).read_text(encoding="utf-8").splitlines(keepends=True):
        if re.match(rf"<[^>]+/id/(?:figure/{TARGET}>|assessment/{TARGET}--)", line):
            own.append(line)
        elif not re.match(r"<[^>]+/id/(?:assessment|target-relation)/", line):
            kept.append(line)
    assert len(own) > 20
    path = tmp_path_factory.mktemp("crowded") / "many.nq"
    with path.open("w", encoding="utf-8") as file:
        file.writelines(kept)
        for copy in range(MANY):
            file.writelines(line.replace(TARGET, f"{TARGET}-copy-{copy}") for line in own)
    with serving(path, "--workers", "1", "--timeout", "120") as address:
        yield address


def opened(page: Page, path: str) -> None:
    """Open a page, and look that it is bounded and fits its window."""
    answer = page.goto(path)
    assert answer is not None
    assert answer.status == 200
    assert len(answer.body()) < LARGEST
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"), path


@pytest.mark.parametrize("phone", [False, True], ids=["desk", "phone"])
def test_ten_thousand_come_page_by_page(desk: Desk, crowded: str, phone: bool) -> None:
    desk.service = crowded
    page = desk.reader(phone=phone)
    # What is behind the first page of each kind is asked for once; a click waits for the page it leads to.
    page.set_default_navigation_timeout(180_000)
    page.set_default_timeout(180_000)
    main = page.get_by_role("main")

    opened(page, "/targets")
    expect(main.get_by_role("heading", name=number(MANY, "vi"))).to_be_visible()
    shown = main.locator("table.targets > tbody")
    assert shown.count() < 200
    first = shown.first.get_attribute("id")
    main.locator("a[rel=next]").first.click()
    expect(shown.first).not_to_have_id(str(first))
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")

    opened(page, "/id/?class=cds:Target")
    expect(page.get_by_role("heading", level=1)).to_contain_text(re.compile(r"10\.\d{3}"))
    main.locator("a[rel=next]").first.click()
    expect(page).to_have_url(re.compile("page=2"))

    opened(page, "/search?q=egdi")
    expect(page.get_by_role("heading", level=1)).to_contain_text(re.compile(r"10\.\d{3}"))
    main.get_by_role("link", name=re.compile(r"10\.\d{3}")).last.click()
    expect(page).to_have_url(re.compile("kind="))
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


@pytest.mark.parametrize("phone", [False, True], ids=["desk", "phone"])
@pytest.mark.parametrize("lang", LANGUAGES)
def test_one_and_none_are_told_in_words(desk: Desk, lang: str, phone: bool) -> None:
    page = desk.reader(lang, phone=phone)
    main = page.get_by_role("main")

    opened(page, "/search?q=khong-co-gi-nhu-the")
    expect(main).to_contain_text(str(word("search.empty", lang)))
    expect(main.get_by_role("link", name=str(word("nav.documents", lang)), exact=True)).to_be_visible()

    rows = page.request.get("/queries/scorecard?format=json").json()["results"]["bindings"]
    targets: dict[tuple[str, str], set[str]] = {}
    for row in rows:
        asked = row["statusIri"]["value"].rsplit("/", 1)[1], row.get("deadline", {"value": ""})["value"][:4]
        targets.setdefault(asked, set()).add(row["target"]["value"])
    alone = sorted(asked for asked, found in targets.items() if len(found) == 1 and asked[1])[0]
    absent = sorted({(status, year) for status, _ in targets for _, year in targets if year} - set(targets))[0]
    for (status, year), told in ((alone, "targets.found.one"), (absent, "targets.none.try")):
        opened(page, f"/targets?status={status}&year={year}")
        expect(main).to_contain_text(str(word(told, lang)))

    opened(page, "/queries/figures_mentioning?words=khong-co-gi-nhu-the")
    expect(main).to_contain_text(str(word("query.empty.figures", lang)))

    opened(page, "/id/data-centre/")
    expect(main.get_by_role("link").first).to_be_visible()
    assert not page.locator("nav.paging").count()
