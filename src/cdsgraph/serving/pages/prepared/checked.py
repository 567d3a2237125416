"""What validation found in the version served: made once in a process of its own, then read from its file."""

import re
from dataclasses import dataclass, field
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

import orjson
from starlette.concurrency import run_in_threadpool

from cdsgraph.checking import waivers
from cdsgraph.errors import BusyError, CdsgraphError, TooLargeError
from cdsgraph.files import Files
from cdsgraph.serving.making import checked
from cdsgraph.serving.making.deriving import LONGEST
from cdsgraph.serving.rdf.representations import code_version
from cdsgraph.serving.served import Served
from cdsgraph.vocab import SHAPE

SEVERITIES: Final = ("violation", "warning", "info")
_PATIENCE: Final = 8.0  # seconds that a page waits for a check that has just begun
_KEPT: Final = 10
_PROPERTY: Final = re.compile(r" \((?:[a-z]+:\w+)(?:, [a-z]+:\w+)*\)")
_GROWTH_MIB: Final = 2000  # beside the dataset: the graph in Python's form is larger than the store's
_GROWTH: Final = 10  # that graph to its N-Quads
_MIB: Final = 2**20


@dataclass(frozen=True, slots=True)
class Found:
    """One result: the rule's name, severity, node and value, what is wrong and what to do, places, why accepted."""

    rule: str
    severity: str
    focus: str | None
    value: dict[str, str] | None
    messages: dict[str, str]
    remedies: dict[str, str]
    places: list[dict[str, Any]]
    hint: bool
    waived: dict[str, str] | None

    def message(self, lang: str) -> str:
        """What is wrong, in the language, else in the other; without names of properties, which say little to most."""
        told = self.messages.get(lang) or next(iter(self.messages.values()), self.rule)
        return _PROPERTY.sub("", told)

    def remedy(self, lang: str) -> str:
        """What to do about it."""
        return self.remedies.get(lang) or next(iter(self.remedies.values()), "")


@dataclass(frozen=True)
class CheckReport:
    """The results of one check, and how many triples and shapes were looked at; `by_focus` finds those of a node."""

    triples: int
    shapes: int
    counts: dict[str, int]
    rules: dict[str, dict[str, Any]]
    results: tuple[Found, ...]
    by_focus: dict[str, list[Found]] = field(init=False, repr=False, compare=False, default_factory=dict)

    def __post_init__(self) -> None:
        for result in self.results:
            if result.focus:
                self.by_focus.setdefault(result.focus, []).append(result)

    def waived(self) -> list[Found]:
        """The results that are accepted for a time."""
        return [result for result in self.results if result.waived]

    def shape_fragment(self, rule: str) -> str | None:
        """Under which fragment of /shapes a rule stands; None for one that no shape of ours expresses."""
        shape = self.rules.get(rule, {}).get("shape") or ""
        return shape.removeprefix(SHAPE) if shape.startswith(SHAPE) else None


@dataclass(frozen=True, slots=True)
class Checked:
    """The report, or why there is none (yet); `mark` differs wherever the report would.

    `elsewhere`: the data lie in a remote store, so that no report is made here. `memory` is how many MiB the process
    that checks may take.
    """

    report: CheckReport | None
    why: CdsgraphError | None
    mark: str
    elsewhere: bool = False
    memory: int = 0

    @property
    def minutes(self) -> int:
        """How long a check may take."""
        return int(LONGEST // 60)

    @property
    def pending(self) -> bool:
        """Whether the report is being made."""
        return isinstance(self.why, BusyError)


async def check_report(state: Served, *, patience: float = _PATIENCE) -> Checked:
    """The report of the version served, under today's waivers; without it, why: being made, too large, unreadable."""
    settings = state.settings
    if settings.endpoint:
        return Checked(None, None, "elsewhere", elsewhere=True)
    memory = settings.data_memory + _GROWTH_MIB
    try:
        if not settings.fits_memory(settings.rdf_file) or settings.rdf_file.stat().st_size * _GROWTH > memory * _MIB:
            raise TooLargeError("the dataset is too large to be checked here", remedy="run `cdsgraph validate`")
        rules = await run_in_threadpool(_digest, state.files)
        mark = sha256(f"{code_version()} {state.name} {rules} {waivers.today()}".encode()).hexdigest()[:16]
        arguments = (str(settings.dataset.absolute()), str(state.files.root.absolute()), state.base)
        name = f"report-{mark}"
        folder = await state.derived.get(name, checked.__name__, *arguments, str(memory), keep=_KEPT, patience=patience)
        return Checked(await run_in_threadpool(_read, folder / checked.REPORT), None, mark)
    except CdsgraphError as error:
        return Checked(None, error, "unchecked" if isinstance(error, BusyError) else "uncheckable", memory=memory)


def _digest(files: Files) -> str:
    told = sha256()
    for path in (*sorted(files.shapes.glob("*.ttl")), files.waivers):
        told.update(path.read_bytes() if path.is_file() else b"")
    return told.hexdigest()


@lru_cache(maxsize=4)
def _read(path: Path) -> CheckReport:
    told = orjson.loads(path.read_bytes())
    results = tuple(Found(**result) for result in told["results"])
    return CheckReport(told["triples"], told["shapes"], told["counts"], told["rules"], results)
