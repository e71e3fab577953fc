"""What an errand asks for, checked once more on this side, and who runs it."""

from __future__ import annotations

from jarvisd.config.schema import Config
from jarvisd.core.errors import RequestError
from jarvisd.core.json_types import JsonObject
from jarvisd.core.network.courier_protocol import FETCH, SEND, TEST, WEATHER, decode, letter_from, text_of
from jarvisd.courier import email, weather, web
from jarvisd.courier.checked_connection import Resolve, system_resolve


def serve(config: Config, line: bytes, resolve: Resolve = system_resolve) -> JsonObject:
    """Run the errand in ``line`` and give its answer; raises :class:`~jarvisd.core.errors.JarvisError`."""
    errand = decode(line)
    kind = text_of(errand, "kind")
    if kind == SEND:
        return email.send(config.mail, letter_from(errand))
    if kind == TEST:
        return email.try_out(config.mail)
    if kind == FETCH:
        return web.fetch(config.web, text_of(errand, "url"), resolve=resolve).to_json()
    if kind == WEATHER:
        return weather.ask(config, resolve).to_json()
    raise RequestError(f"no such errand: {kind[:40]!r}")
