"""What the service does in numbers, at /metrics in the text format of Prometheus.

https://prometheus.io/docs/instrumenting/exposition_formats/
"""

from collections.abc import Iterable
from typing import Final

from fastapi import APIRouter
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Histogram, ProcessCollector
from prometheus_client.exposition import generate_latest
from prometheus_client.metrics_core import GaugeMetricFamily, Metric
from starlette.requests import Request
from starlette.responses import Response

from cdsgraph.serving.http.documented import answer
from cdsgraph.serving.http.observing import Seen
from cdsgraph.serving.served import Publication

router = APIRouter(tags=["About"])

_SECONDS: Final = (0.005, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)
_STATES: Final = {
    "workers": "Query processes that take quick queries.",
    "idle": "Query processes that wait for a query.",
    "waiting": "Queries that wait for a process.",
    "cached_bytes": "Bytes of answers kept.",
}


class Metrics:
    """The counters of one application."""

    def __init__(self, publication: Publication) -> None:
        self._registry = CollectorRegistry()
        self._requests = Counter(
            "cdsgraph_requests", "Requests answered.", ("route", "method", "status"), registry=self._registry
        )
        self._seconds = Histogram(
            "cdsgraph_request_seconds",
            "Seconds to the last byte of an answer.",
            ("route",),
            buckets=_SECONDS,
            registry=self._registry,
        )
        self._answers = Counter(
            "cdsgraph_query_answers",
            "Answers to queries by origin.",
            ("origin",),
            registry=self._registry,
        )
        self._registry.register(_State(publication))
        ProcessCollector(registry=self._registry)

    def count(self, seen: Seen) -> None:
        """Count one request."""
        self._requests.labels(seen.route, seen.method, str(seen.status)).inc()
        self._seconds.labels(seen.route).observe(seen.seconds)
        if "cache" in seen.notes:
            self._answers.labels(seen.notes["cache"]).inc()

    def text(self) -> bytes:
        """All of it in the text format."""
        return generate_latest(self._registry)


class _State:
    """What holds at the moment it is asked."""

    def __init__(self, publication: Publication) -> None:
        self._publication = publication

    def collect(self) -> Iterable[Metric]:
        """The state of the version served."""
        state = self._publication.state()
        for name, told in _STATES.items():
            yield GaugeMetricFamily(f"cdsgraph_{name}", told, value=state[name])
        yield GaugeMetricFamily(
            "cdsgraph_degraded", "1 where a published version is not served.", value=float(state["status"] != "ok")
        )
        yield GaugeMetricFamily(
            "cdsgraph_prepared", "1 once what pages need has been made ahead.", value=float(state["prepared"])
        )
        version = GaugeMetricFamily("cdsgraph_version", "The version served, as a label.", labels=["version"])
        version.add_metric([state["version"]], 1)
        yield version


@router.get(
    "/metrics",
    summary="The service in numbers (Prometheus)",
    response_class=Response,
    responses={200: answer("The text format.", "text/plain")},
)
async def metrics(request: Request) -> Response:
    """Requests, their times, the workers and the cache."""
    told: Metrics = request.app.state.metrics
    return Response(told.text(), headers={"Content-Type": CONTENT_TYPE_LATEST, "Cache-Control": "no-store"})
