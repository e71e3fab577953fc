"""How the declared workspaces are shown to those who work in them: where, and as whose.

What mounts them, the generator that binds them into the executor, and the sandbox that shows them to programs
have to agree on it.
"""

from __future__ import annotations

from pathlib import Path

TOP = Path("/run/jarvisd/workspaces")
"""Below it a folder for each view, and in that one for each workspace, by its name."""
EXECUTOR, SANDBOX = "executor", "sandbox"
"""The views; the second is read-only, for the user who runs Podman."""
PROGRAM_ID = 64_321
"""User and group of programs in their containers, who see a workspace as theirs. Nobody's number, so that the
limit on processes counts only ours."""
