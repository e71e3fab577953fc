"""Parts of a request that no tool can do: said honestly, and never of what is being done."""

from __future__ import annotations

import pytest

from jarvisd.core.planning.plan import Action
from jarvisd.lang.en.sentences.unsupported import cannot, sentences

WRITE = Action("file_write", {"path": "hello.txt", "content": "good morning"})
DELETE = Action("file_delete", {"folder": "tmp", "older_than": "old"})


@pytest.mark.parametrize(
    ("part", "sentence"),
    [
        ("mail my sister the photo of me", "I can't mail your sister the photo of you."),
        ("sort the documents by type", "I can't sort the documents by type."),
        ("print it", "I can't print it."),
        ("don't touch the letters", "Okay, I leave that alone."),
    ],
)
def test_what_is_left_undone_is_said_to_the_listener(part: str, sentence: str) -> None:
    assert sentences([part], [DELETE], f"Delete the old temporary files and {part}.") == [sentence]


@pytest.mark.parametrize(
    ("part", "action", "utterance"),
    [
        (
            "create a file called hello.txt",
            WRITE,
            "Create a file called hello.txt that says good morning, please.",
        ),
        ("write the file", WRITE, "Make hello.txt with the text good morning."),
        ("clear out old temp files", DELETE, "Could you clear out old temp files?"),
    ],
)
def test_what_an_action_does_is_not_called_impossible(part: str, action: Action, utterance: str) -> None:
    """Each would be said next to a report that the same thing was done."""
    assert sentences([part], [action], utterance) == []


def test_without_an_action_nothing_is_kept_back() -> None:
    assert sentences(["clear out old temp files"], [], "Clear out old temp files.") == [
        "I can't clear out old temp files."
    ]


def test_every_undone_part_is_said() -> None:
    undone = sentences(["sing", "dance"], [DELETE], "Delete the old temp files, then sing and dance.")
    assert undone == ["I can't sing.", "I can't dance."]


PUT = (
    # What the model wrote, the request, the sentence.
    ("turn on the hall lamp", "turn on the hall lamp", "I can't turn on the hall lamp."),
    ("Dim my lamp, please.", "dim my lamp please", "I can't dim your lamp."),
    ("please call Mum", "can you call Mum", "I can't call Mum."),
    ("I can't order food", "order a pizza", "I can't order food."),
    ("to vacuum the hall", "vacuum the hall", "I can't vacuum the hall."),
    ("tell whether the door is locked", "is the door locked", "I can't tell whether the door is locked."),
    ("is the door locked", "is the door locked", "I can't answer the question: is the door locked?"),
    ("What's the score?", "what's the score", "I can't answer the question: what's the score?"),
    ("the lights", "hey jarvis, could you turn on the lights please", "I can't turn on the lights."),
    ("garage", "what time is it and open the garage", "I can't open the garage."),
    (
        "traffic on the ring road",
        "how bad is traffic on the ring road",
        "I can't help with traffic on the ring road.",
    ),
    ("the news", "what's in the news", "I can't help with the news."),
    ("turning up the heating", "it's cold in here", "I can't help with turning up the heating."),
    ("sing", "", "I can't sing."),
    ("", "sing", "I can't do that."),
)


def test_what_no_tool_can_do_is_said_in_plain_english() -> None:
    """However a model puts it, a verb follows "I can't", or what does not need one."""
    assert [cannot(part, say) for part, say, _ in PUT] == [sentence for *_, sentence in PUT]
