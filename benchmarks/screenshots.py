"""Pictures of the pages, to be looked at: every kind of page and of markup, on a desk and on a phone.

    python -m benchmarks.screenshots [FOLDER]

Serves the built version (`build/current`) and writes PNG files into FOLDER, `build/screenshots` if none is named: all
in Vietnamese by day, every fourth also in English, on the phone by night.
"""

import re
import shutil
import sys
from pathlib import Path
from typing import Literal

from playwright.sync_api import ViewportSize, sync_playwright
from tests.browser.crawling import Site, crawled, kind_of, plain
from tests.service import ROOT, serving

SIZES: dict[str, ViewportSize] = {"desk": {"width": 1280, "height": 900}, "phone": {"width": 390, "height": 844}}
TALLEST = 6_000  # pixels
VISITS = (("desk", "vi", False, 1), ("phone", "vi", False, 1), ("desk", "en", False, 4), ("phone", "en", True, 4))
EMPTY = ("/nothing-here", "/doc/id/figure/nothing-here", "/cite/figure/nothing-here", "/search?q=khong-co-gi-nhu-the")


def main(folder: Path) -> int:
    """Write the pictures; 1 where there is no browser."""
    chromium = shutil.which("chromium")
    if chromium is None:
        print("no chromium on this machine", file=sys.stderr)
        return 1
    folder.mkdir(parents=True, exist_ok=True)
    with serving((ROOT / "build" / "current").resolve()) as address, sync_playwright() as playwright:
        pages = chosen(crawled(address))
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        for size, lang, dark, step in VISITS:
            scheme: Literal["dark", "light"] = "dark" if dark else "light"
            viewport = SIZES[size]
            context = browser.new_context(base_url=address, viewport=viewport, locale=lang, color_scheme=scheme)
            page = context.new_page()
            for path in pages[::step]:
                page.goto(path)
                page.wait_for_load_state("networkidle")
                height = min(page.evaluate("document.documentElement.scrollHeight"), TALLEST)
                name = re.sub(r"[^\w]+", "-", path).strip("-")[:80] or "home"
                page.screenshot(
                    path=folder / f"{name}.{size}.{lang}.png",
                    full_page=True,
                    clip={"x": 0, "y": 0, "width": viewport["width"], "height": height},
                )
            context.close()
        browser.close()
    print(f"{len(pages)} pages in {folder}")
    return 0


def chosen(site: Site) -> list[str]:
    """The addresses of one page of each kind, of those that show what else there is, and of some that find nothing."""
    of_kind: dict[str, str] = {}
    for page in site.pages():
        of_kind.setdefault(kind_of(page.path).partition("?")[0], plain(page.path))
    return sorted({*of_kind.values(), *map(plain, site.every_markup()), *EMPTY})


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]) if sys.argv[1:] else ROOT / "build" / "screenshots"))
