"""Data against shapes and against the texts they were read from: `validate_files`, `validate_version`, a `Report`."""

from cdsgraph.checking.report import Report, Result, Severity
from cdsgraph.checking.validate import validate_files, validate_project, validate_store, validate_version

__all__ = ["Report", "Result", "Severity", "validate_files", "validate_project", "validate_store", "validate_version"]
