"""The configuration as frozen values: every key, its default, its bounds and a line of documentation.

The reference file ``config/jarvisd.toml`` is rendered from this module, and the loader checks files against it,
so a key exists in exactly one place. Units are in the names.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from jarvisd.config.button import ButtonSettings
from jarvisd.config.conversation import Echo, FollowUp
from jarvisd.config.keys import Rule, choice, key
from jarvisd.config.machine import MachineSettings
from jarvisd.config.voice import Earcons, Tts
from jarvisd.config.wake import OtherWakeWord, Wake


@dataclass(frozen=True, slots=True)
class General:
    """Logging."""

    log_level: str = choice("info", "How much the journal gets.", "debug", "info", "warning", "error", live=True)
    log_content: bool = key(False, "Whether spoken words and results may appear in audit, traces and debug logs.")


@dataclass(frozen=True, slots=True)
class Paths:
    """Where state lives."""

    state_dir: Path = key(Path("/var/lib/jarvisd"), "State of the units, one folder each.")
    cache_dir: Path = key(Path("/var/cache/jarvisd"), "What can be made again.")
    models_dir: Path = key(Path("/var/cache/jarvisd/models"), "Models, as fetched by 'jarvisctl models fetch'.")
    log_dir: Path = key(Path("/var/log/jarvisd"), "The audit log and the traces.")


@dataclass(frozen=True, slots=True)
class Bus:
    """What callers on the message bus may ask for; root and the units themselves are not limited."""

    calls_per_s: float = key(
        50.0, "Calls a second of one connection, four times of one user; 0 is no limit.", low=0, high=10_000
    )
    burst: int = key(
        200, "Calls of one connection at once after a rest; one counts for each 4 kB.", low=1, high=100_000
    )


@dataclass(frozen=True, slots=True)
class Audio:
    """The microphone."""

    microphone: str = choice("alsa", "Where sound comes from.", "alsa", "file", engine=True)
    device: str = key("default", "ALSA name of the microphone.")
    file_path: Path = key(
        Path("/run/jarvisd/microphone"), "The pipe that the file microphone reads: raw 16 kHz 16-bit mono."
    )
    dead_after_s: float = key(30.0, "Seconds of zeros that mean a dead microphone; 0: never.", low=0, high=86_400)
    muted: bool = key(
        False, "Whether the microphone is muted until somebody unmutes or mutes it for the first time."
    )
    hear_max_s: float = key(180.0, "Longest recording that 'jarvisctl hear' takes.", low=1, high=3600)


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where speech begins and ends."""

    vad_mode: int = key(3, "How sure the voice detector must be (0 sensitive to 3 strict).", low=0, high=3)
    preroll_ms: int = key(500, "Sound kept from before the start.", low=0, high=3000, live=True)
    silence_ms: int = key(
        1500, "Silence that ends an utterance, unless turn_* say otherwise.", low=200, high=5000, live=True
    )
    answer_silence_ms: int = key(800, "Silence that ends a yes or no.", low=200, high=5000, live=True)
    lead_silence_ms: int = key(
        5000, "How long to wait for speech after the wake word.", low=500, high=30_000, live=True
    )
    speculate_after_ms: int = key(
        200,
        "Silence after which the turn model is asked, and transcription and planning begin early.",
        low=100,
        high=5000,
        live=True,
    )
    turn_engine: str = choice(
        "smart-turn",
        "What tells by its sound whether a request is finished; with 'none' silence_ms ends it.",
        "smart-turn",
        "none",
        engine=True,
    )
    turn_model: str = key("smart-turn-v3.2", "Its model.")
    turn_threshold: float = key(
        0.97, "Likelihood from which a request surely sounds finished.", low=0, high=1, live=True
    )
    turn_likely: float = key(0.5, "Likelihood from which it may.", low=0, high=1, live=True)
    turn_sure_ms: int = key(600, "Silence that ends what surely is finished.", low=200, high=5000, live=True)
    turn_likely_ms: int = key(1100, "Silence that ends what may be.", low=200, high=5000, live=True)
    turn_open_ms: int = key(
        2500, "Silence that ends what wants more words: 'and', 'to the'.", low=200, high=10_000, live=True
    )
    min_speech_ms: int = key(200, "Shorter sounds are no speech.", low=20, high=2000, live=True)
    max_utterance_s: float = key(30.0, "Longest utterance.", low=2, high=120, live=True)


@dataclass(frozen=True, slots=True)
class Stt:
    """Speech to text."""

    engine: str = choice("whisper", "What transcribes.", "whisper", engine=True)
    model: str = key("whisper-base", "Model of the transcriber.")
    small_model: str = key(
        "whisper-tiny.en", "Model that stands in while that is too slow or memory is short; empty for none."
    )
    language: str = key("en", "Language that is spoken.")
    beam_size: int = key(5, "Width of the search.", low=1, high=10)
    threads: int = key(2, "Processor threads.", low=1, high=64)
    deadline_s: float = key(60.0, "A transcription that takes longer is stuck.", low=1, high=600, live=True)
    min_confidence: float = key(0.3, "Below this a transcript counts as not understood.", low=0, high=1, live=True)


@dataclass(frozen=True, slots=True)
class Brain:
    """The turn."""

    turn_deadline_s: float = key(300.0, "Longest turn, questions included.", low=10, high=3600, live=True)
    general_knowledge: str = choice(
        "believed",
        "Whether what the model knows of the world is said, with 'I believe'.",
        "believed",
        "declined",
        live=True,
    )
    recall_count: int = key(4, "How many memories are looked up for an utterance.", low=0, high=20, live=True)
    history_turns: int = key(50, "How many finished turns can still be reported.", low=1, high=1000, live=True)
    sentences: bool = key(True, "Requests that fit a sentence template need no language model.", live=True)
    sentences_dir: Path = key(Path("/etc/jarvisd/sentences.d"), "Folder of further sentence templates.")


@dataclass(frozen=True, slots=True)
class Llm:
    """The language model that plans."""

    backend: str = choice(
        "auto",
        "'auto' takes Ollama when it answers and has the model, 'openai' any server with that interface.",
        "auto",
        "ollama",
        "embedded",
        "openai",
        engine=True,
    )
    model: str = key("qwen2.5-coder-1.5b", "Model of the embedded backend.")
    ollama_host: str = key("http://127.0.0.1:11434", "Address of the Ollama server.")
    ollama_model: str = key("llama3.1:8b", "Model that Ollama serves.")
    openai_url: str = key("http://127.0.0.1:8080", "Address of an OpenAI-compatible server.")
    openai_model: str = key("", "Model that it serves; empty for its first.")
    openai_key_file: str = key("", "File with its key, readable for jarvisd-brain alone; empty for none.")
    context_tokens: int = key(8192, "Size of the context.", low=1024, high=131_072)
    threads: int = key(2, "Processor threads of the embedded backend.", low=1, high=64)
    max_tokens: int = key(320, "Longest answer.", low=32, high=4096, live=True)
    deadline_s: float = key(90.0, "Longest wait for one answer.", low=1, high=600, live=True)
    lean_answers: bool = key(
        False, "Embedded: plans in fewer words, a quarter less work and a few more mistakes (ADR 16)."
    )
    keep_alive_s: int = key(1800, "How long Ollama keeps the model loaded.", low=0, high=86_400)


@dataclass(frozen=True, slots=True)
class MemorySettings:
    """What is remembered."""

    store: str = choice("chroma", "Where memories are kept.", "chroma", engine=True)
    embedder: str = choice("minilm", "What turns text into vectors.", "minilm", engine=True)
    model: str = key("minilm-l6-v2", "Model of the embedder.")
    max_distance: float = key(
        0.75, "Cosine distance beyond which a memory is not relevant.", low=0.05, high=2, live=True
    )
    outcome_keep_days: float = key(
        90.0, "Age at which what became of a request is forgotten.", low=1, high=3650, live=True
    )


@dataclass(frozen=True, slots=True)
class Executor:
    """The hands."""

    step_deadline_s: float = key(60.0, "Longest step, questions not counted.", low=1, high=3600, live=True)
    output_limit_bytes: int = key(
        20_000, "Most output of a step that is kept.", low=1000, high=1_000_000, live=True
    )
    temp_old_after_days: float = key(7.0, "Age from which a temporary file is old.", low=0, high=3650, live=True)
    undo_keep_days: float = key(30.0, "Age at which a step can no longer be undone.", low=1, high=3650)
    undo_keep_mb: int = key(10_000, "Size of what is kept for undoing beyond which the oldest goes.", low=10)
    audit_keep_days: float = key(365.0, "Age at which files of the audit log are removed.", low=1, high=36_500)
    audit_keep_mb: int = key(256, "Size of the audit log beyond which its oldest files are removed.", low=32)
    redteam_dir: Path = key(Path("/etc/jarvisd/redteam.d"), "Folder of further cases for the self-test.")
    disk_percent: float = key(95.0, "Fullness of a disk at which safe mode begins.", low=50, high=100, live=True)
    plugins: tuple[str, ...] = key(
        (),
        "More tools: 'package.module', '/path/file.py' or 'entry-point:NAME', each with ':NAME' if need be.",
        live=True,
    )


@dataclass(frozen=True, slots=True)
class ConsentSettings:
    """Asking before acting."""

    window_s: float = key(15.0, "How long to listen for an answer.", low=2, high=60, live=True)
    question_limit_s: float = key(
        60.0, "Longest time that a question may take to speak.", low=5, high=300, live=True
    )
    remote_window_s: float = key(
        60.0, "How long a question asked over D-Bus stays open.", low=5, high=600, live=True
    )
    okay_is_yes: bool = key(False, "Whether a plain okay agrees to a question.", live=True)
    short_yes_is_yes: bool = key(
        True,
        "Whether a short word alone (yes, sure) agrees to a spoken question; else more words are asked for.",
        live=True,
    )
    challenge: str = choice(
        "off",
        "Which spoken questions ask for digits even where nobody else is heard.",
        "off",
        "irreversible",
        "always",
    )


@dataclass(frozen=True, slots=True)
class SandboxSettings:
    """Where code runs."""

    engine: str = choice("podman", "What runs code.", "podman", engine=True)
    socket: str = key("unix:///run/jarvisd/sandbox.sock", "Address of the Podman service.")
    image: str = key("localhost/jarvisd-sandbox:1", "Image of the container; never pulled.")
    memory_mb: int = key(256, "Memory of a run.", low=32, high=65_536)
    cpus: float = key(1.0, "Processors of a run.", low=0.1, high=64)
    pids: int = key(64, "Processes and threads of a run.", low=4, high=4096)
    timeout_s: float = key(30.0, "Longest run.", low=1, high=600)
    output_limit_bytes: int = key(20_000, "Most output of a run that is kept.", low=1000, high=1_000_000)
    disk_mb: int = key(64, "Most that a run may write in a workspace before it is applied.", low=1, high=4096)
    pool: int = key(1, "Containers kept ready for each kind of run; 0 for none.", low=0, high=8)
    pool_memory_mb: int = key(64, "Memory of all containers that are kept ready.", low=0, high=4096)


@dataclass(frozen=True, slots=True)
class CourierSettings:
    """The process that delivers letters and fetches pages."""

    engine: str = choice("socket", "What runs errands outside of this machine.", "socket", engine=True)
    socket: str = key("unix:///run/jarvisd/courier.sock", "Where it is reached.")


@dataclass(frozen=True, slots=True)
class Mail:
    """The mail server; its password is in /etc/jarvisd/mail-password."""

    host: str = key("", "Name of the server; empty: no e-mail.")
    port: int = key(587, "Its port: 587 with starttls, 465 with tls.", low=1, high=65_535)
    security: str = choice(
        "starttls", "How the connection is encrypted; plain is for this machine only.", "starttls", "tls", "plain"
    )
    user: str = key("", "Name for the login; empty: none.")
    sender: str = key("", "Address that letters come from.")
    ca_file: str = key("", "Certificates to trust instead of the machine's.")
    deadline_s: float = key(30.0, "Longest delivery.", low=1, high=300)


@dataclass(frozen=True, slots=True)
class Web:
    """Pages that may be fetched."""

    allow_hosts: str = key("", "Hosts such as 'example.org, *.example.net'; empty: none.")
    allow_networks: str = key("", "Networks that are not public and still allowed, such as '192.168.1.0/24'.")
    ca_file: str = key("", "Certificates to trust instead of the machine's.")
    deadline_s: float = key(20.0, "Longest fetch.", low=1, high=300)
    max_bytes: int = key(500_000, "Most of a page that is read.", low=1000, high=10_000_000)


@dataclass(frozen=True, slots=True)
class Calendar:
    """Appointments, as files in iCalendar form."""

    folders: tuple[str, ...] = key(
        (), "Folders of workspaces with .ics files, such as 'documents/calendar'; new ones go to the first."
    )


@dataclass(frozen=True, slots=True)
class Weather:
    """A source of the weather that answers JSON; what leads to a field is a JSON pointer, '*' for each day."""

    url: str = key("", "Its https address, with {latitude}, {longitude} and {place} to fill in; empty: none.")
    place: str = key("", "What the place is called.")
    latitude: float = key(0.0, "Of the place, in degrees.", low=-90, high=90)
    longitude: float = key(0.0, "Of the place, in degrees.", low=-180, high=180)
    unit: str = choice("celsius", "Degrees in which the source answers.", "celsius", "fahrenheit")
    now_temperature: str = key("/current/temperature_2m", "The temperature now.")
    now_condition: str = key("/current/weather_code", "The sky now: a code of the WMO, or words.")
    days: str = key("/daily/time", "The dates of the forecast.")
    day_high: str = key("/daily/temperature_2m_max", "The highest temperature of each.")
    day_low: str = key("/daily/temperature_2m_min", "The lowest temperature of each.")
    day_rain_percent: str = key("/daily/precipitation_probability_max", "The chance of rain of each.")
    day_condition: str = key("/daily/weather_code", "The sky of each.")


@dataclass(frozen=True, slots=True)
class Cores:
    """Which processor cores the units run on; read at boot by the generator (B5)."""

    pin: bool = key(True, "Whether each unit keeps to cores of its own.")
    audio: str = key("", "Cores such as '0-1' or '0,2'; empty lets the machine decide.")
    brain: str = key("", "Likewise.")
    executor: str = key("", "Likewise.")
    tts: str = key("", "Likewise.")


@dataclass(frozen=True, slots=True)
class Workspace:
    """A folder that the assistant may see (decision 18)."""

    name: str = key("documents", "Name by which it is spoken of.")
    path: Path = key(Path("/srv/jarvisd/documents"), "The folder.")
    kind: str = choice("documents", "'temp' marks the one that holds temporary files.", "documents", "temp")
    read_only: bool = key(False, "Whether nothing in it may change.")


DEFAULT_WORKSPACES = (
    Workspace(name="documents", path=Path("/srv/jarvisd/documents")),
    Workspace(name="tmp", path=Path("/srv/jarvisd/tmp"), kind="temp"),
)


@dataclass(frozen=True, slots=True)
class Config:
    """The whole configuration, complete and checked."""

    general: General = General()
    paths: Paths = Paths()
    bus: Bus = Bus()
    audio: Audio = Audio()
    button: ButtonSettings = ButtonSettings()
    wake: Wake = Wake()
    endpoint: Endpoint = Endpoint()
    echo: Echo = Echo()
    stt: Stt = Stt()
    brain: Brain = Brain()
    llm: Llm = Llm()
    memory: MemorySettings = MemorySettings()
    executor: Executor = Executor()
    machine: MachineSettings = MachineSettings()
    consent: ConsentSettings = ConsentSettings()
    follow_up: FollowUp = FollowUp()
    sandbox: SandboxSettings = SandboxSettings()
    courier: CourierSettings = CourierSettings()
    mail: Mail = Mail()
    web: Web = Web()
    calendar: Calendar = Calendar()
    weather: Weather = Weather()
    tts: Tts = Tts()
    earcons: Earcons = Earcons()
    cores: Cores = Cores()
    wake_words: tuple[OtherWakeWord, ...] = ()
    workspaces: tuple[Workspace, ...] = DEFAULT_WORKSPACES


LISTS: Mapping[str, tuple[type[Any], tuple[str, ...]]] = {
    "wake_words": (OtherWakeWord, ("phrase", "model")),
    "workspaces": (Workspace, ("name", "path")),
}
"""Name of a list of tables to what each is, and the keys that each must have. A later file replaces the list."""


def sections() -> Mapping[str, type[Any]]:
    """Section name to its dataclass, in the order of the reference file; lists are apart."""
    return {f.name: type(f.default) for f in fields(Config) if f.name not in LISTS}


def rule_of(section: type[Any], name: str) -> Rule:
    """The rule of a key."""
    for item in fields(section):
        if item.name == name:
            rule: Rule = item.metadata["rule"]
            return rule
    raise KeyError(name)
