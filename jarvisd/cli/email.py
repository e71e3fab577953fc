"""``jarvisctl email test``: does the mail server know us? Asks the courier directly, so it needs root."""

from __future__ import annotations

import argparse
import json
import socket
import time
from collections.abc import Mapping
from secrets import token_hex
from typing import Any

from jarvisd.cli.options import add_config
from jarvisd.config.loader import load
from jarvisd.core.errors import EngineError, ErrorCode, NotPermitted, RequestError, Unavailable
from jarvisd.core.json_types import JsonObject
from jarvisd.core.network.courier_protocol import ANSWER_LIMIT_BYTES, TEST, decode, encode, send_errand, unwrap
from jarvisd.core.network.email_address import is_address
from jarvisd.core.network.letter import Letter

MARGIN_S = 15.0
"""Chosen: for the courier's start, beyond its own limit."""
SUBJECT = "Test of jarvisd"
BODY = "This is a test of the mail settings of jarvisd. It was sent by 'jarvisctl email test --send'."


def add_parser(subparsers: Any) -> None:
    """Add ``email``."""
    email = subparsers.add_parser("email", help="look after the mail settings")
    commands = email.add_subparsers(dest="email_command", required=True, metavar="COMMAND")
    test = commands.add_parser("test", help="connect, check the certificate and log in, without sending (as root)")
    test.add_argument("--send", metavar="ADDRESS", help="also send a short test letter to this address")
    test.add_argument("--json", action="store_true", help="print what was found as JSON")
    add_config(test)


def run(args: argparse.Namespace) -> int:
    """Try the mail server out and say what was found; the courier's error is raised as it is."""
    config = load(args.config)
    path, limit_s = config.courier.socket.removeprefix("unix://"), config.mail.deadline_s + MARGIN_S
    if args.send is not None and not is_address(args.send):
        raise RequestError(f"{args.send!r} is no plain e-mail address")
    found = dict(_asked(path, {"kind": TEST}, limit_s))
    if args.send is not None:
        letter = Letter(args.send, SUBJECT, BODY, f"test.{token_hex(8)}", config.mail.sender, int(time.time()))
        _asked(path, send_errand(letter), limit_s)
        found["sent"] = letter.to
    if args.json:
        print(json.dumps(found, ensure_ascii=False, indent=1))
    else:
        for name, value in found.items():
            print(f"{name:<11} {value}")
    return 0


def _asked(path: str, errand: JsonObject, limit_s: float) -> Mapping[str, object]:
    try:
        with socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(limit_s)
            connection.connect(path)
            connection.sendall(encode(errand))
            with connection.makefile("rb") as lines:
                line = lines.readline(ANSWER_LIMIT_BYTES)
    except PermissionError as error:
        raise NotPermitted(f"{path} is for root and the executor") from error
    except TimeoutError as error:
        raise EngineError("the courier did not come back in time", code=ErrorCode.TIMEOUT) from error
    except OSError as error:
        raise Unavailable(f"{path}: {error.strerror}", code=ErrorCode.COURIER_GONE) from error
    if not line:
        raise Unavailable("the courier ended without an answer", code=ErrorCode.COURIER_GONE)
    return unwrap(decode(line))
