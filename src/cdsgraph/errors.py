"""The errors a caller can meet; no HTTP and no exit codes in here.

CdsgraphError
├── DocumentError     a source document cannot be read or decoded
├── RegisterError     a register file says something that cannot be
├── RulesError        a word list of the reading rules is malformed
├── CorrectionError   a reviewed decision names no fact, no field or no value
├── RdfError          an RDF file cannot be parsed
├── ShapesError       the shapes cannot be used
├── WaiverError       a waiver of a finding says something that cannot be
├── QueryError        a query is unknown, malformed or lacks a parameter
│   └── TooComplexError   it exhausts the process that evaluates it
├── QueryTimeoutError a query ran past its time limit and was stopped
├── CheckTimeoutError a check of RDF ran past its time limit and was stopped
├── FormatError       an answer cannot be written in a format the client accepts
├── TooLargeError     an answer is larger than the limit
├── EndpointError     a remote SPARQL endpoint did not answer as it should
│   └── EndpointTimeoutError   it did not answer in time
├── HistoryError      git does not have what was asked for
├── DatasetError      a dataset version is missing, damaged or fails its checks
│   └── RefusedError      a whole version fails what is asked of it before it becomes current
└── BusyError         somebody else is building, listening or asking where we want to
"""

from pathlib import Path


class CdsgraphError(Exception):
    """What went wrong, where (file, line, column) and what to do about it."""

    def __init__(
        self,
        message: str,
        *,
        path: Path | str | None = None,
        line: int | None = None,
        column: int | None = None,
        remedy: str | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.path = path
        self.line = line
        self.column = column
        self.remedy = remedy

    def __str__(self) -> str:
        place = ":".join(str(part) for part in (self.path, self.line, self.column) if part is not None)
        text = f"{place}: {self.message}" if place else self.message
        return f"{text}\n  remedy: {self.remedy}" if self.remedy else text


class DocumentError(CdsgraphError):
    """A source document cannot be read or decoded."""


class RegisterError(CdsgraphError):
    """A register file says something that cannot be: two owners of a name, a dead reference, a bad date."""


class RulesError(CdsgraphError):
    """A word list of the reading rules is malformed."""


class CorrectionError(CdsgraphError):
    """A reviewed decision on a fact says something that cannot be."""


class RdfError(CdsgraphError):
    """An RDF file cannot be parsed."""


class ShapesError(CdsgraphError):
    """The shapes cannot be used: none found, or a term SHACL does not know."""


class WaiverError(CdsgraphError):
    """A waiver of a finding says something that cannot be: no reason, no date, a rule that does not exist."""


class QueryError(CdsgraphError):
    """A query is unknown, malformed or lacks a parameter."""


class TooComplexError(QueryError):
    """A query exhausts the memory or the stack of the process that evaluates it."""


class QueryTimeoutError(CdsgraphError):
    """A query ran past its time limit and was stopped."""


class CheckTimeoutError(CdsgraphError):
    """A check of RDF ran past its time limit and was stopped."""


class FormatError(CdsgraphError):
    """An answer cannot be written in a format the client accepts."""


class TooLargeError(CdsgraphError):
    """An answer is larger than the limit; it is refused whole, never cut."""


class EndpointError(CdsgraphError):
    """A remote SPARQL endpoint did not answer as it should."""


class EndpointTimeoutError(EndpointError):
    """A remote SPARQL endpoint did not answer in time."""


class HistoryError(CdsgraphError):
    """A commit cannot be had: no git, no checkout, or one that lacks it."""


class DatasetError(CdsgraphError):
    """A dataset version is missing, damaged or fails its checks."""


class RefusedError(DatasetError):
    """A version is whole, and fails what is asked of it before it becomes current."""


class BusyError(CdsgraphError):
    """Somebody else is building, listening or asking where we want to; later it may work."""
