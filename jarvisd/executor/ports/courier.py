"""Reaching other machines."""

from __future__ import annotations

from typing import Protocol

from jarvisd.core.network.courier_protocol import Letter, Page


class Courier(Protocol):
    """Reaches other machines. Errors: COURIER_GONE, REFUSED, and those of mail and web."""

    async def send(self, letter: Letter) -> None:
        """Have a letter delivered; MAIL_UNSURE when nobody knows whether it was."""
        ...

    async def fetch(self, url: str) -> Page:
        """Have a page of an allowed host fetched; everything in it is untrusted."""
        ...
