"""How much a connection may ask, and all connections of a user: tokens, and bounds on calls in progress. Pure.

Whoever connects anew for each call still pays as the same user; and a program of a user that asks too much leaves
the user's other programs something.
"""

from __future__ import annotations

from dataclasses import dataclass

SENDERS_KEPT = 4096
"""Far more than a bus has connections; what is forgotten beyond that is the one that has rested longest."""
USER_SHARE = 4
"""All connections of a user may do so many times what one may."""
BYTES_PER_CALL = 4096
"""A call with a longer body counts as several: reading it takes as long."""
NOBODY = -1
"""The user of all who left before it was known who they are."""


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
    share: int = 1
    pending: int = 0
    is_excused: bool = False
    user: int | None = None
    has_left: bool = False

    def has(self, cost: int, rate: Rate, now_s: float) -> bool:
        """Whether so much is in it at ``now_s``; a full one is enough for anything, and owes the rest."""
        full = float(rate.burst * self.share)
        gained = max(0.0, now_s - self.filled_s) * rate.calls_per_s * self.share
        self.tokens = min(full, self.tokens + gained)
        self.filled_s = now_s
        return self.tokens >= min(cost, full) and self.pending < rate.pending * self.share


class Limiter:
    """Decides call by call. Times are seconds of one clock that never goes back."""

    def __init__(self, rate: Rate) -> None:
        self._rate = rate
        self._buckets: dict[str, _Bucket] = {}
        self._users: dict[int, _Bucket] = {}

    def admit(self, sender: str, now_s: float, body_bytes: int = 0) -> bool:
        """Whether a call of ``sender`` at ``now_s`` may be served; a refused call costs nothing."""
        if not self._rate.is_on:
            return True
        bucket = self._bucket(sender, now_s)
        if bucket.is_excused:
            return True
        cost = 1 + body_bytes // BYTES_PER_CALL
        levels = self._levels(bucket)
        if not all(level.has(cost, self._rate, now_s) for level in levels):
            return False
        for level in levels:
            level.tokens -= cost
        return True

    def began(self, sender: str) -> None:
        """A call of ``sender`` is in progress from now on."""
        if sender in self._buckets:
            for level in self._levels(self._buckets[sender]):
                level.pending += 1

    def ended(self, sender: str) -> None:
        """A call of ``sender`` is no longer in progress."""
        bucket = self._buckets.get(sender)
        if bucket is None or not bucket.pending:
            return
        for level in self._levels(bucket):
            level.pending -= 1
        if bucket.has_left and not bucket.pending:
            del self._buckets[sender]

    def belongs(self, sender: str, user: int, now_s: float) -> None:
        """``sender`` is a connection of ``user``."""
        if not self._rate.is_on:
            return
        self._bucket(sender, now_s).user = user
        if user not in self._users:
            self._users[user] = _Bucket(float(self._rate.burst * USER_SHARE), now_s, USER_SHARE)

    def excuse(self, sender: str) -> None:
        """Never limit ``sender``: another unit, or the administrator."""
        if self._rate.is_on:
            self._bucket(sender, 0.0).is_excused = True

    def knows(self, sender: str) -> bool:
        """Whether ``sender`` has called before and is not forgotten."""
        return sender in self._buckets

    def forget(self, sender: str) -> None:
        """``sender`` has left the bus; what it began still counts for its user."""
        bucket = self._buckets.get(sender)
        if bucket is not None and bucket.pending:
            bucket.has_left = True
        else:
            self._buckets.pop(sender, None)

    def forget_all(self) -> None:
        """The bus is another one, and so is everybody on it."""
        self._buckets.clear()
        self._users.clear()

    def __len__(self) -> int:
        return len(self._buckets)

    def _levels(self, bucket: _Bucket) -> list[_Bucket]:
        return [bucket] if bucket.user is None else [bucket, self._users[bucket.user]]

    def _bucket(self, sender: str, now_s: float) -> _Bucket:
        bucket = self._buckets.get(sender)
        if bucket is None:
            if len(self._buckets) >= SENDERS_KEPT:
                del self._buckets[min(self._buckets, key=self._rank)]
            bucket = self._buckets[sender] = _Bucket(float(self._rate.burst), now_s)
        return bucket

    def _rank(self, sender: str) -> tuple[bool, bool, float]:
        bucket = self._buckets[sender]
        return bucket.is_excused, bucket.pending > 0, bucket.filled_s
