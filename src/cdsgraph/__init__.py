"""Vietnam's digital-transformation programme as a graph in which every figure leads back to its words.

>>> import cdsgraph
>>> data = cdsgraph.open_dataset("build")  # doctest: +SKIP
>>> for row in data.query("figures_of_indicator"):  # doctest: +SKIP
...     print(row["asOf"], row["printed"], data.cite(row["figure"]).sentence)
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from cdsgraph.api.answers import Table
    from cdsgraph.api.citing import Citation
    from cdsgraph.api.dataset import Dataset, open_dataset
    from cdsgraph.api.records import FactRecord
    from cdsgraph.api.steps import build_dataset, diff, extract
    from cdsgraph.checking.report import Place, Report, Result, Severity
    from cdsgraph.checking.validate import validate
    from cdsgraph.errors import CdsgraphError

__all__ = [
    "CdsgraphError",
    "Citation",
    "Dataset",
    "FactRecord",
    "Place",
    "Report",
    "Result",
    "Severity",
    "Table",
    "build_dataset",
    "diff",
    "extract",
    "open_dataset",
    "validate",
]

_WHERE = {
    "CdsgraphError": "cdsgraph.errors",
    "Citation": "cdsgraph.api.citing",
    "Dataset": "cdsgraph.api.dataset",
    "FactRecord": "cdsgraph.api.records",
    "Place": "cdsgraph.checking.report",
    "Report": "cdsgraph.checking.report",
    "Result": "cdsgraph.checking.report",
    "Severity": "cdsgraph.checking.report",
    "Table": "cdsgraph.api.answers",
    "build_dataset": "cdsgraph.api.steps",
    "diff": "cdsgraph.api.steps",
    "extract": "cdsgraph.api.steps",
    "open_dataset": "cdsgraph.api.dataset",
    "validate": "cdsgraph.checking.validate",
}


def __getattr__(name: str) -> Any:
    # The graph libraries take half a second to load: whoever imports a module of ours pays only for that.
    if name not in _WHERE:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_WHERE[name]), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
