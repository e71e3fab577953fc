"""A web site on a real loopback socket, with or without TLS; pages are functions of the path."""

from __future__ import annotations

import http.server
import ssl
import threading
from dataclasses import dataclass, field
from types import TracebackType


@dataclass
class Answer:
    """What the site answers."""

    body: bytes = b""
    kind: str = "text/html; charset=utf-8"
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    length: int | None = None
    """What Content-Length claims; by default the truth."""
    drips: bool = False
    """Sends a byte now and then until it is released."""


class Website:
    """Use as a context manager; ``requests`` is every path with its Host header, ``headers`` all of each."""

    def __init__(self, tls: ssl.SSLContext | None = None) -> None:
        self._tls = tls
        self.pages: dict[str, Answer] = {}
        self.requests: list[tuple[str, str]] = []
        self.headers: list[dict[str, str]] = []
        self.released = threading.Event()

    def __enter__(self) -> Website:
        site = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                site._answer(self)

            def log_message(self, *_: object) -> None:
                """Stay silent."""

        self._server = _Server(("127.0.0.1", 0), Handler)
        if self._tls is not None:
            self._server.socket = self._tls.wrap_socket(self._server.socket, server_side=True)
        self.port = self._server.server_port
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,))
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.released.set()
        self._server.shutdown()
        self._thread.join(30)
        self._server.server_close()

    def _answer(self, request: http.server.BaseHTTPRequestHandler) -> None:
        self.requests.append((request.path, request.headers.get("Host", "")))
        self.headers.append(dict(request.headers))
        answer = self.pages.get(request.path.split("?")[0], Answer(status=404, body=b"no"))
        try:
            request.send_response(answer.status)
            for name, value in {"Content-Type": answer.kind, **answer.headers}.items():
                request.send_header(name, value)
            length = len(answer.body) if answer.length is None else answer.length
            request.send_header("Content-Length", str(length))
            request.end_headers()
            while answer.drips and not self.released.wait(0.1):
                request.wfile.write(b".")
            request.wfile.write(answer.body)
        except OSError:
            # The other side has heard enough.
            return


class _Server(http.server.ThreadingHTTPServer):
    daemon_threads = False

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that did not trust us went away."""
