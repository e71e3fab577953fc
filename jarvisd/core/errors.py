"""The error tree and its stable codes; the cause and remedy of each is in :mod:`jarvisd.core.error_texts`.

::

    JarvisError                 anything that can be reported to a person
    ├── ConfigError             the configuration is wrong; carries the dotted path of the key
    ├── RequestError            the caller asked for something that cannot be; asking again will not help
    ├── NotPermitted            the caller may not do this
    ├── Unavailable             a part is missing or down for now; asking later may help
    ├── EngineError             a part broke while working
    └── InternalError           a fault of ours; an incident id leads to the journal

Raising never logs. An error is logged once, at the boundary that answers for it.
"""

from __future__ import annotations

from enum import Enum


class ErrorCode(str, Enum):
    """Stable names: part of the D-Bus contract (``org.jarvisd.Error.<value>``) and of ``docs/operations.md``."""

    CONFIG_INVALID = "ConfigInvalid"
    CONFIG_CHANGED = "ConfigChanged"
    INVALID_REQUEST = "InvalidRequest"
    REQUEST_TOO_LONG = "RequestTooLong"
    NOT_FOUND = "NotFound"
    BUSY = "Busy"
    TOO_MANY_CALLS = "TooManyCalls"
    REFUSED = "Refused"
    PATH_REFUSED = "PathRefused"
    NOT_PERMITTED = "NotPermitted"
    CANCELLED = "Cancelled"
    TIMEOUT = "Timeout"
    NOT_STOPPED = "NotStopped"
    UNIT_DOWN = "UnitDown"
    BUS_GONE = "BusGone"
    NAME_TAKEN = "NameTaken"
    MODEL_MISSING = "ModelMissing"
    MODEL_CORRUPT = "ModelCorrupt"
    MODEL_FETCH_FAILED = "ModelFetchFailed"
    WAKE_WORD_UNUSABLE = "WakeWordUnusable"
    LICENCE_NOT_ACCEPTED = "LicenceNotAccepted"
    MICROPHONE_GONE = "MicrophoneGone"
    MICROPHONE_BUSY = "MicrophoneBusy"
    MICROPHONE_SILENT = "MicrophoneSilent"
    MICROPHONE_CLIPPED = "MicrophoneClipped"
    BUTTON_GONE = "ButtonGone"
    ECHO_GONE = "EchoGone"
    MUTED = "Muted"
    NOT_KEPT = "NotKept"
    SPEAKER_GONE = "SpeakerGone"
    SOUND_STUCK = "SoundStuck"
    AUDIO_UNREADABLE = "AudioUnreadable"
    AUDIO_TOO_LONG = "AudioTooLong"
    NOTHING_HEARD = "NothingHeard"
    NOT_UNDERSTOOD = "NotUnderstood"
    TRANSCRIBER_GONE = "TranscriberGone"
    TRANSCRIBER_SLOW = "TranscriberSlow"
    LLM_GONE = "LlmGone"
    LLM_KEY_UNUSABLE = "LlmKeyUnusable"
    LLM_LOADING = "LlmLoading"
    CONTEXT_TOO_SMALL = "ContextTooSmall"
    PLAN_UNREADABLE = "PlanUnreadable"
    SENTENCES_INVALID = "SentencesInvalid"
    MEMORY_GONE = "MemoryGone"
    SANDBOX_GONE = "SandboxGone"
    COURIER_GONE = "CourierGone"
    MAIL_NOT_CONFIGURED = "MailNotConfigured"
    MAIL_UNREACHABLE = "MailUnreachable"
    MAIL_UNTRUSTED = "MailUntrusted"
    MAIL_MISCONFIGURED = "MailMisconfigured"
    MAIL_LOGIN_FAILED = "MailLoginFailed"
    MAIL_REJECTED = "MailRejected"
    MAIL_UNSURE = "MailUnsure"
    MAIL_ALTERED = "MailAltered"
    MAIL_PASSWORD_EXPOSED = "MailPasswordExposed"  # noqa: S105 - a code
    WEB_UNREACHABLE = "WebUnreachable"
    WEB_UNREADABLE = "WebUnreadable"
    POLICY_BROKEN = "PolicyBroken"
    DISK_FULL = "DiskFull"
    RAM_FULL = "RamFull"
    PROCESSOR_BUSY = "ProcessorBusy"
    AUDIT_UNWRITABLE = "AuditUnwritable"
    AUDIT_BROKEN = "AuditBroken"
    FORMAT_NEWER = "FormatNewer"
    STATE_DAMAGED = "StateDamaged"
    UNDO_CONFLICT = "UndoConflict"
    TOOL_FAILED = "ToolFailed"
    INTERNAL = "Internal"

    def __str__(self) -> str:
        return self.value

    @classmethod
    def named(cls, name: str) -> ErrorCode:
        """The code of that name; a name that nobody knows is a fault of ours."""
        try:
            return cls(name)
        except ValueError:
            return cls.INTERNAL


class JarvisError(Exception):
    """An error with a stable code, a message for the operator and details as plain strings."""

    default_code = ErrorCode.INTERNAL

    def __init__(self, message: str, *, code: ErrorCode | None = None, **details: str) -> None:
        super().__init__(message)
        self.message = message
        self.code = code if code is not None else self.default_code
        self.details = details


class ConfigError(JarvisError):
    """The configuration cannot be used; ``problems`` lists every mistake with its dotted path."""

    default_code = ErrorCode.CONFIG_INVALID

    def __init__(self, problems: list[str]) -> None:
        super().__init__("; ".join(problems))
        self.problems = problems


class RequestError(JarvisError):
    """The request cannot be carried out as it stands."""

    default_code = ErrorCode.INVALID_REQUEST


class NotPermitted(JarvisError):
    """The caller may not do this."""

    default_code = ErrorCode.NOT_PERMITTED


class Unavailable(JarvisError):
    """A part that is needed is not there for now."""

    default_code = ErrorCode.UNIT_DOWN


class EngineError(JarvisError):
    """A model, device, container or store broke while working."""

    default_code = ErrorCode.TOOL_FAILED


class InternalError(JarvisError):
    """A fault of ours."""

    default_code = ErrorCode.INTERNAL
