"""The source of the documentation site: docs/ and the documents beside it, with links that hold among them."""

import re
import shutil
from pathlib import Path, PurePosixPath
from typing import Final

# Documents outside docs/ that are pages of the site, and their names there.
PAGES: Final = {
    "README.md": "index.md",
    "README.vi.md": "index.vi.md",
    "CHANGELOG.md": "changelog.md",
    "SECURITY.md": "security.md",
    "benchmarks/README.md": "benchmarks.md",
}
_CODE: Final = re.compile(r"(```.*?```|`[^`\n]+`)", re.DOTALL)
_LINK: Final = re.compile(r"(!?)\[([^\]]*)\]\((?!\w+:|#)([^)#\s]+)(#[^)\s]*)?\)")


def gather(root: Path, out: Path) -> None:
    """Write the source below `out`, which is made anew. A link to what is no page of the site becomes its words."""
    shutil.rmtree(out, ignore_errors=True)
    pages = {root / name: out / to for name, to in PAGES.items()}
    for path in sorted((root / "docs").rglob("*")):
        if path.is_file():
            pages[path] = out / path.relative_to(root / "docs")
    for path, to in pages.items():
        to.parent.mkdir(parents=True, exist_ok=True)
        if path.suffix == ".md":
            to.write_text(linked(path.read_text(encoding="utf-8"), path, pages), encoding="utf-8")
        else:
            shutil.copyfile(path, to)


def linked(text: str, path: Path, pages: dict[Path, Path]) -> str:
    """A document's text with its links as they hold in the site."""

    def link(match: re.Match[str]) -> str:
        mark, words, target, anchor = match[1], match[2], match[3], match[4] or ""
        to = pages.get((path.parent / target).resolve())
        if to is None:
            return f"`{words}`" if "/" in words or "." in words else words
        return f"{mark}[{words}]({_from(pages[path].parent, to)}{anchor})"

    return "".join(part if part.startswith("`") else _LINK.sub(link, part) for part in _CODE.split(text))


def _from(folder: Path, to: Path) -> PurePosixPath:
    ups = 0
    while not to.is_relative_to(folder):
        folder, ups = folder.parent, ups + 1
    return PurePosixPath(*[".."] * ups, *to.relative_to(folder).parts)
