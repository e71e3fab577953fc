"""The courier behind its socket: one connection for one errand."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping

from jarvisd.config.schema import Config
from jarvisd.core.errors import EngineError, ErrorCode, JarvisError, RequestError, Unavailable
from jarvisd.core.json_types import JsonObject
from jarvisd.core.network.courier_protocol import (
    ANSWER_LIMIT_BYTES,
    FETCH,
    WEATHER,
    Page,
    decode,
    encode,
    page_from,
    send_errand,
    unwrap,
)
from jarvisd.core.network.letter import Letter
from jarvisd.core.network.weather import WeatherReport, report_from
from jarvisd.core.timeout import within

logger = logging.getLogger(__name__)

MARGIN_S = 10.0
"""Beyond the courier's own limit: its start on a slow machine, and the way there and back."""


class SocketCourier:
    """:class:`~jarvisd.executor.ports.Courier` in a process that systemd starts for each errand."""

    def __init__(self, config: Config) -> None:
        self._path = config.courier.socket.removeprefix("unix://")
        self._mail_limit_s = config.mail.deadline_s + MARGIN_S
        self.sender = config.mail.sender
        self._web_limit_s = config.web.deadline_s + MARGIN_S

    async def send(self, letter: Letter) -> None:
        """Have a letter delivered; silence after it has been handed over is MAIL_UNSURE."""
        errand = send_errand(letter)
        try:
            await self._run(errand, self._mail_limit_s)
        except (RequestError, EngineError) as error:
            text = f"the courier gave no clear answer: {error.message}"
            raise EngineError(text, code=ErrorCode.MAIL_UNSURE) from error

    async def fetch(self, url: str) -> Page:
        """Have a page fetched."""
        return page_from(await self._run({"kind": FETCH, "url": url}, self._web_limit_s))

    async def weather(self) -> WeatherReport:
        """Have the source of the weather asked."""
        return report_from(await self._run({"kind": WEATHER}, self._web_limit_s))

    async def _run(self, errand: JsonObject, limit_s: float) -> Mapping[str, object]:
        """The answer; what the courier itself reports is raised as a plain JarvisError, what is not, as below.

        Unavailable(COURIER_GONE): nothing was handed over. RequestError or EngineError: nobody knows.
        """
        try:
            reader, writer = await asyncio.open_unix_connection(self._path, limit=ANSWER_LIMIT_BYTES)
        except OSError as error:
            raise Unavailable(f"{self._path}: {error.strerror}", code=ErrorCode.COURIER_GONE) from error
        try:
            line = await within(_exchange(reader, writer, errand), limit_s)
        except asyncio.TimeoutError as error:
            raise RequestError("the courier did not come back in time", code=ErrorCode.TIMEOUT) from error
        except (OSError, EOFError, asyncio.LimitOverrunError) as error:
            raise EngineError("the courier did not come back", code=ErrorCode.COURIER_GONE) from error
        finally:
            writer.close()
        return _told(line)


async def _exchange(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, errand: JsonObject) -> bytes:
    writer.write(encode(errand))
    await writer.drain()
    return await reader.readuntil(b"\n")


def _told(line: bytes) -> Mapping[str, object]:
    try:
        answer = decode(line)
    except RequestError as error:
        raise EngineError("the courier's answer cannot be read", code=ErrorCode.COURIER_GONE) from error
    try:
        return unwrap(answer)
    except JarvisError as error:
        raise JarvisError(error.message, code=error.code) from None
