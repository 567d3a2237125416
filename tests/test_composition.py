"""Composing only what changed: the version is, byte for byte, the one that is composed from nothing."""

import random
import re
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from cdsgraph import composing
from cdsgraph.build import Built, build
from cdsgraph.composition import keeping
from cdsgraph.files import Files, locate
from cdsgraph.graph import versions
from tests.test_rebuilding import altered, same

FILES = locate(Path(__file__).parent.parent)


@pytest.fixture
def in_full(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """A composition is kept of small versions too; of how many documents each was that was composed in full."""
    counts: list[int] = []
    composed = composing.composed

    def noted(base: Any, parts: Sequence[Any], *others: Any) -> Any:
        counts.append(len(parts))
        return composed(base, parts, *others)

    monkeypatch.setattr(composing, "composed", noted)
    monkeypatch.setattr(keeping, "LEAST_QUADS", 0)
    return counts


class Corpus:
    """Short documents of sentences that the project's own hold, with other digits, and the versions built of them."""

    def __init__(self, place: Path, seed: int) -> None:
        self.chance = random.Random(seed)  # noqa: S311
        self.files, self.folder, self.out = Files(place / "project"), place / "documents", place / "out"
        texts = [path.read_text(encoding="utf-8") for path in sorted(self.files.documents.glob("*.txt"))]
        self._lines = [line for text in texts for line in text.splitlines() if 40 < len(line) < 800]
        self._anew = 0

    def write(self, name: str) -> None:
        """A document of this name, whatever it was before."""
        lines = [altered(line, self.chance) for line in self.chance.sample(self._lines, 5)]
        date = f"Hà Nội, ngày {self.chance.randint(1, 28)} tháng 6 năm 2025"
        (self.folder / f"{name}.txt").write_text("\n".join([date, *lines, ""]), encoding="utf-8")

    def any(self) -> Path:
        """One of the documents."""
        return self.chance.choice(sorted(self.folder.glob("*.txt")))

    def build(self) -> Built:
        """The next version."""
        return build(self.files, self.out, documents=self.folder, force=True)

    def anew(self) -> Built:
        """The same from nothing but what was read."""
        self._anew += 1
        out = self.out.with_name(f"anew{self._anew}")
        return build(self.files, out, documents=self.folder, force=True, cached=self.out / "cache")


@pytest.fixture(scope="module")
def first(files: Files, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project of its own with a corpus of four documents, built."""
    place = tmp_path_factory.mktemp("first")
    for name in ("ontology", "queries", "data", "shapes"):
        shutil.copytree(files.root / name, place / "project" / name)
    corpus = Corpus(place, 20250711)
    corpus.folder.mkdir()
    for name in "abcd":
        corpus.write(name)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(keeping, "LEAST_QUADS", 0)
        corpus.build()
    return place


@pytest.fixture
def corpus(first: Path, tmp_path: Path) -> Corpus:
    """The same to be changed."""
    shutil.copytree(first, tmp_path / "own", symlinks=True)
    return Corpus(tmp_path / "own", 20250712)


def changed(corpus: Corpus) -> None:
    corpus.write(corpus.any().stem)


def added(corpus: Corpus) -> None:
    corpus.write(f"new{corpus.chance.randint(1, 9**9)}")


def removed(corpus: Corpus) -> None:
    corpus.any().unlink()


def renamed(corpus: Corpus) -> None:
    path = corpus.any()
    path.rename(path.with_stem(f"renamed{corpus.chance.randint(1, 9**9)}"))


def described(corpus: Corpus) -> None:
    """A record gives a document another name in IRIs, and a date."""
    header = (FILES.documents / "sources.csv").read_text(encoding="utf-8").splitlines()[0]
    told = {"file": corpus.any().name, "slug": f"slug-{corpus.chance.randint(1, 9**9)}", "published": "2025-06-12",
            "sha256": "0" * 64, "kind": "press-report", "checked": "no"}  # fmt: skip
    row = ",".join(told.get(column, "") for column in header.split(","))
    (corpus.folder / "sources.csv").write_text(f"{header}\n{row}\n", encoding="utf-8")


def decided(corpus: Corpus) -> None:
    """A reviewed decision on a fact."""
    facts = (corpus.out / "current" / "facts.jsonl").read_bytes().splitlines()
    key = re.search(rb"/id/([a-z]+/[^\"#]+)", corpus.chance.choice(facts))
    assert key
    corpus.files.corrections.mkdir(exist_ok=True)
    (corpus.files.corrections / "reviewed.csv").write_text(
        f"fact,decision,field,value,reason,reviewer,date\n{key[1].decode()},accept,,,read twice,ai,2025-01-01\n",
        encoding="utf-8",
    )


def swapped(corpus: Corpus) -> None:
    """Two documents change their names, and so the order of all that they say."""
    one, other = corpus.any(), corpus.any()
    words = one.read_bytes(), other.read_bytes()
    one.write_bytes(words[1])
    other.write_bytes(words[0])


STEPS = ((changed, added, removed), (renamed, described, decided), (swapped,))


def test_any_changes_are_as_if_composed_from_nothing(corpus: Corpus, in_full: list[int]) -> None:
    for changes in STEPS:
        for change in changes:
            change(corpus)
        before = list(in_full)
        kept = corpus.build()
        assert in_full == before, f"composed in full where documents were {[each.__name__ for each in changes]}"
        assert same(kept, corpus.anew())


@pytest.mark.parametrize("file", ["store/*.sst", "sums.json", "dataset.nq"])
def test_a_damaged_composition_is_thrown_away(file: str, corpus: Corpus, in_full: list[int]) -> None:
    places = [corpus.out / "cache" / "composition", corpus.out / "current"]
    path = next(each for place in places for each in sorted(place.glob(file)))
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    corpus.build()
    assert in_full == [4]
    assert versions.damaged(versions.current(corpus.out)) == []
    corpus.build()
    assert in_full == [4], "the composition that took its place is not used"


def test_other_rules_of_derivation_compose_everything(corpus: Corpus, in_full: list[int]) -> None:
    rule = next((corpus.files.queries / "derive").glob("*missing-periods.rq"))
    rule.write_text(rule.read_text(encoding="utf-8").replace("period not stated", "no period"), encoding="utf-8")
    again = corpus.build()
    assert in_full == [4]
    assert b": no period" in (again.version / "dataset.nq").read_bytes()


def test_many_changes_compose_everything(corpus: Corpus, in_full: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeping, "_SOME", 1)
    renamed(corpus)
    renamed(corpus)
    corpus.build()
    assert in_full == [4]
