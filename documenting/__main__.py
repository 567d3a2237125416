"""`python -m documenting` writes the pages that are made; `python -m documenting site` puts all together for MkDocs."""

import sys
from pathlib import Path

from documenting import site
from documenting.made import made

ROOT = Path(__file__).parent.parent


def main() -> None:
    """Write into docs/, or with `site` into build/site-source."""
    if sys.argv[1:] == ["site"]:
        site.gather(ROOT, ROOT / "build" / "site-source")
        return
    for name, text in made(ROOT).items():
        path = ROOT / "docs" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        print(path.relative_to(ROOT))


main()
