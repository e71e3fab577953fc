"""Blocking calls to a Podman service, each with a deadline, in the project's errors."""

from __future__ import annotations

import json
import logging
import socket
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from jarvisd.core.errors import ErrorCode, Unavailable
from jarvisd.executor.adapters.podman.container import LABEL

logger = logging.getLogger(__name__)

CALL_DEADLINE_S = 20.0
"""Longest wait for one reply; creating a container on a busy machine takes seconds."""
REMOVAL_ATTEMPTS = 5
_PAUSE_S = 0.05
"""Both chosen: what is just ending has ended by then."""


class PodmanApi:
    """One service, by its socket. Every method raises Unavailable(SANDBOX_GONE or TIMEOUT)."""

    def __init__(self, address: str, call_deadline_s: float = CALL_DEADLINE_S) -> None:
        self._address = address
        self._deadline_s = call_deadline_s

    @property
    def socket_path(self) -> str:
        """Path of the socket; only local services are used, since others could not be trusted with the limits."""
        if not self._address.startswith("unix:///"):
            raise Unavailable(
                f"sandbox.socket must be unix:///PATH, not {self._address}", code=ErrorCode.SANDBOX_GONE
            )
        return self._address.removeprefix("unix://")

    @contextmanager
    def _client(self, doing: str) -> Iterator[Any]:
        """A client for a few calls: a kept one would fail once after every restart of the service."""
        import podman
        import requests
        from podman.errors import PodmanError

        self._knock()
        try:
            with podman.PodmanClient(base_url=self._address, timeout=self._deadline_s) as client:
                yield client
        except (PodmanError, requests.RequestException, OSError) as error:
            if isinstance(error.__cause__, requests.Timeout) or isinstance(error, requests.Timeout):
                text = f"Podman did not answer within {self._deadline_s:g} s while {doing}"
                raise Unavailable(
                    f"{text}: restart it with 'systemctl restart jarvisd-sandbox.service'", code=ErrorCode.TIMEOUT
                ) from error
            if isinstance(error.__cause__, requests.ConnectionError):
                raise self.gone("the connection was refused or lost") from error
            raise Unavailable(f"{doing} failed: {_reason(error)}", code=ErrorCode.SANDBOX_GONE) from error

    def _knock(self) -> None:
        """Fail early with the reason; podman-py tells none and leaves its socket open."""
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM | socket.SOCK_CLOEXEC) as probe:
            probe.settimeout(self._deadline_s)
            try:
                probe.connect(self.socket_path)
            except OSError as error:
                raise self.gone(str(error)) from error

    def gone(self, why: str) -> Unavailable:
        """The error for a service that is not there."""
        text = f"no Podman service at {self._address} ({why})"
        mending = "start it with 'systemctl start jarvisd-sandbox.socket'"
        reasons = "'systemctl status jarvisd-sandbox.service' says why it ended"
        return Unavailable(f"{text}: {mending}; {reasons}", code=ErrorCode.SANDBOX_GONE)

    def version(self) -> str:
        """Version and runtime of the service: ``"podman 4.3.1 runc"``."""
        with self._client("asking for the version") as client:
            host = client.info()
        return f"podman {host['version']['Version']} {host['host']['ociRuntime']['name']}"

    def image_id(self, image: str) -> str:
        """The id of a local image; nothing is ever pulled."""
        with self._client("looking for the image") as client:
            if not client.images.exists(image):
                text = f"the sandbox image {image} is missing"
                mending = "install the package jarvisd-sandbox-image, or build it with 'make sandbox'"
                raise Unavailable(f"{text}: {mending}", code=ErrorCode.SANDBOX_GONE)
            return str(client.images.get(image).id)

    def create(self, spec: Mapping[str, Any]) -> dict[str, Any]:
        """Create a container and set its namespaces up; returns Podman's record of it."""
        path = f"/containers/{spec['name']}"
        with self._client("creating a container") as client:
            body, kind = json.dumps(spec), {"content-type": "application/json"}
            client.api.post("/containers/create", data=body, headers=kind).raise_for_status()
            client.api.post(f"{path}/init").raise_for_status()
            reply = client.api.get(f"{path}/json")
            reply.raise_for_status()
            record: dict[str, Any] = reply.json()
        return record

    def start(self, name: str) -> None:
        """Let the program run."""
        with self._client("starting a container") as client:
            client.api.post(f"/containers/{name}/start").raise_for_status()

    def exit_code(self, name: str) -> int | None:
        """The program's status, or ``None`` while it runs."""
        with self._client("inspecting a container") as client:
            reply = client.api.get(f"/containers/{name}/json")
            reply.raise_for_status()
            state = reply.json()["State"]
        return None if state["Running"] or state["Status"] in ("stopping", "stopped") else int(state["ExitCode"])

    def remove(self, name: str) -> None:
        """Kill and remove a container with all it wrote; one that is not there is fine."""
        for attempts_left in reversed(range(REMOVAL_ATTEMPTS)):
            with self._client("removing a container") as client:
                parameters = {"force": "true", "timeout": "0", "v": "true"}
                reply = client.api.delete(f"/containers/{name}", params=parameters)
                if reply.status_code in (200, 204, 404):
                    return
                if not attempts_left:
                    reply.raise_for_status()
            # Podman fails to kill what is just ending.
            time.sleep(_PAUSE_S)

    def owned(self) -> dict[str, str]:
        """Name to owner of every sandbox container there is."""
        with self._client("listing containers") as client:
            filters = json.dumps({"label": [LABEL]})
            reply = client.api.get("/containers/json", params={"all": "true", "filters": filters})
            reply.raise_for_status()
            return {row["Names"][0]: row["Labels"][LABEL] for row in reply.json()}


def _reason(error: BaseException) -> str:
    explanation = getattr(error, "explanation", None) or str(error)
    return " ".join(str(explanation).split())[:300]
