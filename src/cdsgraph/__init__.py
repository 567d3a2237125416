"""Vietnam's digital-transformation programme as a graph in which every figure leads back to its words.

>>> import cdsgraph
>>> report = cdsgraph.validate("data.ttl", shapes="shapes/")  # doctest: +SKIP
>>> report.conforms("warning")  # doctest: +SKIP
True
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from cdsgraph.checking.report import Place, Report, Result, Severity
    from cdsgraph.checking.validate import validate
    from cdsgraph.errors import CdsgraphError

__all__ = ["CdsgraphError", "Place", "Report", "Result", "Severity", "validate"]

_WHERE = {
    "CdsgraphError": "cdsgraph.errors",
    "Place": "cdsgraph.checking.report",
    "Report": "cdsgraph.checking.report",
    "Result": "cdsgraph.checking.report",
    "Severity": "cdsgraph.checking.report",
    "validate": "cdsgraph.checking.validate",
}


def __getattr__(name: str) -> Any:
    # The graph libraries take half a second to load: whoever imports a module of ours pays only for that.
    if name not in _WHERE:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_WHERE[name]), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
