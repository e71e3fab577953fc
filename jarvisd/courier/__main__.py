"""``python -m jarvisd.courier``: one errand from the connection at standard input, then the end.

systemd starts it for each connection to its socket. ``--listen PATH`` answers errand after errand, for machines
without systemd.
"""

from __future__ import annotations

import argparse
import os
import socket
import sys
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from jarvisd.config.loader import DEFAULT_FILE, load
from jarvisd.core.errors import JarvisError
from jarvisd.core.network.courier_protocol import ANSWER_LIMIT_BYTES, ERRAND_LIMIT_BYTES, encode, failure
from jarvisd.courier.handler import serve

READ_TIMEOUT_S = 10.0
"""Chosen: an errand is sent at once and as a whole."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve; the exit code."""
    parser = argparse.ArgumentParser(prog="jarvisd-courier", description="Runs one errand for the executor.")
    parser.add_argument("--config", type=Path, default=DEFAULT_FILE, help="main configuration file")
    parser.add_argument("--listen", type=Path, metavar="PATH", help="answer errands at this socket until ended")
    args = parser.parse_args(arguments)
    if args.listen is None:
        with socket.socket(fileno=os.dup(sys.stdin.fileno())) as connection:
            answer(connection, args.config)
        return 0
    with closing(socket.socket(socket.AF_UNIX)) as door:
        door.bind(str(args.listen))
        door.listen()
        sys.stdout.write("listening\n")
        sys.stdout.flush()
        while True:
            connection, _ = door.accept()
            with connection:
                answer(connection, args.config)


def answer(connection: socket.socket, config_file: Path) -> None:
    """Read an errand, run it by the configuration as it is now, and answer."""
    connection.settimeout(READ_TIMEOUT_S)
    try:
        with connection.makefile("rb") as lines:
            line = lines.readline(ERRAND_LIMIT_BYTES)
        try:
            reply = encode(serve(load(config_file), line))
        except JarvisError as error:
            reply = encode(failure(error))
        connection.sendall(reply[:ANSWER_LIMIT_BYTES])
    except OSError as error:
        sys.stderr.write(f"jarvisd-courier: the other side went away: {error.strerror or error}\n")


if __name__ == "__main__":
    sys.exit(main())
