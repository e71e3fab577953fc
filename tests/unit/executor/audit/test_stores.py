"""The audit log and the undo journal as parts: opened, told at every use, closed."""

from __future__ import annotations

import pytest

from jarvisd.core.errors import ErrorCode, JarvisError
from jarvisd.executor.audit.stores import Stores
from jarvisd.executor.tools.context import FILE_LANE
from jarvisd.runtime.parts import Parts
from tests.unit.executor.conftest import Bench


def stores_of(bench: Bench) -> tuple[Stores, Parts]:
    parts = Parts()
    stores = Stores(
        bench.audit, bench.journal, workers=bench.workers, clock=bench.clock, parts=parts, file_lane=FILE_LANE
    )
    return stores, parts


async def test_both_are_opened_and_told_with_what_they_are(bench: Bench) -> None:
    stores, parts = stores_of(bench)
    assert parts.states() == {"audit": "loading", "journal": "loading"}
    await stores.open()
    assert parts.states() == {"audit": "ready", "journal": "ready"}
    assert parts.engines() == {"audit": "scripted audit", "journal": "scripted journal"}


async def test_one_that_cannot_be_opened_leaves_the_other(bench: Bench) -> None:
    stores, parts = stores_of(bench)
    bench.audit.broken = True
    await stores.open()
    assert parts.states() == {
        "audit": "failed: AuditUnwritable: the scripted audit log is broken",
        "journal": "ready",
    }


async def test_every_use_tells_how_the_store_is(bench: Bench) -> None:
    """D2: a log that comes back is used again without anybody's help."""
    stores, parts = stores_of(bench)
    await stores.open()
    bench.journal.broken = True
    with pytest.raises(JarvisError) as refused:
        await stores.writer.check()
    assert refused.value.code is ErrorCode.AUDIT_UNWRITABLE
    assert parts.states()["journal"].startswith("failed: AuditUnwritable")
    bench.journal.broken = False
    await stores.writer.check()
    assert parts.states() == {"audit": "ready", "journal": "ready"}
