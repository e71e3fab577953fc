"""A TFLite file made by hand: one model that gives the mean of what it is given. Numbers are of its schema."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import flatbuffers

FLOAT32, INT32 = 0, 2
MEAN, REDUCER_OPTIONS = 40, 27
INT, OFFSET, BYTE, BOOL = "Int32", "UOffsetTRelative", "Int8", "Bool"


def mean_of(shape: Sequence[int]) -> bytes:
    """The mean over all axes but the first, which is 1 long."""
    made = flatbuffers.Builder(1024)
    axes = b"".join(axis.to_bytes(4, "little") for axis in range(1, len(shape)))
    data = made.CreateByteVector(axes)
    buffers = _offsets(made, [_table(made), _table(made, (OFFSET, 0, data))])
    tensors = _offsets(
        made,
        [
            _tensor(made, shape, FLOAT32, 0, "sound"),
            _tensor(made, [len(shape) - 1], INT32, 1, "axes"),
            _tensor(made, [1], FLOAT32, 0, "score"),
        ],
    )
    options = _table(made, (BOOL, 0, False))
    inputs, outputs = _numbers(made, [0, 1]), _numbers(made, [2])
    operator = _table(
        made, (OFFSET, 1, inputs), (OFFSET, 2, outputs), ("Uint8", 3, REDUCER_OPTIONS), (OFFSET, 4, options)
    )
    operators = _offsets(made, [operator])
    taken, given = _numbers(made, [0]), _numbers(made, [2])
    graph = _table(made, (OFFSET, 0, tensors), (OFFSET, 1, taken), (OFFSET, 2, given), (OFFSET, 3, operators))
    graphs = _offsets(made, [graph])
    code = _table(made, (BYTE, 0, MEAN), (INT, 2, 1), (INT, 3, MEAN))
    codes = _offsets(made, [code])
    model = _table(made, (INT, 0, 3), (OFFSET, 1, codes), (OFFSET, 2, graphs), (OFFSET, 4, buffers))
    made.Finish(model, b"TFL3")
    return bytes(made.Output())


def _table(made: Any, *fields: tuple[str, int, Any]) -> int:
    made.StartObject(8)
    for kind, slot, value in fields:
        getattr(made, f"Prepend{kind}Slot")(slot, value, 0)
    return int(made.EndObject())


def _tensor(made: Any, shape: Sequence[int], kind: int, buffer: int, name: str) -> int:
    sizes, text = _numbers(made, shape), made.CreateString(name)
    return _table(made, (OFFSET, 0, sizes), (BYTE, 1, kind), ("Uint32", 2, buffer), (OFFSET, 3, text))


def _numbers(made: Any, values: Sequence[int]) -> int:
    made.StartVector(4, len(values), 4)
    for value in reversed(values):
        made.PrependInt32(value)
    return int(made.EndVector())


def _offsets(made: Any, values: Sequence[int]) -> int:
    made.StartVector(4, len(values), 4)
    for value in reversed(values):
        made.PrependUOffsetTRelative(value)
    return int(made.EndVector())
