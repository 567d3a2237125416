"""Only what changed: the findings are those that a full run has there, and none of a change is missed."""

import random
import shutil
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest

from cdsgraph.checking import Report, validate_version
from cdsgraph.checking.changed import Side, Since, validate_changed
from cdsgraph.files import Files
from cdsgraph.graph import versions
from cdsgraph.graph.dataset import canonical_nquads
from cdsgraph.vocab import DEFAULT_BASE

HERE = Path(__file__).parent
CASES = HERE.parent / "shapes"
TEXT = "Năm 2023, kinh tế số đạt khoảng 16,5% GDP.\n"
EX = "http://example.org/"
RDF_TYPE = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
SUBCLASS = ox.NamedNode("http://www.w3.org/2000/01/rdf-schema#subClassOf")


def version(out: Path, quads: set[ox.Quad], text: str = TEXT) -> Path:
    """A version with these quads and one text."""
    contents = {"dataset.nq": canonical_nquads(quads), "documents/tin.txt": text.encode()}
    return versions.write(out, contents, {"base": DEFAULT_BASE})


def quads_of(*paths: Path) -> set[ox.Quad]:
    return {quad for path in paths for quad in ox.parse(path=path)}


def keys(report: Report) -> set[tuple[object, ...]]:
    return {result.key for result in report.results}


def restricted(report: Report, since: Since) -> set[tuple[object, ...]]:
    """What a full run has on the pairs of shape and focus node that were checked."""
    return {
        result.key
        for result in report.results
        if (result.shape, result.focus) in since.pairs
        or (str(result.component).endswith("TextComparison") and (None, result.focus) in since.pairs)
    }


def altered(quads: set[ox.Quad], chance: random.Random) -> set[ox.Quad]:
    """The quads with some taken out, added or altered, or all of a thing gone."""
    found = sorted(quads, key=str)
    things = found[:]
    for _ in range(chance.choice((1, 2, 5))):
        place = chance.randrange(len(found))
        one, other, third = found[place], chance.choice(things), chance.choice(things)
        change = chance.choice(("gone", "value", "predicate", "subject", "more", "thing"))
        if change == "gone":
            del found[place]
        elif change == "value":
            found[place] = ox.Quad(one.subject, one.predicate, other.object)
        elif change == "predicate":
            found[place] = ox.Quad(one.subject, other.predicate, one.object)
        elif change == "subject":
            found[place] = ox.Quad(other.subject, one.predicate, one.object)
        elif change == "more":
            found.append(ox.Quad(one.subject, other.predicate, third.object))
        else:
            found = [quad for quad in found if quad.subject != one.subject] or found
    return set(found)


# The project's shapes ----------------------------------------------------------


@pytest.fixture(scope="module")
def some_shapes(files: Files, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The shapes of figures and sources, with those that both share."""
    folder = tmp_path_factory.mktemp("shapes")
    for name in ("data", "figures", "sources"):
        shutil.copy(files.shapes / f"{name}.ttl", folder)
    return folder


@pytest.fixture(scope="module")
def start(some_shapes: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[set[ox.Quad], Path, Report]:
    """Figures as they should be and some that are not; their version and the full report on it."""
    cases = [path for name in ("Figure", "Target", "Period") for path in sorted((CASES / name).glob("*.ttl"))[:4]]
    quads = quads_of(HERE / "figure.ttl", *cases)
    place = version(tmp_path_factory.mktemp("start"), quads)
    return quads, place, validate_version(place, some_shapes)


@pytest.mark.parametrize("seed", range(4))
def test_random_changes_are_found_as_by_a_full_run(
    seed: int, start: tuple[set[ox.Quad], Path, Report], some_shapes: Path, tmp_path: Path
) -> None:
    quads, before, old = start
    chance = random.Random(seed)  # noqa: S311
    text = TEXT if chance.random() < 0.7 else TEXT.replace("16,5%", "16,7%")
    after = version(tmp_path, altered(quads, chance), text)
    new = validate_version(after, some_shapes)
    for here, there, now, then in ((before, after, new, old), (after, before, old, new)):
        since = validate_changed(Side(here, some_shapes), Side(there, some_shapes))
        assert keys(since.report) == restricted(now, since)
        assert keys(now) - keys(then) <= keys(since.report) <= keys(now)


# Every way to read -------------------------------------------------------------


def random_graph(chance: random.Random) -> set[ox.Quad]:
    """Eight nodes in a few classes, with predicates between them and numbers."""
    nodes = [ox.NamedNode(f"{EX}n{number}") for number in range(8)]
    classes = [ox.NamedNode(EX + name) for name in "ABCDE"]
    predicates = [ox.NamedNode(EX + name) for name in "pqrstu"]

    def quads() -> Iterator[ox.Quad]:
        for _ in range(26):
            yield ox.Quad(chance.choice(nodes), chance.choice(predicates), chance.choice(nodes))
        for _ in range(7):
            yield ox.Quad(chance.choice(nodes), RDF_TYPE, chance.choice(classes))
        for _ in range(4):
            yield ox.Quad(chance.choice(nodes), ox.NamedNode(EX + "value"), ox.Literal(chance.randrange(6)))
        yield ox.Quad(chance.choice(classes), SUBCLASS, chance.choice(classes))
        yield ox.Quad(classes[4], SUBCLASS, chance.choice(classes))

    return set(quads())


@pytest.mark.parametrize("seed", range(8))
def test_nothing_new_is_missed_however_far_a_shape_reads(seed: int, tmp_path: Path) -> None:
    chance = random.Random(seed)  # noqa: S311
    shapes = HERE / "cases" / "readings.ttl"
    quads = random_graph(chance)
    before, after = version(tmp_path, quads), version(tmp_path, altered(quads, chance))
    old, new = validate_version(before, shapes), validate_version(after, shapes)
    for here, there, now, then in ((before, after, new, old), (after, before, old, new)):
        since = validate_changed(Side(here, shapes), Side(there, shapes))
        assert keys(now) - keys(then) <= keys(since.report) <= keys(now)
        assert restricted(now, since) <= keys(since.report)
