"""The queries that the saved ones are measured against find the same, so that a ratio of times means something."""

import re
from pathlib import Path

import pytest
from benchmarks import repeating
from benchmarks.derived_queries import Pair, asked, pairs
from pyoxigraph import RdfFormat, parse

from cdsgraph.files import Files
from cdsgraph.graph import rules
from cdsgraph.graph.dataset import load_store
from cdsgraph.vocab import CDS


@pytest.mark.parametrize("pair", pairs(), ids=lambda pair: pair.naive)
def test_both_queries_of_a_pair_find_the_same(pair: Pair, built: Path) -> None:
    store = load_store(built / "dataset.nq")
    saved, naive = (asked(store, text) for text in pair.texts())
    assert saved.rows
    assert pair.agree(saved, naive)


@pytest.mark.parametrize("way", repeating.WAYS)
def test_a_copy_holds_together(way: str, built: Path, files: Files) -> None:
    read = parse(path=str(built / "dataset.nq"), format=RdfFormat.N_QUADS)
    stated = [quad for quad in read if "/graph/derived/" not in quad.graph_name.value]
    store = repeating.filled(repeating.WAYS[way](stated, 2 * len({quad.triple for quad in stated})), rules.load(files))
    described = {str(quad.subject) for quad in store}
    copied = {str(quad.object) for quad in store if re.search(r"/id/[^#]*-r\d+(#.*)?>$", str(quad.object))}
    assert copied - described == set()
    entries = asked(store, f"SELECT ?task {{ ?entry a <{CDS}LedgerEntry> ; <{CDS}task> ?task }}").rows
    tasks = {task for (task,) in entries}
    originals = {task for task in tasks if not re.search(r"-r\d+$", task)}
    assert tasks >= originals | {f"{task}-r1" for task in originals}
    targets = asked(store, f"SELECT ?target {{ ?target a <{CDS}Target> }}").rows
    assert any(target.endswith("-r1") for (target,) in targets) == (way == "worlds")
