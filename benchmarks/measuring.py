"""Reads annotated texts and scores what was read, with the scorer that lies outside the project."""

import importlib.util
import json
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from types import ModuleType
from typing import Any

from cdsgraph.errors import DocumentError
from cdsgraph.files import Files
from cdsgraph.reading import loaders, metadata
from cdsgraph.reading.document import Document, Metadata
from cdsgraph.reading.extract import Reader
from cdsgraph.reading.facts import LegalReference, Reading, record
from cdsgraph.reading.layout import LayoutWords, lay_out
from cdsgraph.register import Register

# What the register keeps when it forgets the source texts: bodies and persons that any newspaper reader knows.
_COMMON = frozenset({"ministry", "pillar", "person"})
_SOURCE = re.compile(r"\barticles? \d")  # how the register writes that it has a row from a source text
_ALL = 10**6


@dataclass(frozen=True, slots=True)
class Reference:
    """The annotated source texts and the scorers, in a folder outside the project."""

    annotation: tuple[Path, ...]
    scorer: ModuleType
    citations: ModuleType

    @classmethod
    def load(cls, folder: Path) -> "Reference":
        """From the reference material in the folder; raises DocumentError where it is missing."""
        place = folder / "gold"
        if not (place / "score.py").is_file():
            raise DocumentError(
                "the reference material is not there", path=folder, remedy="set CDSGRAPH_REFERENCE to its folder"
            )
        scorer = _module(place / "score.py")
        return cls(tuple(scorer.gold_files([str(place)])), scorer, _module(place / "score_citations.py"))


@dataclass(frozen=True, slots=True)
class Measured:
    """Texts read and scored: the readings, their records, the annotation, and the scorer's report on them."""

    readings: tuple[Reading, ...]
    found: tuple[dict[str, Any], ...]
    annotated: tuple[dict[str, Any], ...]
    report: dict[str, Any]
    by_document: dict[str, dict[str, Any]]

    @property
    def kinds(self) -> dict[str, dict[str, Any]]:
        """The scorer's account by kind: annotated, predicted, matched, F1, attributes, missed, spurious."""
        kinds: dict[str, dict[str, Any]] = self.report["kinds"]
        return kinds

    @property
    def ledger(self) -> Counter[str | None]:
        """How many numbers are no figure, by reason; None: not understood."""
        return Counter(number.reason for reading in self.readings for number in reading.numbers)


def measure(
    paths: Sequence[Path], annotation: Iterable[Path], reader: Reader, files: Files, ref: Reference
) -> Measured:
    """Texts read and scored against their annotation; debatable records are left out."""
    records = metadata.read([files.documents], files.rules)
    readings = tuple(reader.read(loaders.load(path, records)) for path in paths)
    lines = [json.dumps(record(fact, r.document), ensure_ascii=False) for r in readings for fact in r.facts]
    with TemporaryDirectory() as folder:
        told = Path(folder) / "facts.jsonl"
        told.write_text("\n".join(lines), encoding="utf-8")
        found, _ = ref.scorer.read_jsonl([told])
    annotated, _ = ref.scorer.read_jsonl(list(annotation))
    report = ref.scorer.score(annotated, found, errors=_ALL, lenient=True)
    by_document = {
        doc: ref.scorer.score(
            [each for each in annotated if each["doc"] == doc],
            [each for each in found if each["doc"] == doc],
            lenient=True,
        )["kinds"]
        for doc in sorted({each["doc"] for each in annotated})
    }
    return Measured(readings, tuple(found), tuple(annotated), report, by_document)


def without_sources(register: Register) -> tuple[Register, int]:
    """The register without the things that it has from the source texts, and how many these are."""
    kept = tuple(e for e in register.entries if e.type in _COMMON or not _SOURCE.search(e.seen_in))
    return replace(register, entries=kept), len(register.entries) - len(kept)


def citations(reader: Reader, files: Files, ref: Reference) -> dict[str, tuple[int, int]]:
    """Of citations as printed elsewhere: how many numbers, dates and issuers are read, and of how many."""
    plain, words = ref.citations.plain, LayoutWords.load(files.rules)
    told: dict[str, list[bool]] = {"number": [], "date": [], "issuer": []}
    for citation in (each for each in ref.citations.citations() if each.get("number")):
        document = lay_out(Document("v.txt", f"Căn cứ {citation['text']};\n", Metadata("v")), words)
        acts = [fact for fact in reader.read(document).facts if isinstance(fact, LegalReference)]
        hit = next((act for act in acts if plain(act.number) == plain(citation["number"])), None)
        told["number"].append(hit is not None)
        if hit is not None and citation.get("date"):
            told["date"].append(hit.date == citation["date"])
        if hit is not None and citation.get("issuer_stated"):
            told["issuer"].append(plain(hit.issuer) == plain(citation["issuer"]))
    return {what: (sum(right), len(right)) for what, right in told.items()}


def _module(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(path.stem, path)
    if spec is None or spec.loader is None:
        raise DocumentError("no Python module", path=path, remedy="give the folder of the reference material")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
