"""What users choose among: the words of options, apart from the work that they choose, which is slow to load."""

from typing import Final, Literal

Severity = Literal["violation", "warning", "info"]
SEVERITIES: Final[tuple[Severity, ...]] = ("violation", "warning", "info")

Engine = Literal["auto", "reference", "fast"]

REPORT_FORMS: Final = ("text", "json", "sarif", "junit", "github", "turtle")
DiffForm = Literal["text", "json", "md"]
ReviewForm = Literal["text", "csv"]

PUSH_BATCH: Final = 10_000  # triples in a request to a remote store
DOCUMENT_TIMEOUT: Final = 600.0  # seconds that one document may take to read
