"""What is counted, for Prometheus; no word of a question is a label."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

_SECONDS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)


class Metrics:
    """The counters of one service."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self.requests = Counter("ragqa_requests", "Requests answered", ("method", "route", "status"), registry=self._registry)
        self.seconds = Histogram("ragqa_request_seconds", "Time to the end of a response", ("route",), buckets=_SECONDS, registry=self._registry)
        self.answers = Counter("ragqa_answers", "Questions answered by the engine", ("support", "audience"), registry=self._registry)
        self.waiting = Gauge("ragqa_questions_waiting", "Questions that are being answered or wait for it", registry=self._registry)
        self.reused = Counter("ragqa_answers_reused", "Questions answered from memory", registry=self._registry)

    def text(self) -> bytes:
        """Return all counters in the text form of Prometheus."""
        return generate_latest(self._registry)
