"""Runs a command on a terminal of its own with polkit's text agent beside it, and types a password when asked.

Usage, inside the guest: agent.py PASSWORD COMMAND... The exit status is the command's; what the terminal showed is
printed.
"""

from __future__ import annotations

import os
import pty
import select
import sys

LOOK_S = 0.1


def with_agent(command: list[str]) -> None:
    """Become ``command`` once an agent is registered for this process."""
    registered, tell = os.pipe()
    process = str(os.getpid())
    if os.fork() == 0:
        os.set_inheritable(tell, True)
        os.execvp("pkttyagent", ["pkttyagent", "--process", process, "--notify-fd", str(tell)])
    os.close(tell)
    os.read(registered, 1)
    os.execvp(command[0], command)


def news(terminal: int) -> bytes:
    """What the terminal has shown since; nothing also when nobody has it open any more."""
    if not select.select([terminal], [], [], LOOK_S)[0]:
        return b""
    try:
        return os.read(terminal, 4096)
    except OSError:
        return b""


def main(password: str, command: list[str]) -> int:
    """Run it; the password is typed at every question for one."""
    process, terminal = pty.fork()
    if process == 0:
        with_agent(command)
    shown, answered, ended = b"", 0, 0
    while not ended:
        # The agent may hold the terminal open for longer than the command lives.
        ended, status = os.waitpid(process, os.WNOHANG)
        while data := news(terminal):
            shown += data
        if shown.count(b"Password: ") > answered:
            answered += 1
            os.write(terminal, password.encode() + b"\n")
    sys.stdout.write(shown.decode("utf-8", "replace"))
    return os.waitstatus_to_exitcode(status)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2:]))
