"""``python -m bench``: every measurement, one after another."""

from __future__ import annotations

from bench import footprint, planner

footprint.main()
planner.main()
