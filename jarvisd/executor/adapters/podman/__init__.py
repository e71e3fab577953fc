"""The sandbox in Podman."""
