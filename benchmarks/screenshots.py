"""Pictures of the pages, to be looked at: every kind of markup, on a desk and on a phone, by day and by night.

    python -m benchmarks.screenshots [FOLDER]

Serves the built version (`build/current`) and writes PNG files into FOLDER, `build/screenshots` if none is named.
"""

import re
import shutil
import sys
from pathlib import Path

from playwright.sync_api import ViewportSize, sync_playwright
from tests.browser.crawling import crawled
from tests.service import ROOT, serving

SIZES: dict[str, ViewportSize] = {"desk": {"width": 1280, "height": 900}, "phone": {"width": 390, "height": 844}}
TALLEST = 6_000  # pixels


def main(folder: Path) -> int:
    """Write the pictures; 1 where there is no browser."""
    chromium = shutil.which("chromium")
    if chromium is None:
        print("no chromium on this machine", file=sys.stderr)
        return 1
    folder.mkdir(parents=True, exist_ok=True)
    with serving((ROOT / "build" / "current").resolve()) as address, sync_playwright() as playwright:
        pages = crawled(address).every_markup()
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        for size, viewport in SIZES.items():
            context = browser.new_context(base_url=address, viewport=viewport, locale="vi-VN")
            page = context.new_page()
            for path in pages:
                page.goto(path)
                page.wait_for_load_state("networkidle")
                height = min(page.evaluate("document.documentElement.scrollHeight"), TALLEST)
                for scheme in ("light", "dark"):
                    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
                    name = re.sub(r"[^\w]+", "-", path).strip("-")[:80] or "home"
                    clip = {"x": 0, "y": 0, "width": viewport["width"], "height": height}
                    page.screenshot(path=folder / f"{name}.{size}.{scheme}.png", full_page=True, clip=clip)  # type: ignore[arg-type]
            context.close()
        browser.close()
    print(f"{len(pages)} pages in {folder}")
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]) if sys.argv[1:] else ROOT / "build" / "screenshots"))
