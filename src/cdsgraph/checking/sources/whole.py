"""All checks over the project's own files in one report, and which of its findings a named file answers for."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from fnmatch import fnmatch
from pathlib import Path
from typing import Final

from rdflib.term import Node

from cdsgraph import register as registers
from cdsgraph.checking import rules as shape_rules
from cdsgraph.checking.report import Place, Report, Result
from cdsgraph.checking.shapesfiles import Shapes
from cdsgraph.checking.sources import context, exceptions, ontology, queries, shapes, tables, terms, together
from cdsgraph.checking.sources.exceptions import FILE as EXCEPTIONS_FILE
from cdsgraph.checking.sources.exceptions import Exceptions
from cdsgraph.checking.sources.project import KINDS, Sources
from cdsgraph.checking.sources.rules import all_rules, file_iri, finding
from cdsgraph.errors import CdsgraphError
from cdsgraph.files import Files
from cdsgraph.vocab import DEFAULT_BASE, SHAPE

# A change in a file of a kind may break files of these kinds as well as its own.
_RESTING: Final = {
    "ontology": ("schemes", "shapes", "queries", "context"),
    "schemes": ("ontology", "shapes", "queries", "register"),
    "register": ("queries", "rules"),
    "shapes": ("cases",),
    "cases": ("shapes",),
}
_ENGINE_STOPPERS: Final = frozenset({SHAPE + "Shape-syntax", SHAPE + "Shape-sparql"})


@dataclass(frozen=True)
class Checked:
    """The findings over the project's files, with what a check of a version needs of them."""

    report: Report
    sources: Sources
    exceptions: Exceptions
    broken: frozenset[Node]

    def shapes(self, base: str = DEFAULT_BASE) -> Shapes:
        """The shapes that can be used."""
        return together.usable(self.sources, set(self.broken), base)


def check(files: Files, *, figures: bool = True) -> Checked:
    """Everything that is wrong with ontology, schemes, shapes, queries, context, register and the other tables.

    `figures` is whether the shapes are held against what the register says, as they are anyway against a version that
    was built from it. Nothing here ends the check: a file that cannot be read is a finding, and what rests on it is
    left unjudged.
    """
    sources = Sources(files)
    register, register_faults = registers.look_over(files)
    known = terms.Known(sources, register)
    excused = exceptions.load(files.root)
    found = [
        *excused.wrong,
        *excused.stale(known.defines),
        *terms.check(sources, known),
        *ontology.check(sources, known, excused),
        *shapes.check(sources, known),
        *queries.check(sources, known),
        *context.check(sources, known),
        *tables.check(sources, register, register_faults),
    ]
    broken = frozenset(each.focus for each in found if str(each.shape) in _ENGINE_STOPPERS)
    found += [_not_used(each) for each in found if str(each.shape) in _ENGINE_STOPPERS]
    report = together.check(
        sources, register if figures and not register_faults else None, together.usable(sources, set(broken))
    )
    listed = report.with_rules(shape_rules.of_shapes(sources.shapes)).with_rules(all_rules().values())
    told = shape_rules.with_messages(listed.with_results([*sources.found, *found]), sources.shapes)
    told = replace(told, shapes=report.shapes + len(all_rules()), checked=tuple(_looked_at(files)))
    return Checked(shape_rules.with_remedies(told), sources, excused, broken)


def _looked_at(files: Files) -> Iterator[str]:
    for pattern in KINDS.values():
        found = (path for path in sorted(files.root.glob(pattern)) if path.is_file())
        yield from (path.relative_to(files.root).as_posix() for path in found)


def _not_used(result: Result) -> Result:
    return finding("Project-shape", result.focus, *result.places)


def own(paths: Iterable[Path], files: Files) -> tuple[list[Path], list[Path]]:
    """Paths parted into those of the project's own files and the others.

    Raises CdsgraphError for a file of the project's own that is not there.
    """
    ours: list[Path] = []
    others: list[Path] = []
    for path in paths:
        (ours if kind_of(path, files) else others).append(path)
    for path in ours:
        if not path.is_file():
            raise CdsgraphError("cannot be read: No such file", path=path, remedy="name a file that is there")
    return ours, others


def kind_of(path: Path, files: Files) -> str | None:
    """Which of the project's kinds of files a path is; None for all else."""
    try:
        relative = path.resolve().relative_to(files.root).as_posix()
    except ValueError:
        return None
    if relative == EXCEPTIONS_FILE:
        return "shapes"
    return next((kind for kind, pattern in KINDS.items() if _matches(relative, pattern)), None)


def _matches(relative: str, pattern: str) -> bool:
    folder, wide, name = pattern.partition("/**/")
    if wide:
        return relative.startswith(f"{folder}/") and fnmatch(relative.rpartition("/")[2], name)
    return fnmatch(relative, pattern) and relative.count("/") == pattern.count("/")


def narrowed(report: Report, paths: Sequence[Path], files: Files) -> Report:
    """The findings that a change of these files may have caused: in them, by their rules, or in what rests on them.

    Their places are told by the names that the files, which are there, were given by.
    """
    given = {path.resolve().relative_to(files.root).as_posix(): str(path) for path in paths}
    kinds = {each for path in paths if (kind := kind_of(path, files)) for each in _RESTING.get(kind, ())}
    rules = {kind_of(path, files) for path in paths} & {"shapes"}
    kept = []
    for result in report.results:
        inside = any(place.path in given for place in result.places)
        resting = any(kind_of(files.root / place.path, files) in kinds for place in result.places)
        by_shape = bool(rules) and str(result.shape) not in _own_rules()
        if inside or resting or by_shape or not result.places:
            kept.append(replace(result, places=tuple(_as_given(place, given) for place in result.places)))
    return replace(report, results=tuple(kept), checked=tuple(given.values()))


def _own_rules() -> frozenset[str]:
    return frozenset(str(rule.shape) for rule in all_rules().values())


def _as_given(place: Place, given: dict[str, str]) -> Place:
    return replace(place, path=given.get(place.path, place.path))


def unchecked(rule: str, place: str, reason: str) -> Result:
    """The finding that a part of the check could not be made, and why."""
    return finding(rule, file_iri(place), Place(place), value=reason)
