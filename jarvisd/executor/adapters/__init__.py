"""Podman, the audit file and the undo journal behind the ports of the executor."""
