"""The two checks a user asks for: of RDF files, and of a built version with its texts."""

import json
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from cdsgraph.checking import engine, evidence, rdffiles, rules, shapesfiles
from cdsgraph.checking.places import locate
from cdsgraph.checking.places.inputs import InputFiles
from cdsgraph.checking.places.version import BuiltVersion
from cdsgraph.checking.report import Report
from cdsgraph.errors import DatasetError, RdfError
from cdsgraph.files import Files
from cdsgraph.files import locate as project_files
from cdsgraph.vocab import DEFAULT_BASE


def validate_files(paths: Iterable[Path], shapes_dir: Path, *, base: str = DEFAULT_BASE) -> Report:
    """SHACL over RDF files taken together; the named graphs of .nq and .trig files are united.

    `base` is the base IRI that the data's codes lie under. Raises RdfError (path, line, column) for a file that cannot
    be read or holds no triple, ShapesError for shapes that are missing or cannot be used.
    """
    files = tuple(paths)
    shapes = shapesfiles.load(shapes_dir, base=base)
    data = rdffiles.read(files)
    if not len(data):
        raise RdfError(
            "no triples to check", path=", ".join(map(str, files)) or None, remedy="name an RDF file that holds data"
        )
    return locate(_told(engine.validate(data, shapes), shapes, files), InputFiles(files, data))


def validate_version(version_dir: Path, shapes_dir: Path, *, files: Files | None = None) -> Report:
    """SHACL over a built version, and its evidence against its own copies of the texts, in one report.

    Findings lead to the rows, texts and terms of `files`, the project that the version was built from; without it to
    those of the checkout or the installed package.

    Raises DatasetError for a folder that holds no version, ShapesError for shapes that cannot be used.
    """
    dump = version_dir / "dataset.nq"
    if not dump.is_file():
        raise DatasetError("no dataset version here", path=version_dir, remedy="run `cdsgraph build`")
    base = _base(version_dir)
    shapes = shapesfiles.load(shapes_dir, base=base)
    data = rdffiles.read([dump])
    if not len(data):
        raise DatasetError("the dataset holds no triples", path=dump, remedy="run `cdsgraph build` again")
    findings = evidence.check(data, evidence.texts(data, version_dir / "documents"))
    report = engine.validate(data, shapes).with_rules(rules.beyond_shapes().values()).with_results(findings)
    told = _told(report, shapes, [dump])
    return locate(told, BuiltVersion(version_dir, data, files or project_files(), base=base))


def _told(report: Report, shapes: shapesfiles.Shapes, files: Iterable[Path]) -> Report:
    """The report with the rules that were applied, what to do about each finding, and what was looked at."""
    listed = rules.with_messages(report.with_rules(rules.of_shapes(shapes.written)), shapes.written)
    told = rules.with_remedies(listed)
    return replace(told, checked=tuple(map(str, files)))


def _base(version_dir: Path) -> str:
    manifest = version_dir / "manifest.json"
    try:
        return str(json.loads(manifest.read_text(encoding="utf-8"))["base"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise DatasetError(
            f"the manifest cannot be read: {error}", path=manifest, remedy="run `cdsgraph build` again"
        ) from error
