"""The models manifest: what is read from it and which mistakes are named (decision 16)."""

from __future__ import annotations

import pytest

from jarvisd.core.errors import ConfigError, ErrorCode, RequestError
from jarvisd.models.manifest import HttpsSpec, Purpose, WheelSpec, parse_manifest
from jarvisd.models.store import load_manifest

SHA = "0" * 64
GOOD = f"""
schema = 1
[[model]]
id = "m-1"
purpose = "llm"
profiles = ["default"]
licence = "MIT"
licence_note = "Somebody's."
[[model.file]]
name = "a.bin"
sha256 = "{SHA}"
size = 25
sources = [
    {{ kind = "wheel", requirement = "m-part{{n}}==1.0", member = "p{{n:02}}.bin", parts = 3, part_size = 10 }},
    {{ kind = "https", url = "https://example.org/a.bin" }},
]
"""


def problems_of(text: str) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        parse_manifest(text)
    return caught.value.problems


def test_a_model_is_read_with_its_sources_in_order() -> None:
    model = parse_manifest(GOOD).get("m-1")
    assert model.purpose is Purpose.LLM
    assert model.size_bytes == 25
    assert not model.accept
    wheel, https = model.files[0].sources
    assert isinstance(wheel, WheelSpec)
    assert wheel.part(3) == ("m-part3==1.0", "p03.bin")
    assert https == HttpsSpec("https://example.org/a.bin")


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("schema = 1", "schema = 2", "schema: 2 is not 1"),
        ('purpose = "llm"', 'purpose = "tea"', "model[0].purpose: 'tea' is none of"),
        ('licence = "MIT"\n', "", "model[0].licence: is missing"),
        ('id = "m-1"', 'id = "../m"', "model[0].id: '../m' is no model id"),
        ('name = "a.bin"', 'name = "../a.bin"', "model[0].file[0].name: '../a.bin' is no plain file name"),
        ('name = "a.bin"', 'name = ".hidden"', "model[0].file[0].name"),
        (SHA, "abc", "model[0].file[0].sha256: 'abc' is no sha256"),
        ("size = 25", 'size = "25"', "model[0].file[0].size: must be int"),
        ("size = 25", "size = true", "model[0].file[0].size: must be int"),
        ("size = 25", "size = 31", "3 parts of 10 bytes do not make 31"),
        ("size = 25", "size = 20", "3 parts of 10 bytes do not make 20"),
        ("https://example.org", "http://example.org", "is no https address"),
        ("m-part{n}==1.0", "m-part{n}>=1.0", "is no requirement of the form name==version"),
        ("m-part{n}==1.0", "--index-url=x==1.0", "is no requirement"),
        ("p{n:02}.bin", "p{k}.bin", "cannot be numbered"),
        ('kind = "https"', 'kind = "ftp"', "'ftp' is none of wheel, https"),
        ('licence = "MIT"', 'licence = "MIT"\nlicense = "MIT"', "model[0].license: is not known"),
        ('profiles = ["default"]', "profiles = []", "model[0].profiles: must be a list of texts"),
        ("schema = 1", "schema = 1\nx y", "models manifest:"),
    ],
)
def test_a_mistake_is_named_with_its_path(old: str, new: str, problem: str) -> None:
    assert old in GOOD
    assert any(problem in found for found in problems_of(GOOD.replace(old, new)))


def test_all_mistakes_are_named_at_once() -> None:
    text = GOOD.replace('purpose = "llm"', 'purpose = "tea"').replace("size = 25", "size = 0")
    assert len(problems_of(text)) >= 2


def test_a_model_or_file_that_is_there_twice_is_a_mistake() -> None:
    model = GOOD.split("schema = 1\n")[1]
    assert problems_of(GOOD + model) == ["model: m-1 is there twice"]
    file = model[model.index("[[model.file]]") :]
    assert problems_of(GOOD + file) == ["model[0].file: a.bin is there twice"]


def test_an_unknown_model_or_profile_is_answered_with_the_known_ones() -> None:
    manifest = parse_manifest(GOOD)
    with pytest.raises(RequestError, match="known are m-1") as caught:
        manifest.get("m-2")
    assert caught.value.code is ErrorCode.NOT_FOUND
    with pytest.raises(RequestError, match="known are default"):
        manifest.profile("huge")


@pytest.mark.parametrize("profile", ["default", "tiny"])
def test_each_profile_of_the_shipped_manifest_has_one_model_for_each_purpose(profile: str) -> None:
    purposes = [model.purpose for model in load_manifest().profile(profile)]
    assert sorted(purposes) == sorted(Purpose)


def test_the_shipped_manifest_asks_for_consent_to_the_non_commercial_licence_alone() -> None:
    asked = [model.id for model in load_manifest().models if model.accept]
    non_commercial = [model.id for model in load_manifest().models if "-NC" in model.licence]
    assert asked == non_commercial == ["hey-jarvis"]
