"""Damaged source files of every kind: each gives facts or one clear refusal, in time, and ends no process."""

import io
import subprocess
import sys
import zipfile
from collections.abc import Sequence
from pathlib import Path

import pyoxigraph as ox
import pytest
from fpdf import FPDF

from cdsgraph.files import Files
from cdsgraph.reading import layout
from cdsgraph.reading.document import Document, Metadata
from tests.fuzzing.mutations import mutated, words
from tests.reading import renderings, tabulated
from tests.service import ROOT

SECONDS = 40  # that one file may take, on a busy machine
TOGETHER = 50  # files that one process reads
PACKED = (".docx", ".xlsx")  # archives of XML
SUFFIXES = (".txt", ".md", ".html", ".csv", ".pdf", *PACKED, ".ttl", ".jsonld", ".rdf", ".nq", ".trig")
TURTLE = """\
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@base <https://w3id.org/cdsgraph/> .
<id/org/bo-cong-an> a <http://www.w3.org/ns/org#FormalOrganization> ; skos:prefLabel "Bộ Công an"@vi ;
  skos:note [ skos:value 18.72 , "2024-12-31"^^<http://www.w3.org/2001/XMLSchema#date> ] ; skos:member ( <a> <b> ) .
"""


@pytest.fixture(scope="module")
def seeds(files: Files, tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[bytes]]:
    """Sound files by suffix."""
    folder = tmp_path_factory.mktemp("sound")
    layout_words = layout.LayoutWords.load(files.rules)
    texts = [path.read_text(encoding="utf-8")[:6_000] for path in sorted(files.documents.glob("*.txt"))[:3]]
    rows = (("Chỉ tiêu", "Năm 2024", "Năm 2025"), ("Tỷ trọng kinh tế số", "18,72%", "20%"), ("Số xã", "1.024", "2.048"))
    table = tabulated.Table(above=("Bảng 1. Các chỉ tiêu", tabulated.FILLER), rows=rows, merged=((0, 1, 1, 2),))
    for number, text in enumerate(texts):
        (folder / f"{number}.txt").write_text(text, encoding="utf-8")
        document = layout.lay_out(Document(name="a.txt", text=text, metadata=Metadata(slug="a")), layout_words)
        renderings.markdown(document, folder / f"{number}.md")
        renderings.page(document, folder / f"{number}.html")
        renderings.word(document, folder / f"{number}.docx")
        renderings.pdf(document, folder / f"{number}.pdf")
    tabulated.word(table, folder / "table.docx")
    tabulated.page(table, folder / "table.html")
    tabulated.markdown(table, folder / "table.md")
    tabulated.delimited(table, folder / "table.csv")
    tabulated.workbook(table, folder / "table.xlsx")
    found = {suffix: [path.read_bytes() for path in sorted(folder.glob(f"*{suffix}"))] for suffix in SUFFIXES}
    found[".pdf"].append(bare_pdf(texts[0]))
    turtle, context = TURTLE.encode(), (files.ontology / "context.jsonld").read_bytes()
    triples = list(ox.parse(turtle, ox.RdfFormat.TURTLE, base_iri="urn:x"))
    found[".ttl"] = [turtle, sorted(files.shapes.glob("*.ttl"))[0].read_bytes()[:8_000]]
    for suffix, written in (
        (".rdf", ox.RdfFormat.RDF_XML),
        (".nq", ox.RdfFormat.N_QUADS),
        (".trig", ox.RdfFormat.TRIG),
    ):
        found[suffix] = [ox.serialize(triples, format=written) or b""]
    found[".jsonld"] = [ox.serialize(triples, format=ox.RdfFormat.JSON_LD) or b"", context[:-2] + b', "@id": "urn:x"}']
    return found


def bare_pdf(text: str) -> bytes:
    """A PDF whose words can be changed in the file."""
    made = renderings.sheet(FPDF())
    made.set_compression(False)
    made.set_font("DejaVu", size=12)
    made.multi_cell(0, 7, text[:1_000])
    return bytes(made.output())


@pytest.mark.parametrize(
    "numbers", [pytest.param(range(48), id="some"), pytest.param(range(504), id="all", marks=pytest.mark.slow)]
)
def test_damaged_files_are_read_or_refused(numbers: range, seeds: dict[str, list[bytes]], tmp_path: Path) -> None:
    paths = []
    for number in numbers:
        suffix = SUFFIXES[number % len(SUFFIXES)]
        paths.append(tmp_path / f"{number:04}{suffix}")
        paths[-1].write_bytes(damaged(suffix, seeds[suffix], number))
    outcomes: dict[str, str] = {}
    for start in range(0, len(paths), TOGETHER):
        outcomes |= read(paths[start : start + TOGETHER])
    silent = [path.name for path in paths if path.name not in outcomes]
    assert not silent
    refused = sum(told.startswith("refused: ") for told in outcomes.values())
    print(f"{len(paths) - refused} read, {refused} refused")  # noqa: T201  # for `pytest -s`
    assert 0 < refused < len(paths)


def damaged(suffix: str, seeds: Sequence[bytes], number: int) -> bytes:
    """A file that is not what it was; of packed formats most often a part inside the package."""
    known = words("office" if suffix in PACKED else suffix[1:])
    if suffix not in PACKED or number % 4 == 0:
        return mutated(seeds, known, number)
    output = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(seeds[number % len(seeds)])) as sound, zipfile.ZipFile(output, "w") as made:
        names = sound.namelist()
        chosen = (
            names[number // 4 % len(names)] if number % 4 == 1 else max(names, key=lambda n: sound.getinfo(n).file_size)
        )
        for name in names:
            content = sound.read(name)
            made.writestr(name, mutated([content], known, number) if name == chosen else content)
    return output.getvalue()


def read(paths: Sequence[Path]) -> dict[str, str]:
    """What came of each file, by its name; a file that ended the process or took too long has no entry."""
    command = [sys.executable, "-m", "tests.fuzzing.reading", *map(str, paths)]
    try:
        done = subprocess.run(command, cwd=ROOT, capture_output=True, timeout=SECONDS * len(paths), check=False)
    except subprocess.TimeoutExpired as late:
        told = late.stdout or b""
    else:
        told = done.stdout
        assert done.returncode == 0, (
            f"{told.decode().splitlines()[-1:]}\n{done.stderr.decode(errors='replace')[-3_000:]}"
        )
    return dict(line.split("\t", 1) for line in told.decode().splitlines() if "\t" in line)
