"""Figures with the interval that their number of samples allows. Pure."""

from __future__ import annotations

import math
import statistics
from collections.abc import Sequence
from typing import Any

Z95 = 1.96


def share(hits: int, n: int) -> dict[str, Any]:
    """A share with its 95 % interval by Wilson, which holds for few samples and shares near 0 too."""
    if not n:
        return {"hits": 0, "n": 0, "share": None, "interval": None}
    p, z2 = hits / n, Z95**2
    middle = (p + z2 / (2 * n)) / (1 + z2 / n)
    half = Z95 * math.sqrt(p * (1 - p) / n + z2 / (4 * n * n)) / (1 + z2 / n)
    interval = [round(max(0.0, middle - half), 4), round(min(1.0, middle + half), 4)]
    return {"hits": hits, "n": n, "share": round(p, 4), "interval": interval}


def rate(events: int, hours: float) -> dict[str, Any]:
    """Events an hour with the 95 % upper bound by Poisson: the rule of three where there was none."""
    bound = _most_likely_below(events)
    return {
        "events": events,
        "hours": round(hours, 3),
        "per_hour": round(events / hours, 3) if hours else None,
        "upper_95_per_hour": round(bound / hours, 3) if hours else None,
    }


def _most_likely_below(events: int) -> float:
    """The mean at which so few events happen once in twenty times."""
    low, high = 0.0, 10.0 + 3.0 * events
    while high - low > 1e-6:
        middle = (low + high) / 2
        term = total = math.exp(-middle)
        for count in range(1, events + 1):
            term *= middle / count
            total += term
        low, high = (middle, high) if total > 0.05 else (low, middle)
    return high


def delays(values: Sequence[float]) -> dict[str, Any]:
    """Mean and 90th percentile with 95 % intervals: that of the mean by its standard error, the other by ranks."""
    if not values:
        return {"n": 0, "mean_ms": None, "p50_ms": None, "p90_ms": None}
    ordered, n = sorted(values), len(values)
    mean = statistics.fmean(ordered)
    error = Z95 * statistics.stdev(ordered) / math.sqrt(n) if n > 1 else 0.0
    spread = Z95 * math.sqrt(n * 0.9 * 0.1)
    ranks = [math.floor(0.9 * n - spread), math.ceil(0.9 * n + spread)]
    return {
        "n": n,
        "mean_ms": round(mean, 1),
        "mean_interval_ms": [round(mean - error, 1), round(mean + error, 1)],
        "p50_ms": round(statistics.median(ordered), 1),
        "p90_ms": round(quantile(ordered, 0.9), 1),
        "p90_interval_ms": [round(ordered[min(n - 1, max(0, rank))], 1) for rank in ranks],
        "max_ms": round(ordered[-1], 1),
    }


def quantile(ordered: Sequence[float], part: float) -> float:
    """The least of ``ordered`` that ``part`` of them do not exceed."""
    return ordered[max(0, math.ceil(part * len(ordered)) - 1)]
