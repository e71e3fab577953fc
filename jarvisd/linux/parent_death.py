"""Processes that end with the one that started them (prctl(2), ``PR_SET_PDEATHSIG``)."""

from __future__ import annotations

import os

from jarvisd.linux.syscalls import LIBC

_PR_SET_PDEATHSIG = 1


def die_with_parent(parent: int, signal_number: int) -> bool:
    """Be sent a signal when the thread that started this process ends; kept across exec.

    ``parent`` is ``os.getppid()`` from before the call, or as the parent told it. False when it has ended already:
    then no signal will come.
    """
    LIBC.prctl(_PR_SET_PDEATHSIG, signal_number)
    return os.getppid() == parent
