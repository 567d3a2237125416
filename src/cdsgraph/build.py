"""The composition: documents and register to a dataset version."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from pyoxigraph import Store

from cdsgraph import reviewing
from cdsgraph.checking import publication
from cdsgraph.composition.keeping import Keeping
from cdsgraph.contributions import cluster, making
from cdsgraph.contributions.cache import FOLDER, Cache, Sign
from cdsgraph.contributions.contribution import Contribution, NotUnderstood
from cdsgraph.contributions.maker import Recipe, rules_version
from cdsgraph.errors import DocumentError
from cdsgraph.files import Files
from cdsgraph.graph import rules as rules_of_derivation
from cdsgraph.graph import versions
from cdsgraph.progress import Progress, untold
from cdsgraph.reading import corpus, corrections, holdings
from cdsgraph.reading.given import Given
from cdsgraph.vocab import DEFAULT_BASE, Iris

_SHOWN = 10


@dataclass(frozen=True, slots=True)
class Built:
    """What a build made; `corrections_left` are the reviewed decisions that met no fact, as "file:line fact".

    `objections` say why the version was not made current; there are none where it was.
    """

    version: Path
    quads: int
    facts: dict[str, int]
    documents: int
    not_understood: tuple[NotUnderstood, ...]
    to_review: int
    failed: tuple[DocumentError, ...] = ()
    corrections_left: tuple[str, ...] = ()
    objections: tuple[str, ...] = ()

    def told(self, *, verbose: bool = False) -> Iterator[str]:
        """What was made, a line each: counts, the first ten numbers not understood (all if `verbose`), the place."""
        facts = ", ".join(f"{count} {kind}" for kind, count in sorted(self.facts.items()))
        yield f"{self.documents} documents, {sum(self.facts.values())} facts ({facts}), {self.quads} quads"
        shown = self.not_understood if verbose else self.not_understood[:_SHOWN]
        if shown:
            yield f"{len(self.not_understood)} numbers seen but not understood:"
        for number in shown:
            yield f"  {number.file}:{number.line}:{number.column}  {number.words}"
        if len(shown) < len(self.not_understood):
            yield f"  … all of them in {self.version / versions.NUMBERS}, without a reason"
        if self.corrections_left:
            yield "reviewed decisions that no longer meet a fact; they are kept, look at them:"
        for left in self.corrections_left:
            yield f"  {left}"
        yield f"{self.to_review} names that the register does not know: see `cdsgraph review`"
        if not self.objections:
            yield f"version {self.version.name} is current: {self.version}"


def build(
    files: Files,
    out: Path,
    *,
    documents: Path | None = None,
    base: str = DEFAULT_BASE,
    jobs: int = 1,
    cached: Path | None = None,
    fresh: bool = False,
    scheduler: str | None = None,
    check: bool = False,
    force: bool = False,
    seconds: float | None = None,
    progress: Progress = untold,
) -> Built:
    """Read the documents, map them, check the evidence, write the version and make it current.

    Documents that a build has read by the same rules are not read again, unless `fresh`; what they contribute is kept
    in `cached`, else in `out`/cache. `jobs` processes read the others, or the workers of a Dask `scheduler`; one that
    takes them longer than `seconds` cannot be read. Where few of many documents changed, only what that bears on is
    composed.
    It does not become current where `checking.publication` objects, with `check` the shapes too, unless `force`.
    Documents that cannot be read are left out and listed, in the manifest too. Raises DocumentError when none can be
    read, or the CdsgraphError of the first other input that cannot be used; then nothing is written.
    """
    with versions.only_builder(out):
        progress("register")
        keeping = Keeping(out, files, Iris(base), fresh=fresh, kept_here=cached is None)
        rules = rules_of_derivation.load(files)
        with holdings.opened([documents or files.documents], files) as given:
            recipe = Recipe(files, base, given.records, corrections.load(files.corrections))
            cache = Cache(cached or out / FOLDER, recipe)
            composed: tuple[Store, bytes] | None = None
            while composed is None:
                memory = keeping.memory(cache)
                if scheduler is None:
                    outcomes = making.outcomes(given, recipe, jobs, cache=memory, fresh=fresh, seconds=seconds)
                else:
                    outcomes = cluster.outcomes(given, recipe, scheduler, cache=memory, fresh=fresh, seconds=seconds)
                parts, signs, failed = _parts(outcomes, given.count, cache, progress)
                progress("derived graphs")
                composed = keeping.composed(parts, memory, rules)
        cache.clear_old()
        store, dataset = composed
        progress("writing")
        met = {key for part in parts for key in part.met}
        stale = tuple(f"{each.place} {each.key}" for each in recipe.reviewed if (each.key, each.field) not in met)
        told = {
            "base": base,
            "rules": rules_version(files),
            "failed": _listed(failed),
            "corrections_without_fact": stale,
        }
        built = _write(out, dataset, parts, told)
        objections = () if force else publication.objections(out, built.version, files, shapes=check, store=store)
        if not objections:
            versions.switch(out, built.version.name)
        del store, composed, dataset
        keeping.finish(built.version, parts, signs, memory)
        return replace(built, failed=tuple(failed), corrections_left=stale, objections=objections)


def _parts(
    outcomes: Iterable[tuple[Given, Contribution | DocumentError]], count: int, cache: Cache, progress: Progress
) -> tuple[list[Contribution], dict[str, Sign], list[DocumentError]]:
    """What each document contributes with its sign by its slug, and those that cannot be read or share a name."""
    parts: list[Contribution] = []
    signs: dict[str, Sign] = {}
    failed: list[DocumentError] = []
    slugs: dict[str, str] = {}
    for number, (given, outcome) in enumerate(outcomes, 1):
        progress(given.name, number, count)
        if isinstance(outcome, DocumentError):
            failed.append(outcome)
        elif slugs.setdefault(outcome.slug, given.place) != given.place:
            failed.append(_named_twice(given, slugs[outcome.slug], outcome.slug))
        else:
            parts.append(outcome)
            signs[outcome.slug] = cache.sign(given, outcome)
    if not parts:
        raise corpus.none_read(failed)
    return parts, signs, failed


def _listed(failed: list[DocumentError]) -> list[dict[str, Any]]:
    """What a manifest tells of documents that could not be read."""
    return [
        {"file": Path(error.path or "").name, "line": error.line, "error": error.message, "remedy": error.remedy}
        for error in failed
    ]


def _named_twice(given: Given, first: str, slug: str) -> DocumentError:
    return DocumentError(
        f"has the same name in IRIs as {Path(first).name}: {slug}",
        path=given.place,
        remedy="give one of them another slug in sources.csv",
    )


def _write(out: Path, dataset: bytes, parts: Sequence[Contribution], told: dict[str, Any]) -> Built:
    unknown = [each for part in parts for each in part.unknown]
    contents = {
        versions.DATASET: dataset,
        versions.FACTS: b"".join(part.facts for part in parts),
        versions.NUMBERS: b"".join(part.numbers for part in parts),
        versions.REVIEW: reviewing.as_csv(unknown),
    }
    for part in parts:
        contents[f"documents/{versions.text_file(part.name)}"] = part.text.encode()
    kinds: Counter[str] = Counter()
    for part in parts:
        kinds.update(part.kinds)
    quads = dataset.count(b"\n")
    counts: dict[str, Any] = {"quads": quads, "documents": len(parts), **dict(sorted(kinds.items()))}
    hashes = {part.name: part.sha256 for part in parts}
    version = versions.write(out, contents, {**told, "counts": counts, "documents": hashes})
    not_understood = tuple(each for part in parts for each in part.not_understood)
    return Built(version, quads, dict(kinds), len(parts), not_understood, len(unknown))
