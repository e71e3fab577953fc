"""``jarvisctl setup``: from a package to an assistant that listens. Run again, it adds what is missing."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from jarvisd.cli import models
from jarvisd.cli.options import add_accept_licence, add_config
from jarvisd.config.loader import load
from jarvisd.config.schema import Config
from jarvisd.config.wake import Wake
from jarvisd.core.errors import ConfigError, EngineError, NotPermitted, RequestError
from jarvisd.linux.durable import replace_file
from jarvisd.models.archive import ModelArchive
from jarvisd.models.manifest import Purpose
from jarvisd.models.store import ModelStore, load_manifest

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

PROFILES: Mapping[str, str] = {
    "tiny": '[llm]\nmodel = "qwen2.5-coder-0.5b"\n',
    "default": '[llm]\nmodel = "qwen2.5-coder-1.5b"\n',
    "large": '[llm]\nbackend = "ollama"\n',
}
"""Profile to what it sets; README.md says what to expect of each."""

PROFILE_FILE = Path("conf.d") / "10-profile.toml"
PROFILE_HEADER = "# Written by 'jarvisctl setup --profile {profile}'. Files with later names win.\n"
WAKE_FILE = Path("conf.d") / "11-wake.toml"
"""Written where the licence of the wake word's model is not accepted, so that it is asked about once."""
WAKE_TEXT = """\
# Written by 'jarvisctl setup', since the licence of the model {model} was not accepted. It goes with
# 'jarvisctl setup --accept-licence {model}'.
[wake]
engine = "micro"
"""
SMALL_MACHINE_BYTES = 3 << 30
"""With less memory than this a machine gets the small language model, unless a profile is chosen."""

MICRO_RECALL = (
    "Of 78 calls in three clear synthetic voices it found 78, like openWakeWord; of 66 in eleven harder\n"
    "ones 23 to 39, where openWakeWord found 47 to 55."
)
"""Measured without verification, at a score of 0.5 and openWakeWord's at 0.3."""
ANSWERS: Mapping[str, type] = {"accept_licence": list, "models": str, "profile": str, "workspace": list}
RESTART_DEADLINE_S = 120.0
"""Chosen: units are up before their models are loaded."""


def add_parser(subparsers: Any) -> None:
    """Add ``setup``."""
    parser = subparsers.add_parser("setup", help="make a fresh installation ready, or mend one (as root)")
    add_accept_licence(parser)
    parser.add_argument("--models", metavar="TAR", type=Path, help="take models from a file of 'models export'")
    parser.add_argument(
        "--profile", choices=sorted(PROFILES), help="size of the language model; large needs Ollama"
    )
    parser.add_argument(
        "--workspace", metavar="PATH", action="append", default=[], help="a folder to work in; may be repeated"
    )
    parser.add_argument("--answers", metavar="FILE", type=Path, help="TOML file with the above; options win")
    add_config(parser)
    parser.add_argument(
        "--test-sound", action="store_true", help="play a tone, and set the microphone that hears it"
    )
    parser.add_argument("--no-start", action="store_true", help="do not start or restart the units")


def run(args: argparse.Namespace, jarvisctl: Callable[[list[str]], int]) -> int:
    """Carry out every step; the exit code. ``jarvisctl`` runs another command of it.

    NotPermitted unless root may write the settings, ConfigError for a mistake in settings or answers, and whatever
    fetching models raises.
    """
    if args.answers is not None:
        _fill_in(args, read_answers(args.answers))
    # Models and settings are for the units, who are other users.
    os.umask(0o022)
    changed = _choose_profile(args.config, args.profile)
    changed = _choose_wake_engine(args) or changed
    config = load(args.config, may_be_missing=True)
    changed = _bring_models(config, args) or changed
    if config.tts.engine == "piper":
        print(voices_text(config.tts.model))
    for workspace in args.workspace:
        changed = _add_workspace(config, workspace, jarvisctl) or changed
    if args.test_sound:
        changed = _find_microphone(args, jarvisctl) or changed
    if not args.no_start:
        _start(restart=changed)
    _say_who_may_talk()
    return 0


def read_answers(path: Path) -> dict[str, Any]:
    """What a file of answers says; ConfigError names every mistake."""
    try:
        answers: dict[str, Any] = tomllib.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise ConfigError([f"{path}: {error}"]) from error
    problems = [
        f"{path}: {name}: unknown, known are {', '.join(ANSWERS)}" for name in answers if name not in ANSWERS
    ]
    for name, kind in ANSWERS.items():
        value = answers.get(name, kind())
        texts = value if isinstance(value, list) else [value]
        if not isinstance(value, kind) or not all(isinstance(text, str) for text in texts):
            problems.append(f"{path}: {name}: must be {'a list of texts' if kind is list else 'a text'}")
    if answers.get("profile", "default") not in PROFILES:
        problems.append(f"{path}: profile: none of {', '.join(PROFILES)}")
    if problems:
        raise ConfigError(problems)
    return answers


def profile_for(memory_bytes: int) -> str:
    """The profile that a machine with this much memory can run by itself."""
    return "tiny" if memory_bytes < SMALL_MACHINE_BYTES else "default"


def needed_models(config: Config) -> list[str]:
    """The models that the configured engines of this package need."""
    needed = {
        config.wake.model: config.wake.engine == "openwakeword"
        or any(word.model.suffix == ".onnx" for word in config.wake_words),
        config.wake.micro_model: _needs_micro(config.wake),
        config.endpoint.turn_model: config.endpoint.turn_engine == "smart-turn",
        config.stt.model: config.stt.engine == "whisper",
        config.stt.small_model: config.stt.engine == "whisper" and bool(config.stt.small_model),
        config.memory.model: config.memory.embedder == "minilm",
        config.tts.model: config.tts.engine == "piper",
        config.llm.model: config.llm.backend in ("auto", "embedded"),
    }
    return [model for model, is_needed in needed.items() if is_needed]


def _needs_micro(wake: Wake) -> bool:
    """Whether the free model of the wake word is needed: to listen, or to be asked."""
    is_used = wake.engine == "micro" or (wake.engine == "openwakeword" and wake.second_opinion)
    return is_used and not Path(wake.micro_model).is_absolute()


def voices_text(chosen: str) -> str:
    """Which voice speaks, and which others there are."""
    voices = [model for model in load_manifest().models if model.purpose is Purpose.TTS and model.id != chosen]
    others = ", ".join(f"{model.id} ({model.licence})" for model in voices)
    return f"voice: {chosen}; others, by 'jarvisctl models fetch ID' and tts.model: {others}"


def _fill_in(args: argparse.Namespace, answers: Mapping[str, Any]) -> None:
    args.accept_licence = args.accept_licence or answers.get("accept_licence", [])
    args.workspace = args.workspace or answers.get("workspace", [])
    args.profile = args.profile or answers.get("profile")
    if args.models is None and answers.get("models"):
        args.models = Path(answers["models"])


def _choose_profile(main_file: Path, profile: str | None) -> bool:
    """Write the profile's settings; without a choice only on the first run. Whether anything changed."""
    path = main_file.parent / PROFILE_FILE
    if profile is None:
        if path.exists():
            return False
        profile = profile_for(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"))
    text = PROFILE_HEADER.format(profile=profile) + PROFILES[profile]
    if path.exists() and path.read_text("utf-8") == text:
        return False
    _write(path, text)
    print(f"profile {profile}: {path}")
    return True


def wake_text(model_id: str) -> str:
    """What listens without the licence of the wake word's model, and how well."""
    return (
        f"the licence of {model_id} is not accepted, so the engine micro (Apache-2.0) listens for the wake word,\n"
        f"with each call checked by the transcriber. {MICRO_RECALL}\n"
        "'jarvisctl listen' takes a request without it. "
        f"Another time: sudo jarvisctl setup --accept-licence {model_id}"
    )


def _choose_wake_engine(args: argparse.Namespace) -> bool:
    """Ask once about the licence of the wake word; a no chooses the free engine. Whether that changed."""
    path = args.config.parent / WAKE_FILE
    if path.exists():
        wanted = load(args.config, may_be_missing=True).wake.model
        if wanted not in args.accept_licence:
            return False
        path.unlink()
        return True
    config = load(args.config, may_be_missing=True)
    store = ModelStore(config.paths.models_dir, load_manifest())
    if config.wake.model not in needed_models(config):
        return False
    model = store.manifest.get(config.wake.model)
    if store.is_accepted(model) or model.id in args.accept_licence:
        return False
    if models.is_accepted_now(model, MICRO_RECALL):
        args.accept_licence = [*args.accept_licence, model.id]
        return False
    _write(path, WAKE_TEXT.format(model=model.id))
    print(wake_text(model.id))
    return True


def _write(path: Path, text: str) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        replace_file(path, text, 0o644)
    except PermissionError as error:
        raise NotPermitted(f"cannot write {path}") from error


def _bring_models(config: Config, args: argparse.Namespace) -> bool:
    """Take what is needed and not here, from the archive or the manifest's sources. Whether anything changed."""
    store = ModelStore(config.paths.models_dir, load_manifest())
    wanted = [store.manifest.get(model_id) for model_id in needed_models(config)]
    before = [store.state(model) for model in wanted]
    args.repair = False
    if args.models is not None:
        archive = ModelArchive(args.models)
        # What needs a licence that was refused stays in the archive.
        usable = [
            it for it in archive.models(store.manifest) if it in wanted or not it.accept or store.is_accepted(it)
        ]
        models.take(store, usable, args, origin=archive.source)
    models.take(store, wanted, args)
    return before != [store.state(model) for model in wanted]


def _add_workspace(config: Config, folder: str, jarvisctl: Callable[[list[str]], int]) -> bool:
    if Path(folder) in [workspace.path for workspace in config.workspaces]:
        print(f"workspace {folder}: already declared")
        return False
    if jarvisctl(["workspace", "add", folder]):
        raise RequestError(f"{folder} could not be made a workspace")
    return True


def _find_microphone(args: argparse.Namespace, jarvisctl: Callable[[list[str]], int]) -> bool:
    """Have the microphone that hears a tone set; whether one does. Without one setup goes on, and says so."""
    jarvisctl(["audio", "devices"])
    is_found = jarvisctl(["audio", "test", "--write", "--config", str(args.config)]) == 0
    if not is_found:
        print("no microphone hears the loudspeaker; plug one in, then: sudo jarvisctl audio test --write")
    return is_found


def _start(*, restart: bool) -> None:
    """Start the units; restart them after a change, since they read settings and models when they start."""
    if not Path("/run/systemd/system").is_dir():
        print("there is no systemd here; the units start with the machine")
        return
    command = ["systemctl", "restart" if restart else "start", "jarvisd.target"]
    try:
        subprocess.run(command, check=True, timeout=RESTART_DEADLINE_S)
    except (OSError, subprocess.SubprocessError) as error:
        raise EngineError(f"{' '.join(command)}: {error}") from error
    print("the units run; see: jarvisctl status")


def _say_who_may_talk() -> None:
    user = os.environ.get("SUDO_USER", "")
    if user and user != "root":
        print(f"to talk to the assistant without sudo: sudo usermod -aG jarvisd {user}")
