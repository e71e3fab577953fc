"""What operators are told about each error code: its cause and the command that mends it.

What a user hears is said by the language (:meth:`jarvisd.lang.pack.ReplySentences.error`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from jarvisd.core.errors import ErrorCode


@dataclass(frozen=True, slots=True)
class Fault:
    """What the people around the machine are told about a code."""

    cause: str
    """What happened, for the operator."""
    remedy: str
    """The command that mends it, or that shows what to mend."""
    exit_code: int
    """Exit status of ``jarvisctl`` and of a daemon that cannot start (sysexits.h)."""


EX_USAGE, EX_DATAERR, EX_NOINPUT, EX_UNAVAILABLE, EX_SOFTWARE = 64, 65, 66, 69, 70
EX_CANTCREAT, EX_IOERR, EX_TEMPFAIL, EX_NOPERM, EX_CONFIG = 73, 74, 75, 77, 78
"""From sysexits.h."""

FAULTS: Mapping[ErrorCode, Fault] = MappingProxyType(
    {
        ErrorCode.CONFIG_INVALID: Fault(
            "the configuration has an unknown key or a wrong value",
            "jarvisctl doctor",
            EX_CONFIG,
        ),
        ErrorCode.CONFIG_CHANGED: Fault(
            "the configuration was changed on disk and not read since",
            "sudo systemctl reload 'jarvisd-*.service'",
            EX_CONFIG,
        ),
        ErrorCode.INVALID_REQUEST: Fault(
            "the request is malformed or has wrong arguments",
            "jarvisctl --help",
            EX_USAGE,
        ),
        ErrorCode.REQUEST_TOO_LONG: Fault(
            "a request is longer than 1,200 characters, or than endpoint.max_utterance_s when it is spoken",
            "jarvisctl ask TEXT",
            EX_DATAERR,
        ),
        ErrorCode.NOT_FOUND: Fault("the thing that was named does not exist", "jarvisctl status", EX_NOINPUT),
        ErrorCode.BUSY: Fault(
            "another request is in progress",
            "jarvisctl stop",
            EX_TEMPFAIL,
        ),
        ErrorCode.TOO_MANY_CALLS: Fault(
            "one caller makes more calls than bus.calls_per_s and bus.burst allow",
            "sudo busctl monitor org.jarvisd.Executor1",
            EX_TEMPFAIL,
        ),
        ErrorCode.REFUSED: Fault("the policy does not allow this step", "jarvisctl ask --dry-run TEXT", EX_NOPERM),
        ErrorCode.PATH_REFUSED: Fault(
            "the path leaves the declared workspaces",
            "jarvisctl status",
            EX_NOPERM,
        ),
        ErrorCode.NOT_PERMITTED: Fault(
            "the caller may not use this method",
            "sudo usermod -aG jarvisd $USER",
            EX_NOPERM,
        ),
        ErrorCode.CANCELLED: Fault("the request was cancelled", "jarvisctl status", EX_TEMPFAIL),
        ErrorCode.TIMEOUT: Fault("a part did not answer in time", "jarvisctl status", EX_TEMPFAIL),
        ErrorCode.NOT_STOPPED: Fault(
            "a plugin goes on although its step was stopped",
            "sudo systemctl restart jarvisd-executor",
            EX_TEMPFAIL,
        ),
        ErrorCode.UNIT_DOWN: Fault(
            "one of the services is not running",
            "systemctl restart jarvisd.target",
            EX_UNAVAILABLE,
        ),
        ErrorCode.BUS_GONE: Fault(
            "the message bus cannot be reached",
            "systemctl status dbus.service",
            EX_UNAVAILABLE,
        ),
        ErrorCode.NAME_TAKEN: Fault(
            "the service is already running on this bus",
            "systemctl status jarvisd.target",
            EX_UNAVAILABLE,
        ),
        ErrorCode.MODEL_MISSING: Fault(
            "a model file is not on this machine",
            "jarvisctl models fetch",
            EX_UNAVAILABLE,
        ),
        ErrorCode.MODEL_CORRUPT: Fault(
            "a model file does not have the expected checksum",
            "jarvisctl models fetch --repair",
            EX_UNAVAILABLE,
        ),
        ErrorCode.MODEL_FETCH_FAILED: Fault("a model could not be fetched", "jarvisctl models fetch", EX_IOERR),
        ErrorCode.WAKE_WORD_UNUSABLE: Fault(
            "the model of a wake word out of the settings is missing or damaged, or for something else",
            "man jarvisd.toml",
            EX_UNAVAILABLE,
        ),
        ErrorCode.LICENCE_NOT_ACCEPTED: Fault(
            "the licence of a model has not been accepted",
            "jarvisctl models fetch --accept-licence ID",
            EX_NOPERM,
        ),
        ErrorCode.MICROPHONE_GONE: Fault(
            "the microphone cannot be opened or stopped delivering sound",
            "arecord -l",
            EX_UNAVAILABLE,
        ),
        ErrorCode.MICROPHONE_BUSY: Fault(
            "another program has the microphone", "sudo fuser -v /dev/snd/*", EX_UNAVAILABLE
        ),
        ErrorCode.MICROPHONE_SILENT: Fault(
            "the microphone gives nothing but zeros: it is switched off, or another device is meant",
            "jarvisctl audio test",
            EX_UNAVAILABLE,
        ),
        ErrorCode.MICROPHONE_CLIPPED: Fault(
            "the microphone is so loud that it distorts", "jarvisctl audio calibrate", EX_UNAVAILABLE
        ),
        ErrorCode.BUTTON_GONE: Fault(
            "the button is unplugged, or jarvisd-audio may not read it (70-jarvisd-button.rules)",
            "ls -lL /dev/input/by-id",
            EX_UNAVAILABLE,
        ),
        ErrorCode.ECHO_GONE: Fault(
            "our own voice is not taken out of the microphone's sound; listening goes on with it",
            "sudo apt install libspeexdsp1",
            EX_UNAVAILABLE,
        ),
        ErrorCode.MUTED: Fault("the microphone is muted", "jarvisctl unmute", EX_TEMPFAIL),
        ErrorCode.NOT_KEPT: Fault(
            "a setting applies, but the disk did not take it, so that a restart undoes it", "df -h", EX_CANTCREAT
        ),
        ErrorCode.SPEAKER_GONE: Fault("the loudspeaker cannot be opened", "aplay -l", EX_UNAVAILABLE),
        ErrorCode.SOUND_STUCK: Fault(
            "a microphone or loudspeaker does not answer: the sound server or the driver behind it hangs",
            "systemctl --user restart pipewire pulseaudio",
            EX_UNAVAILABLE,
        ),
        ErrorCode.AUDIO_UNREADABLE: Fault(
            "the file is empty or holds no sound that can be read",
            "sox IN -r 16000 -c 1 -b 16 OUT.wav",
            EX_DATAERR,
        ),
        ErrorCode.AUDIO_TOO_LONG: Fault(
            "the recording is longer than audio.hear_max_s",
            "jarvisctl hear FILE --offline",
            EX_DATAERR,
        ),
        ErrorCode.NOTHING_HEARD: Fault("no speech was found", "jarvisctl hear FILE --json", EX_DATAERR),
        ErrorCode.NOT_UNDERSTOOD: Fault(
            "the words were not clear (stt.min_confidence)",
            "jarvisctl hear FILE --json",
            EX_DATAERR,
        ),
        ErrorCode.TRANSCRIBER_GONE: Fault(
            "the process that transcribes speech ended, and is started again",
            "journalctl -u jarvisd-audio",
            EX_UNAVAILABLE,
        ),
        ErrorCode.TRANSCRIBER_SLOW: Fault(
            "speech is transcribed by the smaller model for now: the better one is too slow, or memory is short",
            "jarvisctl status",
            EX_TEMPFAIL,
        ),
        ErrorCode.LLM_GONE: Fault(
            "no language model answers",
            "jarvisctl doctor",
            EX_UNAVAILABLE,
        ),
        ErrorCode.LLM_KEY_UNUSABLE: Fault(
            "the key of the model server is missing, open to others, or refused by the server",
            "sudo chmod 600 /etc/jarvisd/llm-key",
            EX_NOPERM,
        ),
        ErrorCode.LLM_LOADING: Fault(
            "the language model is being loaded, at its first start for a minute or more",
            "jarvisctl status",
            EX_TEMPFAIL,
        ),
        ErrorCode.CONTEXT_TOO_SMALL: Fault(
            "llm.context_tokens is too small for the tools and a request",
            "man jarvisd.toml",
            EX_CONFIG,
        ),
        ErrorCode.PLAN_UNREADABLE: Fault(
            "the language model wrote something that is no plan",
            "jarvisctl ask --dry-run TEXT",
            EX_SOFTWARE,
        ),
        ErrorCode.SENTENCES_INVALID: Fault(
            "a file of sentence templates has a mistake, or is not root's alone to change",
            "jarvisctl understand --check",
            EX_CONFIG,
        ),
        ErrorCode.MEMORY_GONE: Fault(
            "the memory store cannot be opened or written",
            "jarvisctl doctor",
            EX_UNAVAILABLE,
        ),
        ErrorCode.SANDBOX_GONE: Fault(
            "Podman or the sandbox image is missing",
            "systemctl status jarvisd-sandbox.socket",
            EX_UNAVAILABLE,
        ),
        ErrorCode.POLICY_BROKEN: Fault("the policy failed its self-test", "jarvisctl redteam run", EX_CONFIG),
        ErrorCode.COURIER_GONE: Fault(
            "the courier, which reaches mail servers and web sites, does not answer",
            "systemctl status jarvisd-courier.socket",
            EX_UNAVAILABLE,
        ),
        ErrorCode.MAIL_NOT_CONFIGURED: Fault(
            "mail.host or mail.sender is not set",
            "man jarvisd.toml",
            EX_CONFIG,
        ),
        ErrorCode.MAIL_UNREACHABLE: Fault(
            "the mail server cannot be reached or broke off",
            "jarvisctl email test",
            EX_UNAVAILABLE,
        ),
        ErrorCode.MAIL_UNTRUSTED: Fault(
            "the mail server offers no encryption or its certificate is not valid",
            "jarvisctl email test",
            EX_UNAVAILABLE,
        ),
        ErrorCode.MAIL_MISCONFIGURED: Fault(
            "mail.port and mail.security do not fit: 587 takes starttls, 465 takes tls",
            "jarvisctl email test",
            EX_CONFIG,
        ),
        ErrorCode.MAIL_LOGIN_FAILED: Fault(
            "the mail server refused user or password, or there is no password",
            "jarvisctl email test",
            EX_NOPERM,
        ),
        ErrorCode.MAIL_REJECTED: Fault(
            "the mail server refused the sender, the recipient or the text",
            "jarvisctl email test",
            EX_UNAVAILABLE,
        ),
        ErrorCode.MAIL_UNSURE: Fault(
            "the connection broke after the whole message had been handed over",
            "jarvisctl email test",
            EX_TEMPFAIL,
        ),
        ErrorCode.MAIL_ALTERED: Fault(
            "a letter would have left otherwise than it was asked about, or mail.sender was changed meanwhile",
            "sudo systemctl restart jarvisd-executor",
            EX_SOFTWARE,
        ),
        ErrorCode.MAIL_PASSWORD_EXPOSED: Fault(
            "others than root can read the file with the mail password",
            "sudo chmod 600 /etc/jarvisd/mail-password",
            EX_NOPERM,
        ),
        ErrorCode.WEB_UNREACHABLE: Fault(
            "the web site cannot be reached or cannot prove who it is",
            "jarvisctl status",
            EX_UNAVAILABLE,
        ),
        ErrorCode.WEB_UNREADABLE: Fault(
            "the web site answered with an error or with something that is no text",
            "jarvisctl status",
            EX_DATAERR,
        ),
        ErrorCode.DISK_FULL: Fault("there is no space left to write", "df -h", EX_CANTCREAT),
        ErrorCode.RAM_FULL: Fault(
            "the machine's working memory is almost full", "ps -eo rss,comm --sort=-rss", EX_TEMPFAIL
        ),
        ErrorCode.PROCESSOR_BUSY: Fault(
            "other programs keep the processor busy", "ps -eo pcpu,comm --sort=-pcpu", EX_TEMPFAIL
        ),
        ErrorCode.AUDIT_UNWRITABLE: Fault(
            "the audit log or the undo journal cannot be written, so nothing may be changed",
            "df -h /var/log/jarvisd /var/lib/jarvisd",
            EX_CANTCREAT,
        ),
        ErrorCode.AUDIT_BROKEN: Fault(
            "the audit log was altered, cut off or rolled back",
            "sudo jarvisctl audit verify",
            EX_DATAERR,
        ),
        ErrorCode.FORMAT_NEWER: Fault(
            "what is kept was written by a newer version, so it is left as it is and not used",
            "sudo apt install --only-upgrade jarvisd",
            EX_DATAERR,
        ),
        ErrorCode.STATE_DAMAGED: Fault(
            "a part of what is kept cannot be read, and was set aside as it is",
            "journalctl -u 'jarvisd-*' --grep 'set aside'",
            EX_DATAERR,
        ),
        ErrorCode.UNDO_CONFLICT: Fault(
            "the target has changed since, so undoing would lose that change",
            "jarvisctl status",
            EX_DATAERR,
        ),
        ErrorCode.TOOL_FAILED: Fault("a step could not be carried out", "jarvisctl status", EX_IOERR),
        ErrorCode.INTERNAL: Fault(
            "a fault in jarvisd itself",
            "journalctl -u 'jarvisd-*' --since -10min",
            EX_SOFTWARE,
        ),
    }
)
