"""Rules of derivation that are written in SPARQL: a CONSTRUCT in `queries/derive/{number}-{name}.rq`.

The header is that of a saved query. With these two lines the rule falls into parts that are derived apart:

    #+ part: cds:indicator ?indicator, cds:about ?about of ?figure a cds:Observation
    #+ follows: [cds:unit, ^cds:percentFigure]

A part holds what the rule says with one `cds:indicator` and one `cds:about`, and rests on the records that the rule
calls ?figure with the same two. Where a part is about the record itself, it is named alone: `cds:flags ?figure a
cds:Forecast, cds:Change`. The classes may be left out where the rule asks for none. Under `follows` stands what else
the rule reads than the record: the things that a property of it leads to, or that point at it (^), or that lie further
away (`cds:endFigure/cds:indicator`). Where some parts only are asked for, they are put in at each comment
`# parts asked for`.
"""

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pyoxigraph import NamedNode, QueryTriples, Store, Triple

from cdsgraph.errors import QueryError
from cdsgraph.graph.derive import Changes, Rule, whole
from cdsgraph.graph.parts import Seen, Ways, expanded, key_of, nodes_of, values
from cdsgraph.queries import SavedQuery, is_graph_query, names_in_pattern, read, without_header
from cdsgraph.vocab import Iris, rebase

_FILE: Final = re.compile(r"(?P<number>\d\d)-(?P<name>[a-z]+(?:-[a-z]+)*)$")
_PART: Final = re.compile(
    r"(?P<about>\w+:\w+ \?\w+(?:, \w+:\w+ \?\w+)*)(?: of (?P<record>\?\w+))?(?: a (?P<classes>.+))?$"
)
_MARK: Final = re.compile(r"^([ \t]*)# parts asked for$", re.MULTILINE)


def load(folder: Path) -> tuple[Rule, ...]:
    """The rules of a folder in their order. Raises QueryError naming the file of one that is not as it should be."""
    found: dict[str, Rule] = {}
    for path in sorted(folder.glob("*.rq")):
        rule = read_rule(path)
        if rule.name in found:
            raise QueryError(f"two rules are named {rule.name}", path=path, remedy="rename one of them")
        found[rule.name] = rule
    return tuple(found.values())


def read_rule(path: Path) -> Rule:
    """The rule in a file. Raises QueryError when its name, its header or its form is no rule's."""
    name = _FILE.fullmatch(path.stem)
    if name is None:
        raise QueryError("the file's name is no rule's", path=path, remedy="name it like 10-latest-figures.rq")
    query = read(path)
    if not is_graph_query(query.text) or query.params:
        raise QueryError("a rule is a CONSTRUCT without parameters", path=path, remedy="see the other rules")
    parts = _parts(query) if query.part else None

    def construct(store: Store, iris: Iris) -> Iterable[Triple]:
        return _asked(query, query.text, store, iris)

    return Rule(
        int(name["number"]),
        name["name"],
        query.summary_vi,
        query.summary_en,
        _MARK.sub("", without_header(query.text)),
        whole(parts) if parts else construct,
        parts,
    )


@dataclass(frozen=True, slots=True)
class QueryParts:
    """The parts of such a rule; `about` are the properties and variables of its header's line `part`."""

    query: SavedQuery
    about: tuple[tuple[str, str], ...]
    of_record: bool
    classes: tuple[str, ...]
    ways: Ways

    def derive(self, store: Store, iris: Iris, keys: Collection[str] | None) -> Iterator[tuple[str, Iterable[Triple]]]:
        """See derive.Parts."""
        if keys is None:
            text = self.query.text
        elif keys:
            block = values(" ".join(name for _, name in self.about), map(nodes_of, keys))
            text = _MARK.sub(lambda mark: mark[1] + block, self.query.text)
        else:
            return
        names = [expanded(name, iris) for name, _ in self.about]
        of_subject: dict[NamedNode, list[Triple]] = defaultdict(list)
        for triple in _asked(self.query, text, store, iris):
            if not isinstance(triple.subject, NamedNode):
                raise QueryError(
                    f"the rule {self.query.name} makes a blank node",
                    path=self.query.path,
                    remedy="name it by an IRI made from its inputs",
                )
            of_subject[triple.subject].append(triple)
        of_key: dict[str, list[Triple]] = defaultdict(list)
        for said in of_subject.values():
            told = {triple.predicate: triple.object for triple in said}
            of_key[key_of(*(node for name in names if isinstance(node := told.get(name), NamedNode)))] += said
        yield from of_key.items()

    def touched(self, store: Store, iris: Iris, changes: Changes) -> set[str] | None:
        """See derive.Parts."""
        seen = Seen(store, changes)
        records = self.ways.records(store, iris, changes)
        if self.classes:
            records = seen.of_class(records, *(expanded(each, iris) for each in self.classes))
        if not self.of_record:
            return {record.value for record in records}
        return seen.keys(records, (expanded(name, iris) for name, _ in self.about))


def _parts(query: SavedQuery) -> QueryParts:
    said = _PART.match(query.part)
    if said is None or not _MARK.search(query.text):
        raise QueryError(
            "it does not tell its parts",
            path=query.path,
            remedy="write `part: cds:flags ?figure a cds:Figure` in the header and `# parts asked for` in the query",
        )
    about = tuple((pair[0], pair[1]) for each in said["about"].split(", ") if (pair := each.split(" ")))
    if len(about) > 1 and said["record"] is None:
        raise QueryError("a part of several things is of some record", path=query.path, remedy="add `of ?figure`")
    classes = tuple(said["classes"].split(", ")) if said["classes"] else ()
    properties = frozenset(f"<{iri}>" for iri in names_in_pattern(query.text))
    ways = {"": properties} | dict.fromkeys(query.follows, properties)
    return QueryParts(query, about, said["record"] is not None, classes, Ways(ways))


def _asked(query: SavedQuery, text: str, store: Store, iris: Iris) -> Iterable[Triple]:
    try:
        found = store.query(rebase(text, iris.base))
    except SyntaxError as error:
        raise QueryError(error.msg, path=query.path, line=error.lineno, column=error.offset) from error
    return found if isinstance(found, QueryTriples) else ()
