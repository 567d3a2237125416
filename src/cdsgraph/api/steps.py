"""The steps of the commands as functions: read, build, compare."""

from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import orjson

from cdsgraph import build as building
from cdsgraph import register as registers
from cdsgraph.api.records import FactRecord, fact_record
from cdsgraph.build import Built
from cdsgraph.contributions.maker import fact_lines
from cdsgraph.differing import Entry, entries, load_words
from cdsgraph.errors import DocumentError
from cdsgraph.files import locate
from cdsgraph.graph import diff as differences
from cdsgraph.reading import corpus
from cdsgraph.text import Language
from cdsgraph.vocab import DEFAULT_BASE, Iris


def extract(
    source: str | Path,
    *,
    root: str | Path | None = None,
    base: str = DEFAULT_BASE,
    failed: Callable[[DocumentError], object] | None = None,
) -> Iterator[FactRecord]:
    """The facts of a text (str), or of a document or folder of documents (Path), as they are read.

    A text counts as a document named text.txt. What cannot be read is told to `failed`; without it, the DocumentError
    of the first such file is raised.
    """
    files = locate(Path(root) if root else None)
    register, iris = registers.load(files), Iris(base)
    with TemporaryDirectory() as folder:
        place = source if isinstance(source, Path) else Path(folder, "text.txt")
        if isinstance(source, str):
            place.write_text(source, encoding="utf-8")
        for reading in corpus.read_documents(corpus.document_paths([place]), files, register, failed=failed):
            for line in fact_lines(reading, iris):
                yield fact_record(orjson.loads(line), reading.document.text)


def build_dataset(
    out: str | Path = "build",
    *,
    documents: str | Path | None = None,
    root: str | Path | None = None,
    base: str = DEFAULT_BASE,
    check: bool = False,
    force: bool = False,
) -> Built:
    """Build a version below `out` from documents and register, and make it current.

    `objections` of what comes back tell why it was not made current: with `check` the shapes are asked too, with
    `force` nothing is. Documents that cannot be read are in `failed`. Raises DocumentError where none can be read, and
    the CdsgraphError of any other input that cannot be used.
    """
    files = locate(Path(root) if root else None)
    given = Path(documents) if documents else None
    return building.build(files, Path(out), documents=given, base=base, check=check, force=force)


def diff(
    old: str | Path,
    new: str | Path,
    *,
    out: str | Path = "build",
    language: Language = "vi",
    root: str | Path | None = None,
) -> list[Entry]:
    """The facts added, gone and changed from one version (name or folder) or N-Quads file to another.

    Raises DatasetError for what is none of them or damaged, RdfError for a file that is no RDF.
    """
    words = load_words(locate(Path(root) if root else None).words, language)
    sides = differences.open_side(str(old), Path(out)), differences.open_side(str(new), Path(out))
    return list(entries(differences.compare(*sides), *sides, words, language))
