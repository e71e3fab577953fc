"""What calls to model servers have in common: patience with one that is busy, bounds for one without an end."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, TypeVar

from jarvisd.brain.ports import Completion
from jarvisd.core.backoff import Backoff
from jarvisd.core.errors import EngineError, ErrorCode, Unavailable
from jarvisd.core.timeout import within

if TYPE_CHECKING:
    import httpx

logger = logging.getLogger(__name__)

CONNECT_LIMIT_S = 5.0
CHECK_LIMIT_S = 5.0
"""Both chosen: a server that is there answers in milliseconds."""
WARM_LIMIT_S = 600.0
"""Chosen: the server may read gigabytes from a slow disk first."""
AGAIN_FIRST_S = 0.25
AGAIN_LIMIT_S = 4.0
"""Chosen: soon enough for a queue that empties by itself, seldom enough for one that does not."""
REFUSED_LIMIT_S = 8.0
"""Chosen: a server that is started again listens within seconds; nobody should wait longer."""
MAX_ANSWER_BYTES = 16_777_216
"""Chosen: ten times what a few thousand tokens with their probabilities take."""
THOUGHT_TOKENS = 2048
"""Chosen: what a model may think that cannot be kept from it. Servers count it with the answer."""
BUSY = 503

T = TypeVar("T")


class NotYet(Unavailable):
    """The server takes no request now, but may soon: it is busy, or (``is_absent``) not listening."""

    def __init__(self, message: str, *, code: ErrorCode, is_absent: bool = False) -> None:
        super().__init__(message, code=code)
        self.is_absent = is_absent


def most_tokens(completion: Completion) -> int:
    """What the server may generate: with a schema the answer, and thoughts that cannot be kept from the model."""
    return completion.max_tokens + (THOUGHT_TOKENS if completion.schema is not None else 0)


async def in_time(awaitable: Awaitable[T], ends_s: float) -> T:
    """What ``awaitable`` gives before ``ends_s`` on the loop's clock; else ``asyncio.TimeoutError``."""
    return await within(awaitable, max(0.0, ends_s - asyncio.get_running_loop().time()))


async def patiently(attempt: Callable[[], Awaitable[T]], ends_s: float) -> T:
    """What ``attempt`` gives, tried again with growing pauses while it raises :class:`NotYet`.

    A busy server is waited for until ``ends_s``, one that does not listen for a few seconds.
    """
    loop, pauses = asyncio.get_running_loop(), Backoff(AGAIN_FIRST_S, AGAIN_LIMIT_S)
    began_s = loop.time()
    while True:
        try:
            return await attempt()
        except NotYet as error:
            pause_s = pauses.failed()
            last_s = min(ends_s, began_s + REFUSED_LIMIT_S) if error.is_absent else ends_s
            if loop.time() + pause_s >= last_s:
                raise
            logger.info("the model server is asked again pause_s=%g reason=%s", pause_s, error.message)
        await asyncio.sleep(pause_s)


@contextmanager
def http_faults(server: str) -> Iterator[None]:
    """Translate what an HTTP library raises of ``server``, which is named as in "Ollama at ADDRESS"."""
    import httpx

    try:
        yield
    except (asyncio.TimeoutError, httpx.TimeoutException) as error:
        raise EngineError(f"{server} gave no answer in time", code=ErrorCode.TIMEOUT) from error
    except (ConnectionError, httpx.ConnectError) as error:
        raise NotYet(f"{server}: {error}", code=ErrorCode.LLM_GONE, is_absent=True) from error
    except (httpx.HTTPError, ValueError) as error:
        raise Unavailable(f"{server}: {error}", code=ErrorCode.LLM_GONE) from error


def bounded_transport() -> httpx.AsyncBaseTransport:
    """HTTP whose answers end at :data:`MAX_ANSWER_BYTES`, which raises ``httpx.ReadError``: a line without an end
    would fill the memory. It knows no proxies.
    """
    import httpx

    class Bounded(httpx.AsyncByteStream):
        def __init__(self, stream: httpx.AsyncByteStream) -> None:
            self._stream = stream

        async def __aiter__(self) -> AsyncIterator[bytes]:
            total = 0
            async for part in self._stream:
                total += len(part)
                if total > MAX_ANSWER_BYTES:
                    raise httpx.ReadError(f"the answer does not end after {MAX_ANSWER_BYTES:,} bytes")
                yield part

        async def aclose(self) -> None:
            await self._stream.aclose()

    class BoundedTransport(httpx.AsyncHTTPTransport):
        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            response = await super().handle_async_request(request)
            assert isinstance(response.stream, httpx.AsyncByteStream)  # noqa: S101 - for mypy
            response.stream = Bounded(response.stream)
            return response

    return BoundedTransport()
