"""One line of JSON for each request, to standard error or to a file."""

import hashlib
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import orjson

from cdsgraph.errors import CdsgraphError
from cdsgraph.serving.engine.messages import Answer
from cdsgraph.serving.http.observing import Seen

_COUNTED: Final = 1_000_000  # bytes of an answer whose rows are counted; a larger one would hold up other requests


class RequestLog:
    """Writes the lines; the text of queries only if asked, else its SHA-256.

    `target` is a file that is added to, or `-` for standard error. Raises CdsgraphError when it cannot be written.
    """

    def __init__(self, target: str, *, with_queries: bool) -> None:
        self._with_queries = with_queries
        self._own = target != "-"
        try:
            self._output = Path(target).open("a", encoding="utf-8", buffering=1) if self._own else sys.stderr  # noqa: SIM115  # `close` does
        except OSError as error:
            raise CdsgraphError(
                f"the log cannot be written: {error.strerror}", path=target, remedy="name a file that you may write to"
            ) from error

    def write(self, seen: Seen) -> None:
        """The line of one request."""
        told: dict[str, Any] = {
            "time": datetime.now(UTC).isoformat(timespec="milliseconds"),
            "id": seen.id,
            "method": seen.method,
            "route": seen.route,
            "path": seen.path,
            "status": seen.status,
            "ms": round(1000 * seen.seconds, 1),
            "bytes": seen.sent,
            "client": seen.client,
        }
        if "cache" in seen.notes:
            told["cache"] = seen.notes["cache"]
        if "query" in seen.notes:
            told["query_sha256"] = hashlib.sha256(seen.notes["query"].encode()).hexdigest()
            if self._with_queries:
                told["query"] = seen.notes["query"]
        if "answer" in seen.notes and (rows := rows_of(seen.notes["answer"])) is not None:
            told["rows"] = rows
        self._output.write(orjson.dumps(told).decode() + "\n")

    def close(self) -> None:
        """Close the file."""
        if self._own:
            self._output.close()


def rows_of(answer: Answer) -> int | None:
    """How many rows a small answer has, where its format shows it: JSON, XML, TSV and N-Triples."""
    if answer.size > _COUNTED:
        return None
    body = answer.body
    match answer.media_type:
        case "application/sparql-results+json":
            return len(orjson.loads(body).get("results", {}).get("bindings", ("the one truth value",)))
        case "application/sparql-results+xml":
            return body.count(b"<result>") or int(b"<boolean>" in body)
        case "text/tab-separated-values":
            return max(0, body.count(b"\n") - 1)
        case "application/n-triples":
            return body.count(b"\n")
    return None
