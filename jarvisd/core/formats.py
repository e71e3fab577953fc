"""Which format each thing that is kept is in now. What tells a later one is refused, never guessed at. Pure."""

from __future__ import annotations

JOURNAL = 5
"""``user_version`` of the undo journal. 1 had everything in one table and told no version; 2 operations apart;
3 the time in service; 4 the spans; 5 what was set aside."""
AUDIT = 2
"""``v`` of a record of the audit log; 1 told none."""
LISTS = 2
"""Last object of the list of the time in service; 1 told none."""
TIMERS = 3
"""Last object of the list of timers; 1 told none; 3 kinds, repetitions, and what is paused, due or snoozed."""
MEMORIES = 2
"""Metadata of the collection of memories; 1 told none."""
BACKUP = 1
"""Of the manifest in a backup."""
