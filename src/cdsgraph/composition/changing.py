"""A kept composition made into that of other documents, by what comes, what goes and what that bears on."""

from collections.abc import Collection, Iterable, Sequence

from pyoxigraph import Quad, RdfFormat, Triple, parse

from cdsgraph.composition.kept import Kept
from cdsgraph.composition.told import said
from cdsgraph.contributions.contribution import Contribution
from cdsgraph.graph.dataset import canonical_nquads
from cdsgraph.graph.derive import Changes, Rule, derived, graph_of, in_order
from cdsgraph.graph.settling import is_said, parted, settled_lines
from cdsgraph.vocab import Iris


def changed(
    kept: Kept, gone: Collection[str], come: Sequence[Contribution], rules: Sequence[Rule], iris: Iris
) -> bytes:
    """The canonical N-Quads after documents went (by their slugs) and others came; one that changed does both.

    `kept.store` is as after it. Raises QueryError for a rule that cannot be run, OSError or sqlite3.Error where the
    composition cannot be read or written.
    """
    went, came = _stated(kept, gone, come, iris)
    change = _Change(kept)
    change.make(went, came)
    for rule in in_order(rules):
        change.follow(rule, iris)
    return kept.lines.written()


class _Change:
    """A change of lines and store, and what it comes to so far."""

    def __init__(self, kept: Kept) -> None:
        self._kept = kept
        self._went: set[Triple] = set()
        self._came: set[Triple] = set()

    def make(self, went: Iterable[bytes], came: Iterable[bytes]) -> None:
        """Take lines out and put lines in."""
        lost, gained = (_quads(triples) for triples in self._kept.lines.change(went, came))
        for quad in lost:
            self._kept.store.remove(quad)
        self._kept.store.extend(gained)
        old, new = {quad.triple for quad in lost}, {quad.triple for quad in gained}
        self._went, self._came = (self._went - new) | (old - self._came), (self._came - old) | (new - self._went)

    def follow(self, rule: Rule, iris: Iris) -> None:
        """Derive anew what the change so far bears on."""
        if not (self._went or self._came):
            return
        kept, graph = self._kept, graph_of(rule, iris)
        changes = Changes(came=frozenset(self._came), went=frozenset(self._went))
        keys = rule.parts.touched(kept.store, iris, changes) if rule.parts is not None else None
        if keys is not None and not keys:
            return
        if keys is None:
            before = set(kept.lines.of_graph(graph))
        else:
            before = set(kept.lines.of_subjects(kept.told.subjects(rule.name, keys), graph))
        if rule.sees_own:
            self.make(before, ())
        made = derived(rule, kept.store, iris, keys)
        after = set(canonical_nquads(made.quads).splitlines(keepends=True))
        self.make(before - after, after if rule.sees_own else after - before)
        if rule.parts is not None:
            kept.told.part(rule.name, made.subjects, keys)


def _stated(
    kept: Kept, gone: Collection[str], come: Sequence[Contribution], iris: Iris
) -> tuple[set[bytes], set[bytes]]:
    """The lines of stated graphs that are no more, and those that are new; some may be both."""
    went: set[bytes] = set()
    came: set[bytes] = set()
    for slug in gone:
        went |= {line for line in kept.lines.of_graph(iris.graph(f"source/{slug}")) if not is_said(line)}
    for part in come:
        came |= {line for line in part.lines.splitlines(keepends=True) if not is_said(line)}
    says = {part.slug: said(part.lines, part.single) for part in come}
    other: list[tuple[bytes, str, bytes]] = []
    for owner in dict.fromkeys((*gone, *says)):
        before, after = kept.told.said_by(owner), says.get(owner, {})
        other += [
            (subject, owner, after.get(subject, b""))
            for subject in before.keys() | after.keys()
            if before.get(subject) != after.get(subject)
        ]
    subjects = {subject for subject, _, _ in other}
    went |= _settled(kept, subjects, iris)
    kept.told.say(other)
    came |= _settled(kept, subjects, iris)
    return went, came


def _settled(kept: Kept, subjects: Iterable[bytes], iris: Iris) -> set[bytes]:
    """The names and dates of subjects as a version holds them."""
    lines = b"".join(each for subject in subjects for each in kept.told.said_of(subject).values())
    names, single = parted(lines)
    return set(names.splitlines(keepends=True)).union(settled_lines(single.splitlines(keepends=True), iris))


def _quads(triples: Iterable[bytes]) -> list[Quad]:
    return list(parse(b"".join(triple + b".\n" for triple in triples), format=RdfFormat.N_TRIPLES))
