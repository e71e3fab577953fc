"""Reaching other machines."""

from __future__ import annotations

from typing import Protocol

from jarvisd.core.network.courier_protocol import Page
from jarvisd.core.network.letter import Letter
from jarvisd.core.network.weather import WeatherReport


class Courier(Protocol):
    """Reaches other machines. Errors: COURIER_GONE, REFUSED, and those of mail and web."""

    sender: str
    """Whom letters come from; empty where none can be sent."""

    async def send(self, letter: Letter) -> None:
        """Have a letter delivered; MAIL_UNSURE when nobody knows whether it was."""
        ...

    async def fetch(self, url: str) -> Page:
        """Have a page of an allowed host fetched; everything in it is untrusted."""
        ...

    async def weather(self) -> WeatherReport:
        """What the configured source tells; words in it are untrusted."""
        ...
