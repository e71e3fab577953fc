"""Who is calling: the sender of the method call in progress, and what a method demands of it."""

from __future__ import annotations

from contextvars import ContextVar
from enum import Enum

SENDER: ContextVar[str] = ContextVar("jarvisd_bus_sender", default="")
"""Unique name of the caller, set by the connection before a method runs."""
INTERACTIVE: ContextVar[bool] = ContextVar("jarvisd_bus_interactive", default=False)
"""Whether the caller lets itself be asked for a password, set like the sender."""
FDS: ContextVar[list[int]] = ContextVar("jarvisd_bus_fds")
"""Descriptors that came with the call; the wrapper of the method closes them when it has ended."""


class Access(Enum):
    """Who may call a method. The bus policy is the first wall, this the second."""

    ANY = "any"
    """Whoever the bus policy lets through."""
    BRAIN = "brain"
    """Only the connection that owns ``org.jarvisd.Brain1``; likewise the next."""
    EXECUTOR = "executor"
    TTS = "tts"
    ADMIN = "admin"
    """Root; on a private bus, the user who runs the units."""
    BRAIN_OR_ADMIN = "brain-or-admin"
    EXECUTOR_OR_ADMIN = "executor-or-admin"
    WIPE_MEMORY = "wipe-memory"
    """Root, or whom polkit lets do ``org.jarvisd.memory.wipe``."""
    RED_TEAM = "red-team"
    """Root, or whom polkit lets do ``org.jarvisd.redteam.run``."""
    NOT_BRAIN = "not-brain"
    """Anyone but the unit that talks to the language model (decision 2)."""


def may_be_asked() -> bool:
    """Whether the caller of the method in progress lets polkit ask a person for a password."""
    return INTERACTIVE.get()


def current_sender() -> str:
    """Unique bus name of the caller of the method in progress; empty outside of one."""
    return SENDER.get()
