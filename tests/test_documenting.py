"""The pages that are made are those of this code, and the site is built without a warning and needs no other host."""

import os
import re
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest
from documenting import licences
from documenting.made import made
from documenting.site import gather

from tests.service import ROOT


@pytest.fixture(scope="module")
def pages() -> dict[str, str]:
    return made(ROOT)


def test_the_made_pages_are_current(pages: dict[str, str]) -> None:
    """All but the licences of packages that ours need: newer releases of those may need others."""
    for name, text in pages.items():
        if name != "licences.md":
            assert (ROOT / "docs" / name).read_text(encoding="utf-8") == text, f"run `make pages`: docs/{name}"
    drawn = {path.relative_to(ROOT / "docs").as_posix() for path in (ROOT / "docs" / "model").iterdir()}
    assert drawn == {name for name in pages if name.startswith("model/")}


def test_the_licences_name_every_package_that_is_shipped_or_needed() -> None:
    kept = (ROOT / "docs" / "licences.md").read_text(encoding="utf-8")
    for name, version, licence, use in licences.vendored(ROOT):
        assert f"| {name} | {version} | {licence} | {use} |" in kept
    rows = dict(re.findall(r"^\| ([\w.-]+) \| ([^|]+) \| by (?:cdsgraph|one of them) \|$", kept, re.MULTILINE))
    for name, licence, direct in licences.required(ROOT):
        assert name in rows, f"run `make pages`: {name} is not in docs/licences.md"
        if direct:
            assert rows[name] == licence, f"run `make pages`: {name}"


def test_every_drawing_is_svg_and_tells_what_it_shows(pages: dict[str, str]) -> None:
    drawings = {name: ElementTree.fromstring(text) for name, text in pages.items() if name.endswith(".svg")}  # noqa: S314
    assert len(drawings) > 10
    for name, root in drawings.items():
        space = "{http://www.w3.org/2000/svg}"
        assert root.findtext(f"{space}title"), name
        shown = {each.text for each in root.iter(f"{space}text")}
        told = (root.findtext(f"{space}desc") or "").partition(": ")[2].split(", ")
        assert set(told) <= shown, name


def test_every_class_of_the_ontology_is_in_the_model(pages: dict[str, str]) -> None:
    source = (ROOT / "ontology" / "cds.ttl").read_text(encoding="utf-8")
    classes = re.findall(r"^(cds:\w+)\n    a owl:Class ", source, re.MULTILINE)
    assert len(classes) > 50
    for page in ("model.md", "model.vi.md"):
        assert [name for name in classes if f"| `{name}` " not in pages[page]] == []


def test_the_site_is_built_without_a_warning_and_loads_from_no_other_host(tmp_path: Path) -> None:
    gather(ROOT, tmp_path / "source")
    settings = tmp_path / "mkdocs.yml"
    text = (ROOT / "mkdocs.yml").read_text(encoding="utf-8")
    settings.write_text(text.replace("build/site-source", "source").replace("build/site", "site"), encoding="utf-8")
    built = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "--config-file", str(settings)],
        env=os.environ | {"NO_MKDOCS_2_WARNING": "1"}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert built.returncode == 0, built.stderr
    assert "WARNING" not in built.stderr
    html = sorted((tmp_path / "site").rglob("*.html"))
    assert len(html) > 25
    for page in html:
        told = page.read_text(encoding="utf-8")
        assert re.findall(r'<(?:script|img|iframe|source)[^>]* src="?(?:https?:)?//[^>]*>', told) == []
        assert re.findall(r'<link[^>]* href="?(?:https?:)?//[^>]*>', told) == []
    styles = "".join(path.read_text(encoding="utf-8") for path in (tmp_path / "site").rglob("*.css"))
    assert re.findall(r"(?:url\(|@import)\s*['\"]?(?:https?:)?//[^)]*", styles) == []
