"""What the graph says about targets: their assessments, the figures set beside them, the evidence of both."""

from collections.abc import Sequence
from typing import Final

from pyoxigraph import Triple

from cdsgraph.serving.engine.engine import Engine
from cdsgraph.serving.rdf.gathering import Wanted, gathered
from cdsgraph.vocab import CDS, OA, PROV

_BATCH: Final = 200
_ASSESSED: Final = f"?assessment <{CDS}target> ?target ; a <{CDS}TargetAssessment>"
_FIGURE: Final = f"<{CDS}latestFigure>|<{CDS}judgedOn>"
_EVIDENCE: Final = f"<{PROV}wasDerivedFrom>"
_SELECTOR: Final = f"<{OA}hasSelector>"
_SENTENCE: Final = f"<{CDS}inSentence>"
_PLACES: Final = (
    _EVIDENCE,
    f"{_EVIDENCE}/{_SELECTOR}",
    f"{_EVIDENCE}/{_SENTENCE}",
    f"{_EVIDENCE}/{_SENTENCE}/{_SELECTOR}",
)
_PATTERNS: Final = (
    f"?subject <{CDS}target> ?target ; a <{CDS}TargetAssessment>",
    f"{_ASSESSED} ; {_FIGURE} ?subject",
    *(f"?target {path} ?subject" for path in _PLACES),
    *(f"{_ASSESSED} ; ({_FIGURE})/{path} ?subject" for path in _PLACES),
    f"?subject <{CDS}laterTarget>|<{CDS}earlierTarget> ?target",
)
# Indicators that are easily taken for that of the target.
_BESIDE: Final = f"?target <{CDS}indicator> ?indicator . ?subject <{CDS}leftIndicator>|<{CDS}rightIndicator> ?indicator"


async def statements(engine: Engine, targets: Sequence[str], *, beside: bool = False) -> list[Triple]:
    """The statements about targets (IRIs), each once; `beside` adds the records that set near indicators together."""
    found: dict[Triple, None] = {}
    patterns = (*_PATTERNS, _BESIDE) if beside else _PATTERNS
    for at in range(0, len(targets), _BATCH):
        part = targets[at : at + _BATCH]
        values = " ".join(f"<{iri}>" for iri in part)
        bound = [f"VALUES ?target {{ {values} }} {pattern}" for pattern in patterns]
        found.update(dict.fromkeys(await gathered(engine, Wanted(things=part, patterns=bound))))
    return list(found)


def points_query(targets: Sequence[str]) -> str:
    """SELECT of every measurement of what the targets ask for, of the same subject and in the same unit."""
    values = " ".join(f"<{iri}>" for iri in targets)
    return (
        f"SELECT DISTINCT ?target ?figure ?value ?printed ?period ?asOf ?basis WHERE {{ VALUES ?target {{ {values} }} "
        f"?target <{CDS}indicator> ?indicator ; <{CDS}about> ?about ; <{CDS}unit> ?unit . "
        f"?figure <{CDS}indicator> ?indicator ; a <{CDS}Observation> ; <{CDS}about> ?about ; <{CDS}unit> ?unit ; "
        f"<{CDS}value> ?value ; <{CDS}asOf> ?asOf ; <{CDS}basis> ?basis . "
        f"OPTIONAL {{ ?figure <{CDS}printed> ?printed }} OPTIONAL {{ ?figure <{CDS}periodLabel> ?period }} }} "
        "ORDER BY ?target ?basis ?asOf ?figure"
    )
