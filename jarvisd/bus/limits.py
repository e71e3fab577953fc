"""How many calls one connection may make: a bucket of tokens each, and a bound on calls in progress. Pure."""

from __future__ import annotations

from dataclasses import dataclass

SENDERS_KEPT = 4096
"""Far more than a bus has connections; what is forgotten beyond that is the one that has rested longest."""


@dataclass(frozen=True, slots=True)
class Rate:
    """``calls_per_s`` on average and ``burst`` at once; no limit when ``calls_per_s`` is 0."""

    calls_per_s: float = 0.0
    burst: int = 1
    pending: int = 64
    """Calls of one connection that may be in progress at the same time."""

    @property
    def is_on(self) -> bool:
        """Whether anything is limited."""
        return self.calls_per_s > 0


@dataclass(slots=True)
class _Bucket:
    tokens: float
    filled_s: float
    pending: int = 0
    is_excused: bool = False


class Limiter:
    """Decides call by call. Times are seconds of one clock that never goes back."""

    def __init__(self, rate: Rate) -> None:
        self._rate = rate
        self._buckets: dict[str, _Bucket] = {}

    def admit(self, sender: str, now_s: float) -> bool:
        """Whether a call of ``sender`` at ``now_s`` may be served; a refused call costs nothing."""
        if not self._rate.is_on:
            return True
        bucket = self._bucket(sender, now_s)
        if bucket.is_excused:
            return True
        gained = max(0.0, now_s - bucket.filled_s) * self._rate.calls_per_s
        bucket.tokens = min(float(self._rate.burst), bucket.tokens + gained)
        bucket.filled_s = now_s
        if bucket.tokens < 1 or bucket.pending >= self._rate.pending:
            return False
        bucket.tokens -= 1
        return True

    def began(self, sender: str) -> None:
        """A call of ``sender`` is in progress from now on."""
        if sender in self._buckets:
            self._buckets[sender].pending += 1

    def ended(self, sender: str) -> None:
        """A call of ``sender`` is no longer in progress."""
        if sender in self._buckets:
            self._buckets[sender].pending = max(0, self._buckets[sender].pending - 1)

    def excuse(self, sender: str) -> None:
        """Never limit ``sender``: another unit, or the administrator."""
        if self._rate.is_on:
            self._bucket(sender, 0.0).is_excused = True

    def knows(self, sender: str) -> bool:
        """Whether ``sender`` has called before and is not forgotten."""
        return sender in self._buckets

    def forget(self, sender: str) -> None:
        """``sender`` has left the bus."""
        self._buckets.pop(sender, None)

    def forget_all(self) -> None:
        """The bus is another one, and so is everybody on it."""
        self._buckets.clear()

    def __len__(self) -> int:
        return len(self._buckets)

    def _bucket(self, sender: str, now_s: float) -> _Bucket:
        bucket = self._buckets.get(sender)
        if bucket is None:
            if len(self._buckets) >= SENDERS_KEPT:
                del self._buckets[min(self._buckets, key=self._rank)]
            bucket = self._buckets[sender] = _Bucket(float(self._rate.burst), now_s)
        return bucket

    def _rank(self, sender: str) -> tuple[bool, float]:
        bucket = self._buckets[sender]
        return bucket.is_excused, bucket.filled_s
