"""``python -m bench``: every measurement, one after another."""

from __future__ import annotations

from bench import footprint, planner, policy, sandbox, start, undo

footprint.main()
planner.main()
sandbox.main()
undo.main()
policy.main()
start.main()
