"""A plugin whose import does not end before a test lets it."""

from __future__ import annotations

from tests.fakes.plugin import GATES

GATES["g"].stand()
