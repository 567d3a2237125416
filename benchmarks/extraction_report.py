"""Measures how well texts are read and writes docs/extraction.md; what stands between its markers is kept.

    python -m benchmarks.extraction_report [--check]

CDSGRAPH_REFERENCE is the folder of the annotated source texts and the scorers (../shared by default). With --check
nothing is written; the exit status is 1 if the figures printed there are no longer those measured. Exit status 2: an
input is missing.
"""

import argparse
import os
import re
import sys
from datetime import date
from pathlib import Path

from tests.reading import stress

from benchmarks.error_classes import missed, spurious
from benchmarks.measuring import Measured, Reference, citations, measure, without_sources
from benchmarks.report_text import NAMES, SOURCES, UNSEEN, Coverage, Found, page
from cdsgraph import register as registers
from cdsgraph.errors import CdsgraphError
from cdsgraph.files import locate
from cdsgraph.reading.extract import Reader
from cdsgraph.reading.layout import LayoutWords

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "docs" / "extraction.md"
_BY_HAND = re.compile(r"(?<=<!-- by hand -->\n).*?(?=<!-- end -->)", re.DOTALL)
_MEASURED_ON = re.compile(r"^Measured on .*?\.", re.MULTILINE)


def report(kept: str, today: date) -> str:
    """The whole page; `kept` is its part written by hand. Raises CdsgraphError where an input is missing."""
    files = locate(ROOT)
    register = registers.load(files)
    reader = Reader(register, files.rules)
    smaller, forgotten = without_sources(register)
    unseen = ROOT / "tests" / "reading" / "unseen"
    ref = Reference.load(Path(os.environ.get("CDSGRAPH_REFERENCE") or ROOT.parent / "shared"))
    texts = sorted(files.documents.glob("*.txt"))
    measured: dict[str, Measured] = {
        SOURCES: measure(texts, ref.annotation, reader, files, ref),
        UNSEEN: measure(sorted(unseen.glob("*.txt")), [unseen / "expected.jsonl"], reader, files, ref),
    }
    found = Found(
        measured,
        measure(texts, ref.annotation, Reader(smaller, files.rules), files, ref),
        forgotten,
        citations(reader, files, ref),
        missed(measured, SOURCES),
        spurious(measured, SOURCES),
        _coverage(reader, LayoutWords.load(files.rules)),
    )
    return page(found, kept, today)


def _coverage(reader: Reader, words: LayoutWords) -> dict[str, Coverage]:
    covered: dict[str, Coverage] = {}
    for case in stress.cases():
        known = covered.setdefault(case.phenomenon, Coverage())
        known.cases += 1
        known.right += not stress.differences(case, reader, words)
    return covered


def main(arguments: list[str] | None = None) -> int:
    """Writes or checks the page; the exit status."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.extraction_report", description=__doc__.split("\n")[0])
    parser.add_argument("--check", action="store_true", help="write nothing; exit status 1 if the page is out of date")
    options = parser.parse_args(arguments)
    old = PAGE.read_text(encoding="utf-8") if PAGE.is_file() else ""
    kept = _BY_HAND.search(old)
    try:
        new = report(kept[0] if kept is not None else "\n", date.today())
    except CdsgraphError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    if options.check:
        same = _MEASURED_ON.sub("", old) == _MEASURED_ON.sub("", new)
        sys.stderr.write("" if same else f"{PAGE.name} is out of date: run make extraction-report\n")
        return 0 if same else 1
    PAGE.write_text(new, encoding="utf-8")
    sys.stderr.write(f"{PAGE.relative_to(ROOT)} written, figures on {len(NAMES)} kinds of facts\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
