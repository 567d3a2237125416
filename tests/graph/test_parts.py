"""Rules derived part by part: after any change the parts touched, derived anew, give what all of it derived gives."""

import random
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest
from pyparsing import ParseResults
from rdflib.plugins.sparql.algebra import translateQuery
from rdflib.plugins.sparql.parser import parseQuery
from rdflib.plugins.sparql.parserutils import CompValue

from cdsgraph.files import Files
from cdsgraph.graph import rules as rules_of_derivation
from cdsgraph.graph.derive import Changes, Parts, Rule
from cdsgraph.graph.quadwriter import TYPE
from cdsgraph.queries import names_in_pattern, read
from cdsgraph.vocab import Iris, prefixes

IRIS = Iris()
Triples = frozenset[ox.Triple]
Kept = dict[str, dict[str, Triples]]  # rule -> key -> triples
DATE = re.compile(r"\d{4}-\d\d-\d\d$")
NUMBER = re.compile(r"\d+(\.\d+)?$")


@pytest.fixture(scope="module")
def rules(files: Files) -> list[Rule]:
    return [rule for rule in rules_of_derivation.load(files) if rule.parts is not None]


@pytest.fixture(scope="module")
def stated(built: Path, built_of_ledger: Path) -> dict[str, Triples]:
    """What is stated, by graph: the texts apart, everything else as "others"."""
    graphs: dict[str, set[ox.Triple]] = defaultdict(set)
    for version in (built, built_of_ledger):
        for quad in ox.parse(path=str(version / "dataset.nq")):
            graph = str(quad.graph_name)
            if "/graph/derived/" not in graph:
                graphs[graph if "/graph/source/" in graph else "others"].add(quad.triple)
    return {graph: frozenset(triples) for graph, triples in graphs.items()}


@pytest.mark.parametrize("seed", range(2))
def test_parts_kept_and_derived_anew_are_those_of_a_whole_derivation(
    rules: list[Rule], stated: dict[str, Triples], seed: int
) -> None:
    chance = random.Random(seed)  # noqa: S311 - changes that come again
    graphs = dict(stated)
    # A copy of a text tells much again, with other days and numbers.
    graphs["copy"] = copied(chance, chance.choice([graph for graph in sorted(stated) if graph != "others"]), stated)
    graph = Graph(graphs, rules)
    for change in chance.sample([removed, altered, added_again, few_of_the_rest], 4):
        after = change(chance, dict(graph.stated), stated)
        graph.follow(after)
        expected = Graph(after, rules)
        for rule in rules:
            assert graph.kept[rule.name] == expected.kept[rule.name], (rule.name, change.__name__)


# ----------------------------------------------------------------------------------------------------------- changes
Graphs = dict[str, Triples]


def removed(chance: random.Random, graphs: Graphs, _: Graphs) -> Graphs:
    """One text less."""
    del graphs[chance.choice(texts(graphs))]
    return graphs


def altered(chance: random.Random, graphs: Graphs, _: Graphs) -> Graphs:
    """Facts of a text are gone, others have another number, another day, point at something else, or lack a part."""
    graph = chance.choice(texts(graphs))
    graphs[graph] = changed(chance, graphs[graph], 0.04)
    return graphs


def added_again(chance: random.Random, graphs: Graphs, stated: Graphs) -> Graphs:
    """A text is as it was at first."""
    graph = chance.choice([graph for graph in sorted(stated) if graph != "others"])
    graphs[graph] = stated[graph] if graphs.get(graph) != stated[graph] else copied(chance, graph, stated)
    return graphs


def few_of_the_rest(chance: random.Random, graphs: Graphs, _: Graphs) -> Graphs:
    """Register and schemes say a little else."""
    graphs["others"] = changed(chance, graphs["others"], 0.002)
    return graphs


def texts(graphs: Graphs) -> list[str]:
    return sorted(graph for graph in graphs if graph != "others")


def copied(chance: random.Random, graph: str, stated: Graphs) -> Triples:
    slug = graph.rstrip(">").rsplit("/", 1)[1]
    lines = "".join(f"{triple} .\n" for triple in stated[graph])
    lines = re.sub(rf"(?<=/){slug}(?=[->/#])", f"{slug}x{chance.randint(1, 10**9)}", lines)
    lines = re.sub(r"\b(20\d\d)(?=-\d\d-\d\d\")", lambda match: str(int(match[1]) + 1), lines)
    return changed(chance, (quad.triple for quad in ox.parse(lines, format=ox.RdfFormat.N_TRIPLES)), 0.05)


def changed(chance: random.Random, triples: Iterable[ox.Triple], share: float) -> Triples:
    ordered = sorted(triples, key=str)
    objects: dict[ox.NamedNode, list[ox.NamedNode]] = defaultdict(list)
    for triple in ordered:
        if isinstance(triple.object, ox.NamedNode):
            objects[triple.predicate].append(triple.object)
    subjects = sorted({str(each.subject) for each in ordered})
    gone = set(chance.sample(subjects, int(len(subjects) * share)))
    return frozenset(
        new
        for triple in ordered
        if str(triple.subject) not in gone
        for new in (altogether_other(chance, triple, objects) if chance.random() < share else (triple,))
    )


def altogether_other(
    chance: random.Random, triple: ox.Triple, objects: dict[ox.NamedNode, list[ox.NamedNode]]
) -> Iterator[ox.Triple]:
    told = triple.object
    if chance.random() < 0.3 or triple.predicate == TYPE:  # a thing of another kind would bear another name
        return
    if isinstance(told, ox.NamedNode):
        told = chance.choice(objects[triple.predicate])
    elif isinstance(told, ox.Literal) and DATE.match(told.value):
        told = ox.Literal(f"{chance.randint(2015, 2030)}{told.value[4:7]}-15", datatype=told.datatype)
    elif isinstance(told, ox.Literal) and NUMBER.match(told.value) and told.datatype.value.endswith("#decimal"):
        told = ox.Literal(str(chance.randint(1, 99)), datatype=told.datatype)
    elif isinstance(told, ox.Literal) and told.language:
        told = ox.Literal(f"{told.value} khác", language=told.language)
    yield ox.Triple(triple.subject, triple.predicate, told)


# ------------------------------------------------------------------------------------------------- what a build does
class Graph:
    """What is stated and what follows, each part under its key; changes are followed as a build follows them."""

    def __init__(self, stated: Graphs, rules: list[Rule]) -> None:
        self.stated, self.rules = stated, rules
        self.kept: Kept = {}
        self.held = Counter(triple for triples in stated.values() for triple in triples)
        self.store = ox.Store()
        self.store.bulk_extend(ox.Quad(*triple) for triple in self.held)
        for rule in rules:
            parts = {key: frozenset(triples) for key, triples in parts_of(rule).derive(self.store, IRIS, None)}
            check_apart(rule, parts)
            self.kept[rule.name] = parts
            self.put(parts.values())

    def put(self, parts: Iterable[Triples]) -> set[ox.Triple]:
        """Put them into the store; those that were not there."""
        return {triple for triples in parts for triple in triples if self.count(triple, 1) == 1}

    def take(self, parts: Iterable[Triples]) -> set[ox.Triple]:
        """Take them out of the store; those that are no more there."""
        return {triple for triples in parts for triple in triples if self.count(triple, -1) == 0}

    def count(self, triple: ox.Triple, more: int) -> int:
        self.held[triple] += more
        if self.held[triple] == max(more, 0):
            (self.store.add if more > 0 else self.store.remove)(ox.Quad(*triple))
        return self.held[triple]

    def follow(self, after: Graphs) -> None:
        """Derive what the change touches."""
        before = self.stated
        went, came = set[ox.Triple](), set[ox.Triple]()
        for graph in sorted({*before, *after}):
            stood, stands = before.get(graph, frozenset()), after.get(graph, frozenset())
            went |= self.take([stood - stands])
            came |= self.put([stands - stood])
        self.stated = after
        for rule in self.rules:
            changes = Changes(frozenset(came - went), frozenset(went - came))
            parts, kept = parts_of(rule), self.kept[rule.name]
            keys = parts.touched(self.store, IRIS, changes)
            old = {key: kept.pop(key, frozenset()) for key in (keys if keys is not None else list(kept))}
            if rule.sees_own:
                went |= self.take(old.values())
            new = {key: frozenset(triples) for key, triples in parts.derive(self.store, IRIS, keys)}
            assert keys is None or new.keys() <= keys
            assert all(new.values()), rule.name
            kept |= new
            check_apart(rule, kept)
            came |= self.put(new.values())
            if not rule.sees_own:
                went |= self.take(old.values())


def parts_of(rule: Rule) -> Parts:
    assert rule.parts is not None
    return rule.parts


def check_apart(rule: Rule, parts: dict[str, Triples]) -> None:
    of: dict[object, str] = {}
    for key, triples in parts.items():
        for triple in triples:
            assert of.setdefault(triple.subject, key) == key, (rule.name, triple.subject)


# ------------------------------------------------------------------------------------------ headers of rules in SPARQL
def test_a_rule_in_sparql_follows_every_way_on_which_it_reads(files: Files) -> None:
    for path in sorted((files.queries / "derive").glob("*.rq")):
        query = read(path)
        patterns = patterns_of(query.text)
        record = variable(query.part.split(" of ")[-1])
        # A variable with all that makes a part stands for the record, whatever its name.
        told = re.findall(r"(\w+:\w+) \?(\w+)", query.part) if " of " in query.part else []
        reached = {record} | {
            subject
            for subject, _, _ in patterns
            if told and {(full(name), each) for name, each in told} <= {(p, o) for s, p, o in patterns if s == subject}
        }
        for way in query.follows:
            here = set(reached)
            for step in way.split("/"):
                name = full(step.removeprefix("^"))
                if step.startswith("^"):
                    here = {s for s, p, o in patterns if p == name and o in here}
                else:
                    here = {o for s, p, o in patterns if p == name and s in here}
            assert here, (path.name, way)
            reached |= here
        assert {subject for subject, _, _ in patterns} <= reached, path.name
        assert {predicate for _, predicate, _ in patterns} <= names_in_pattern(query.text), path.name


def variable(text: str) -> str:
    found = re.search(r"\?(\w+)", text)
    assert found is not None
    return found[1]


def full(name: str) -> str:
    prefix, local = name.split(":")
    return prefixes()[prefix] + local


def patterns_of(text: str) -> set[tuple[str, str, str]]:
    """Subject variable, predicate and object (a variable's name, else its term) of each pattern, wherever it stands."""
    found: set[tuple[str, str, str]] = set()

    def visit(part: object) -> None:
        if isinstance(part, CompValue) and part.name == "BGP":
            found.update((str(s), str(p), str(o)) for s, p, o in part["triples"])
        elif isinstance(part, CompValue) and part.name == "TriplesBlock":  # as it stands in a NOT EXISTS
            terms = [str(term) for flat in part["triples"] for term in flat]
            found.update(zip(terms[::3], terms[1::3], terms[2::3], strict=True))
        if isinstance(part, CompValue):
            for value in part.values():
                visit(value)
        elif isinstance(part, list | tuple | ParseResults):
            for value in part:
                visit(value)

    visit(translateQuery(parseQuery(text)).algebra["p"])
    return found
