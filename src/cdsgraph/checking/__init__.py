"""Data against shapes and against the texts they were read from: `validate_files`, `validate_version`, a `Report`."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from cdsgraph.checking.report import Report, Result, Severity

if TYPE_CHECKING:
    from cdsgraph.checking.validate import validate_files, validate_project, validate_store, validate_version

__all__ = ["Report", "Result", "Severity", "validate_files", "validate_project", "validate_store", "validate_version"]


def __getattr__(name: str) -> Any:
    # The engines and all that reads documents take a second to load: a server that only shows reports does without.
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module("cdsgraph.checking.validate"), name)
