from pathlib import Path

import pytest
from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, Triple

from cdsgraph.errors import RdfError
from cdsgraph.graph.dataset import canonical_nquads, load_store, turtle

A, B, P, G, H = (NamedNode(f"http://example.org/{name}") for name in "abpgh")


def test_the_default_graph_is_the_union_of_all_graphs_without_doubles(tmp_path: Path) -> None:
    file = tmp_path / "x.trig"
    file.write_text(
        "PREFIX : <http://example.org/> GRAPH :g { :a :p 1 . :b :p 1 } GRAPH :h { :a :p 1 } :a :p 2 .", encoding="utf-8"
    )
    store = load_store(file)
    assert len(list(store.quads_for_pattern(None, None, None, DefaultGraph()))) == 3
    assert len(list(store.quads_for_pattern(None, None, None, G))) == 2
    assert len(list(store.quads_for_pattern(None, None, None, H))) == 1


@pytest.mark.parametrize(
    ("suffix", "content"),
    [
        (".nq", '<http://example.org/a> <http://example.org/p> "Huế" <http://example.org/g> .'),
        (".nt", '<http://example.org/a> <http://example.org/p> "Huế" .'),
        (".ttl", '<http://example.org/a> <http://example.org/p> "Huế" .'),
        (".trig", 'GRAPH <http://example.org/g> { <http://example.org/a> <http://example.org/p> "Huế" }'),
        (".jsonld", '{"@id": "http://example.org/a", "http://example.org/p": "Huế"}'),
        (
            ".rdf",
            '<r:RDF xmlns:r="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://example.org/">'
            '<r:Description r:about="http://example.org/a"><p>Huế</p></r:Description></r:RDF>',
        ),
    ],
)
def test_every_format_is_read(tmp_path: Path, suffix: str, content: str) -> None:
    file = tmp_path / f"x{suffix}"
    file.write_text(content, encoding="utf-8")
    assert Quad(A, P, Literal("Huế"), DefaultGraph()) in load_store(file)


def test_a_syntax_error_says_where(tmp_path: Path) -> None:
    file = tmp_path / "x.ttl"
    file.write_text("@prefix : <http://example.org/> .\n:a :p .\n", encoding="utf-8")
    with pytest.raises(RdfError) as caught:
        load_store(file)
    assert (caught.value.path, caught.value.line) == (file, 2)
    assert caught.value.column is not None


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("x.csv", b"a,b"),
        ("x.nq", '<http://example.org/a> <http://example.org/p> "Huế" .'.encode("cp1258", "replace") + b"\xff\xfe"),
        ("x.jsonld", b'{"@context": "http://127.0.0.1:9/context.jsonld", "p": 1}'),
        ("x.rdf", b"<html>"),
    ],
)
def test_what_is_no_rdf_is_refused(tmp_path: Path, name: str, content: bytes) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(RdfError):
        load_store(tmp_path / name)


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RdfError):
        load_store(tmp_path / "none.nq")


def test_canonical_nquads_are_sorted_distinct_and_in_utf8() -> None:
    quads = [Quad(B, P, Literal("dòng\nhai"), G), Quad(A, P, Literal("Huế", language="vi"), H)]
    assert canonical_nquads([*quads, quads[0]]) == canonical_nquads(reversed(quads))
    assert canonical_nquads(quads).decode() == (
        '<http://example.org/a> <http://example.org/p> "Huế"@vi <http://example.org/h> .\n'
        '<http://example.org/b> <http://example.org/p> "dòng\\nhai" <http://example.org/g> .\n'
    )
    assert canonical_nquads([]) == b""


def test_turtle_declares_the_prefixes_it_uses() -> None:
    written = turtle([Triple(A, P, B)], {"z": "http://z.example/", "ex": "http://example.org/"}).decode()
    assert written == "@prefix ex: <http://example.org/> .\nex:a ex:p ex:b .\n"
