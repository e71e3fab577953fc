"""polkit, asked whether a caller may do what only the administrator may. Without polkit there is root only."""

from __future__ import annotations

import logging
import secrets
from enum import Enum
from typing import Any

from dbus_next import Variant

from jarvisd.bus.connection import Connection
from jarvisd.core.errors import ErrorCode, JarvisError

logger = logging.getLogger(__name__)

NAME = "org.freedesktop.PolicyKit1"
PATH = "/org/freedesktop/PolicyKit1/Authority"
INTERFACE = f"{NAME}.Authority"
MAY_ASK = 1
"""The flag that lets polkit ask the caller for a password."""
QUIET_DEADLINE_S = 5.0
"""Chosen: polkit has only its own rules to look at."""
ASKING_DEADLINE_S = 55.0
"""Time for typing a password; the question that is answered may be closed by then."""


class PolkitAction(str, Enum):
    """The actions of ``org.jarvisd.policy`` that the units themselves check."""

    CONFIRM = "org.jarvisd.confirm"
    WIPE_MEMORY = "org.jarvisd.memory.wipe"
    RED_TEAM = "org.jarvisd.redteam.run"


class Authority:
    """polkit's authority on the bus of ``connection``."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def allows(self, unique_name: str, action: PolkitAction, *, may_ask: bool) -> bool:
        """Whether the caller with this name may do ``action``; ``may_ask`` lets polkit ask a person for it.

        No polkit, no answer in time, or anything that is not a clear yes, is a no.
        """
        subject = ["system-bus-name", {"name": Variant("s", unique_name)}]
        token = secrets.token_hex(8)
        body: list[Any] = [subject, action.value, {}, MAY_ASK if may_ask else 0, token]
        try:
            [answer] = await self._connection.call(
                NAME,
                PATH,
                "CheckAuthorization",
                "(sa{sv})sa{ss}us",
                body,
                interface=INTERFACE,
                timeout_s=ASKING_DEADLINE_S if may_ask else QUIET_DEADLINE_S,
                starts_service=True,
            )
        except JarvisError as error:
            logger.info(
                "polkit did not decide action=%s code=%s detail=%s", action.value, error.code, error.message
            )
            if error.code is ErrorCode.TIMEOUT:
                await self._cancel(token)
            return False
        is_authorised = isinstance(answer, list) and bool(answer) and answer[0] is True
        logger.info("polkit decided action=%s caller=%s authorised=%s", action.value, unique_name, is_authorised)
        return is_authorised

    async def _cancel(self, token: str) -> None:
        """Take a question back that nobody waits for any more."""
        try:
            await self._connection.call(
                NAME,
                PATH,
                "CancelCheckAuthorization",
                "s",
                [token],
                interface=INTERFACE,
                timeout_s=QUIET_DEADLINE_S,
            )
        except JarvisError as error:
            logger.debug("a check could not be cancelled code=%s", error.code)
