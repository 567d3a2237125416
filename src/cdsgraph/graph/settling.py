"""One name, kind and date for a thing that several sources describe, and the register does not.

Each source tells what it knows of such a thing, so two may tell differently: another spelling, another day. What most
of them say stands, of equals the first in order; another name stays as an alternative one. What each source printed is
kept with its citation or mention.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable
from operator import attrgetter

from pyoxigraph import Literal, Quad, RdfFormat, parse

from cdsgraph.graph.dataset import canonical_nquads
from cdsgraph.graph.quadwriter import ALT_LABEL, PREF_LABEL
from cdsgraph.vocab import CDS, ELI, ORG, Iris, term

_SINGLE = frozenset(
    (PREF_LABEL, term(CDS, "sortKey"), term(ORG, "classification"), term(ELI, "date_document"), term(ELI, "passed_by"),
     term(ELI, "type_document"))
)  # fmt: skip
_SINGLE_WRITTEN = frozenset(str(each).encode() for each in _SINGLE)
_ALTERNATIVE = str(ALT_LABEL).encode()
_WITHIN = b" " + _ALTERNATIVE + b" "
_graph = attrgetter("graph_name")


def parted(lines: bytes) -> tuple[bytes, bytes]:
    """Lines of N-Quads that hold whatever other documents say, and those of what a thing has once; order is kept."""
    parts: tuple[list[bytes], list[bytes]] = ([], [])
    for line in lines.splitlines(keepends=True):
        parts[line.split(b" ", 2)[1] in _SINGLE_WRITTEN].append(line)
    return b"".join(parts[0]), b"".join(parts[1])


def is_said(line: bytes) -> bool:
    """Whether a line of N-Quads may be what `settled` gives: what a thing has once, or an alternative name."""
    predicate = line.split(b" ", 2)[1]
    return predicate in _SINGLE_WRITTEN or predicate == _ALTERNATIVE


def alternatives(lines: bytes) -> list[bytes]:
    """Those of many lines of N-Quads that give an alternative name, which `settled` may give too."""
    found: list[bytes] = []
    at = lines.find(_WITHIN)
    while at >= 0:
        end = lines.find(b"\n", at) + 1
        line = lines[lines.rfind(b"\n", 0, at) + 1 : end]
        if line.split(b" ", 2)[1] == _ALTERNATIVE:
            found.append(line)
        at = lines.find(_WITHIN, end)
    return found


def settled_lines(lines: Iterable[bytes], iris: Iris) -> list[bytes]:
    """`settled` on lines of canonical N-Quads, in any order; only what is told in several ways is looked at."""
    told: dict[bytes, list[bytes]] = defaultdict(list)
    for line in lines:
        told[_about(line)].append(line)
    kept: list[bytes] = []
    several: list[bytes] = []
    for said in told.values():
        (kept if len({_triple(line) for line in said}) == 1 else several).extend(said)
    quads = settled(parse(b"".join(several), format=RdfFormat.N_QUADS), iris)
    return kept + canonical_nquads(quads).splitlines(keepends=True)


def _triple(line: bytes) -> bytes:
    return line[: line.rindex(b" <")]


def _about(line: bytes) -> bytes:
    """Subject, predicate and language of a line: of what `settled` keeps one value."""
    subject, predicate, rest = line.split(b" ", 2)
    language = _triple(rest).rpartition(b'"')[2] if rest.startswith(b'"') else b""
    return b" ".join((subject, predicate, language if language.startswith(b"@") else b""))


def settled(quads: Iterable[Quad], iris: Iris) -> set[Quad]:
    """The quads with at most one value, for each language one, of what a thing has once; the register's are final."""
    told: dict[tuple[object, object, str | None], list[Quad]] = {}
    kept: set[Quad] = set()
    for quad in quads:
        if quad.predicate in _SINGLE:
            language = quad.object.language if isinstance(quad.object, Literal) else None
            told.setdefault((quad.subject, quad.predicate, language), []).append(quad)
        else:
            kept.add(quad)
    register = iris.graph("register")
    for said in told.values():
        values = Counter(quad.object for quad in said)
        if len(values) > 1:
            final = [quad.object for quad in said if _graph(quad) == register]
            chosen = min(final or values, key=lambda value: (-values[value], str(value)))
            kept |= {quad if quad.object == chosen else _aside(quad) for quad in said if _stays(quad, chosen)}
        else:
            kept |= set(said)
    return kept


def _stays(quad: Quad, chosen: object) -> bool:
    return quad.object == chosen or quad.predicate == PREF_LABEL


def _aside(quad: Quad) -> Quad:
    return Quad(quad.subject, ALT_LABEL, quad.object, quad.graph_name)
