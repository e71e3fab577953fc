"""The generator: cores on machines of every size (B5), workspaces at their own paths, and no boot that fails."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
from pathlib import Path

import pytest

from jarvisd.bus.names import UnitName
from jarvisd.systemd import generator
from jarvisd.systemd.affinity import parse_cores, placement, unit_cores
from jarvisd.systemd.generator import dropins, read_settings

SIZES = (1, 2, 4, 8, 16)


def silent(text: str) -> None:
    raise AssertionError(text)


@pytest.mark.parametrize("size", [*SIZES, 3, 5, 6, 7, 12, 64])
def test_every_unit_gets_cores_of_the_machine(size: int) -> None:
    shares = unit_cores(placement(range(size)))
    assert set(shares) == {unit.value for unit in UnitName}
    assert all(share and set(share) <= set(range(size)) for share in shares.values())


def test_on_one_core_everything_shares_it() -> None:
    assert set(unit_cores(placement([0])).values()) == {(0,)}


def test_on_two_cores_models_use_both() -> None:
    plan = placement([0, 1])
    assert plan.capture == plan.wake == plan.loop == (0,)
    assert plan.llm == plan.stt == plan.synthesis == (0, 1)
    assert plan.background == (1,)


@pytest.mark.parametrize("size", [4, 8, 16])
def test_from_four_cores_on_no_model_computes_where_sound_comes_in(size: int) -> None:
    plan = placement(range(size))
    busy = {*plan.llm, *plan.stt, *plan.synthesis, *plan.background}
    assert not busy & {*plan.capture, *plan.wake}
    assert len(plan.llm) >= size * 5 // 8, "most of the machine is for the language model"


@pytest.mark.parametrize("size", [8, 16])
def test_from_eight_cores_on_capture_wake_and_loops_have_one_each(size: int) -> None:
    plan = placement(range(size))
    assert (plan.capture, plan.wake, plan.loop) == ((0,), (1,), (2,))
    assert not {*plan.loop} & {*plan.llm, *plan.stt, *plan.background}


def test_cores_need_not_begin_at_zero() -> None:
    """A container or a kernel option may take some away."""
    assert unit_cores(placement([3, 5]))["tts"] == (3, 5)


@pytest.mark.parametrize("size", SIZES)
def test_drop_ins_name_the_cores(size: int) -> None:
    found = dropins({}, range(size), silent)
    assert len(found) == 4
    for unit, share in unit_cores(placement(range(size))).items():
        text = found[f"jarvisd-{unit}.service.d/50-cores.conf"]
        assert text == f"[Service]\nCPUAffinity={' '.join(map(str, share))}\n"


def test_pinning_can_be_switched_off_and_set() -> None:
    assert dropins({"cores": {"pin": False}}, range(8), silent) == {}
    found = dropins({"cores": {"brain": "0-1,6"}}, range(8), silent)
    assert found["jarvisd-brain.service.d/50-cores.conf"] == "[Service]\nCPUAffinity=0 1 6\n"


@pytest.mark.parametrize("wanted", ["x", "3-1", "1-", "-2", "9", ""])
def test_cores_that_make_no_sense_are_named_and_ignored(wanted: str) -> None:
    said: list[str] = []
    found = dropins({"cores": {"tts": wanted}}, range(4), said.append)
    assert found == dropins({}, range(4), silent)
    assert bool(said) is bool(wanted)


def test_core_lists() -> None:
    assert parse_cores("0-3, 6") == (0, 1, 2, 3, 6)


def test_workspaces_are_bound_at_their_own_paths() -> None:
    settings = {
        "workspaces": [
            {"name": "docs", "path": "/home/alice/My docs: 100%"},
            {"name": "photos", "path": "/srv/photos", "read_only": True},
        ]
    }
    text = dropins(settings, [0], silent)["jarvisd-executor.service.d/50-workspaces.conf"]
    assert text.splitlines() == [
        "[Service]",
        'BindPaths="-/run/jarvisd/workspaces/executor/docs":"/home/alice/My docs: 100%%"',
        'BindReadOnlyPaths="-/run/jarvisd/workspaces/executor/photos":"/srv/photos"',
    ]


@pytest.mark.parametrize(
    "path", ["relative", "/", "/a/../etc", "/a\nExecStart=/bin/sh", '/a"b', "/a\\b", "/./a", 7]
)
def test_a_path_with_a_second_meaning_is_not_bound(path: object) -> None:
    said: list[str] = []
    assert len(dropins({"workspaces": [{"name": "x", "path": path}]}, [0], said.append)) == 4
    assert said


def test_later_files_win_and_a_broken_one_is_left_out(tmp_path: Path) -> None:
    (tmp_path / "conf.d").mkdir()
    main = tmp_path / "jarvisd.toml"
    main.write_text('[cores]\ntts = "0"\nbrain = "0"\n')
    (tmp_path / "conf.d" / "a.toml").write_text('[cores]\ntts = "1"\n')
    (tmp_path / "conf.d" / "b.toml").write_text("[cores\n")
    said: list[str] = []
    assert read_settings(main, said.append) == {"cores": {"tts": "1", "brain": "0"}}
    assert len(said) == 1


def test_it_writes_below_the_folder_it_is_given(tmp_path: Path) -> None:
    assert generator.main([str(tmp_path / "out")], tmp_path / "none" / "jarvisd.toml") == 0
    assert len(list((tmp_path / "out").glob("*/50-cores.conf"))) == 4


def test_it_needs_the_standard_library_alone() -> None:
    code = "import sys, jarvisd.systemd.generator; print(any('site-packages' in str(getattr(m, '__file__', '')) "
    code += "for n, m in sys.modules.items() if n.split('.')[0] not in ('jarvisd', 'tomli')))"
    # Python 3.10 has no TOML reader of its own.
    tomli = importlib.util.find_spec("tomli") if sys.version_info < (3, 11) else None
    path = {"PYTHONPATH": str(Path(tomli.origin).parents[1])} if tomli and tomli.origin else {}
    done = subprocess.run(
        [sys.executable, "-S", "-c", code],
        capture_output=True,
        text=True,
        cwd=Path(__file__).parents[2],
        env={**os.environ, **path},
    )
    assert (done.stdout.strip(), done.stderr) == ("False", "")


def test_the_courier_reaches_what_the_administrator_allows_and_no_more() -> None:
    """Networks that are not public, and a mail server on this machine."""
    name = "jarvisd-courier@.service.d/50-networks.conf"
    settings = {"web": {"allow_networks": "192.168.1.0/24, fd00::/8"}, "mail": {"host": "localhost"}}
    text = dropins(settings, [0], silent)[name]
    assert text.splitlines() == [
        "[Service]",
        "IPAddressAllow=192.168.1.0/24",
        "IPAddressAllow=fd00::/8",
        "IPAddressAllow=127.0.0.0/8",
        "IPAddressAllow=::1/128",
    ]
    for nothing in ({}, {"mail": {"host": "mail.example.org"}}, {"web": 3, "mail": []}, {"web": {}}):
        assert name not in dropins(nothing, [0], silent)


def test_a_network_that_is_none_is_said_and_left_out() -> None:
    said: list[str] = []
    found = dropins({"web": {"allow_networks": "10.0.0.0/8, any\nUser=root"}}, [0], said.append)
    assert found["jarvisd-courier@.service.d/50-networks.conf"] == "[Service]\nIPAddressAllow=10.0.0.0/8\n"
    assert len(said) == 1
