"""Derived graphs: rules run in order, each in its own graph, and say what they rest on."""

from pathlib import Path

import pyoxigraph as ox
import pytest

from cdsgraph.errors import QueryError
from cdsgraph.files import Files
from cdsgraph.graph import derive, query_rules, rules
from cdsgraph.vocab import Iris

RULE = """#+ summary_vi: Thử
#+ summary_en: Trial
PREFIX cds: <https://w3id.org/cdsgraph/ns#>
PREFIX id: <https://w3id.org/cdsgraph/id/>
CONSTRUCT {{ {template} }} WHERE {{ {pattern} }}
"""
CDS = "https://w3id.org/cdsgraph/ns#"


def write(folder: Path, name: str, template: str, pattern: str) -> None:
    (folder / name).write_text(RULE.format(template=template, pattern=pattern), encoding="utf-8")


def quad(subject: str, predicate: str, target: str) -> ox.Quad:
    return ox.Quad(
        *(ox.NamedNode(f"https://w3id.org/cdsgraph/{each}") for each in (subject, predicate, target, "graph/x"))
    )


def test_a_later_rule_sees_what_an_earlier_one_derived(tmp_path: Path) -> None:
    write(tmp_path, "10-first.rq", "?s a cds:Series", "?s cds:figure ?m")
    write(tmp_path, "20-second.rq", "id:all cds:figure ?s", "?s a cds:Series")
    made = derive.derive([quad("id/s", "ns#figure", "id/f")], query_rules.load(tmp_path), Iris())
    assert {str(q.graph_name).rsplit("/", 1)[1].rstrip(">") for q in made} == {"first", "second"}
    assert (
        ox.Quad(
            ox.NamedNode("https://w3id.org/cdsgraph/id/all"),
            ox.NamedNode(CDS + "figure"),
            ox.NamedNode("https://w3id.org/cdsgraph/id/s"),
            Iris().graph("derived/second"),
        )
        in made
    )
    by_rule = [str(q.object) for q in made if q.predicate.value == CDS + "byRule"]
    assert by_rule == ["<https://w3id.org/cdsgraph/id/rule/first>"]


@pytest.mark.parametrize(
    ("name", "template", "pattern", "said"),
    [
        ("first.rq", "?s a cds:Series", "?s ?p ?o", "no rule's"),
        ("10-first.rq", "[] cds:figure ?s", "?s ?p ?o", "blank node"),
        ("10-first.rq", "?s a cds:Series", "?s ?p", "expected"),
    ],
)
def test_a_rule_that_cannot_be_is_named(tmp_path: Path, name: str, template: str, pattern: str, said: str) -> None:
    write(tmp_path, name, template, pattern)
    with pytest.raises(QueryError, match=said):
        derive.derive([quad("id/s", "ns#figure", "id/f")], query_rules.load(tmp_path), Iris())


def test_every_rule_of_the_project_derives_the_same_again(files: Files, built: Path) -> None:
    stated: set[ox.Quad] = set()
    derived: set[ox.Quad] = set()
    for each in ox.parse(path=str(built / "dataset.nq")):
        (derived if "/graph/derived/" in str(each.graph_name) else stated).add(each)
    assert derived
    assert derive.derive(stated, rules.load(files), Iris()) == derived


def test_a_rule_derives_the_same_where_all_is_derived_already(files: Files, built: Path) -> None:
    store, of_graph = ox.Store(), dict[str, set[ox.Quad]]()
    for each in ox.parse(path=str(built / "dataset.nq")):
        of_graph.setdefault(str(each.graph_name), set()).add(each)
        store.add(ox.Quad(each.subject, each.predicate, each.object))
    for rule in rules.load(files):
        own = of_graph[str(derive.graph_of(rule, Iris()))]
        if rule.sees_own:
            for each in own:
                store.remove(ox.Quad(each.subject, each.predicate, each.object))
        assert derive.derived(rule, store, Iris()).quads == own, rule.name
