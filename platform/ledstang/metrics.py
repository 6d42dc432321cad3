"""Figures for those who run the house, as Prometheus reads them. Labels are templates of addresses and names of plugins."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily

if TYPE_CHECKING:
    from ledstang.house import House

BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)


class Metrics:
    """The figures of one process. `in_flight` is how many requests it is answering just now."""

    def __init__(self) -> None:
        self.in_flight = 0
        self.registry = CollectorRegistry(auto_describe=False)
        self._seconds = Histogram(
            "ledstang_request_seconds", "How long requests took, by the template of their address.",
            ["method", "route", "status"], buckets=BUCKETS, registry=self.registry,
        )  # fmt: skip
        self.shed = Counter("ledstang_shed", "Requests asked to come back: too many at once.", registry=self.registry)
        self.faults = Counter("ledstang_faults", "Requests that ended in a fault of ours.", registry=self.registry)
        self.database = Gauge("ledstang_database_seconds", "How long a look into it took.", registry=self.registry)
        now = Gauge("ledstang_requests_in_flight", "Requests that are being answered.", registry=self.registry)
        now.set_function(lambda: self.in_flight)
        self._kept: dict[tuple[str, str, int], Histogram] = {}

    def answered(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count a request. `route` is a template, never an address."""
        key = (method, route, status)
        child = self._kept.get(key)
        if child is None:
            child = self._kept[key] = self._seconds.labels(method, route, str(status))
        child.observe(seconds)

    def watch(self, house: House) -> None:
        """Tell of a house's plugins as well."""
        self.registry.register(PluginFigures(house))

    def text(self) -> bytes:
        """Return all figures as Prometheus reads them."""
        return generate_latest(self.registry)


class PluginFigures:
    """Which plugins were put aside, and what of them is left alone after failing."""

    def __init__(self, house: House) -> None:
        self._house = house

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Yield the figures as they are now."""
        aside = GaugeMetricFamily("ledstang_plugin_quarantined", "Plugins that were put aside.", labels=["plugin"])
        for fault in self._house.plugins.faults:
            aside.add_metric([fault.plugin], 1)
        resting = GaugeMetricFamily("ledstang_breaker_open", "Left alone after failures.", labels=["plugin", "hook"])
        for plugin, hook in self._house.isolation.resting():
            resting.add_metric([plugin, hook], 1)
        yield from (aside, resting)
