"""Who may call what: one table for both walls, the bus policy and the units' own checks.

A method that is not in here fails the tests, so that nobody forgets to decide who may call it.
"""

from __future__ import annotations

MEMBER, OUTSIDER, ADMIN = "member", "outsider", "root"
AUDIO, BRAIN, EXECUTOR, TTS, SANDBOX = (
    "jarvisd-audio",
    "jarvisd-brain",
    "jarvisd-executor",
    "jarvisd-tts",
    "jarvisd-sandbox",
)
BRAIN_AGAIN = "second process of the brain's user"
CALLERS = (OUTSIDER, MEMBER, ADMIN, AUDIO, BRAIN, EXECUTOR, TTS, SANDBOX)
PEOPLE = {MEMBER, ADMIN}

POLICY: dict[str, dict[str, set[str]]] = {
    "audio": {
        "CheckHealth": PEOPLE,
        "Listen": PEOPLE,
        "Cancel": PEOPLE | {BRAIN},
        "SetMuted": PEOPLE | {BRAIN},
        "MuteFor": PEOPLE | {BRAIN},
        "ReserveAnswer": {ADMIN, EXECUTOR},
        "ListenForAnswer": {ADMIN, EXECUTOR},
        "ReleaseAnswer": {ADMIN, EXECUTOR},
        "Hear": PEOPLE,
        "HearPlaying": PEOPLE,
        "TakePlayed": {ADMIN, TTS},
        "ForgetSounds": PEOPLE,
    },
    "brain": {
        "CheckHealth": PEOPLE,
        "Ask": PEOPLE,
        "Cancel": PEOPLE,
        "Report": PEOPLE,
        "AssessRisk": {ADMIN, EXECUTOR},
        "Remember": {ADMIN, EXECUTOR},
        "Recall": {ADMIN, EXECUTOR},
        "Contacts": {ADMIN, EXECUTOR},
        "ListMemories": {ADMIN},
        "Forget": {ADMIN, EXECUTOR},
        "ForgetEverything": PEOPLE,
    },
    "executor": {
        "CheckHealth": PEOPLE,
        "Submit": {ADMIN, BRAIN},
        "Result": PEOPLE | {BRAIN},
        "Check": PEOPLE | {BRAIN},
        "Begin": {ADMIN, BRAIN},
        "Clarify": {ADMIN, BRAIN},
        "JudgeAnswer": PEOPLE,
        "RedTeam": PEOPLE,
        "ReadQuestion": PEOPLE,
        "Confirm": PEOPLE,
        "Deny": PEOPLE,
        "Answer": PEOPLE,
        "Cancel": PEOPLE | {BRAIN},
        "Undo": PEOPLE | {BRAIN},
        "ListTimers": PEOPLE,
        "SnoozeTimer": PEOPLE,
        "ListTools": PEOPLE | {BRAIN},
        "DescribeTools": PEOPLE,
    },
    "tts": {
        "CheckHealth": PEOPLE,
        "Say": PEOPLE | {BRAIN, EXECUTOR},
        "Question": {ADMIN, EXECUTOR},
        "Release": {ADMIN, EXECUTOR},
        "Ring": {ADMIN, EXECUTOR},
        "StopRinging": {ADMIN, EXECUTOR},
        "Stop": PEOPLE | {BRAIN},
        "Hush": PEOPLE | {BRAIN},
        "Skip": PEOPLE | {BRAIN},
        "Drop": PEOPLE,
        "SetVolume": PEOPLE | {BRAIN},
        "ChangeVolume": PEOPLE | {BRAIN},
        "ChangeSpeed": PEOPLE | {BRAIN},
        "GoOn": PEOPLE | {BRAIN},
        "Render": PEOPLE,
    },
}
"""Unit and method to who gets past the bus. Root gets past it everywhere; some methods refuse root themselves."""

EVERYBODY = {*CALLERS, BRAIN_AGAIN}
NOT_BRAIN = EVERYBODY - {BRAIN, BRAIN_AGAIN}
UNITS: dict[str, dict[str, set[str]]] = {
    "audio": {
        "CheckHealth": EVERYBODY,
        "Listen": EVERYBODY,
        "Cancel": EVERYBODY,
        "SetMuted": EVERYBODY,
        "MuteFor": EVERYBODY,
        "ReserveAnswer": {EXECUTOR},
        "ListenForAnswer": {EXECUTOR},
        "ReleaseAnswer": {EXECUTOR},
        "Hear": EVERYBODY,
        "HearPlaying": EVERYBODY,
        "TakePlayed": {TTS},
        "ForgetSounds": {ADMIN},
    },
    "brain": {
        "CheckHealth": EVERYBODY,
        "Ask": EVERYBODY,
        "Cancel": EVERYBODY,
        "Report": EVERYBODY,
        "AssessRisk": {EXECUTOR},
        "Remember": {EXECUTOR, ADMIN},
        "Recall": {EXECUTOR, ADMIN},
        "Contacts": {EXECUTOR, ADMIN},
        "ListMemories": {ADMIN},
        "Forget": {EXECUTOR, ADMIN},
        "ForgetEverything": {ADMIN},
    },
    "executor": {
        "CheckHealth": EVERYBODY,
        "Submit": {BRAIN, ADMIN},
        "Result": EVERYBODY,
        "Check": EVERYBODY,
        "Begin": {BRAIN},
        "Clarify": {BRAIN},
        "JudgeAnswer": EVERYBODY,
        "RedTeam": {ADMIN},
        "ReadQuestion": NOT_BRAIN,
        "Confirm": NOT_BRAIN,
        "Deny": NOT_BRAIN,
        "Answer": NOT_BRAIN,
        "Cancel": EVERYBODY,
        "Undo": EVERYBODY,
        "ListTimers": EVERYBODY,
        "SnoozeTimer": EVERYBODY,
        "ListTools": EVERYBODY,
        "DescribeTools": EVERYBODY,
    },
    "tts": {
        "CheckHealth": EVERYBODY,
        "Say": EVERYBODY,
        "Question": {EXECUTOR},
        "Release": {EXECUTOR},
        "Ring": {EXECUTOR},
        "StopRinging": {EXECUTOR},
        "Stop": EVERYBODY,
        "Hush": EVERYBODY,
        "Skip": EVERYBODY,
        "Drop": EVERYBODY,
        "SetVolume": EVERYBODY,
        "ChangeVolume": EVERYBODY,
        "ChangeSpeed": EVERYBODY,
        "GoOn": EVERYBODY,
        "Render": EVERYBODY,
    },
}
"""Unit and method to whom the unit itself admits, if the bus let everything through and there is no polkit."""
