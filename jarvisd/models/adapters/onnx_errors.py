"""What ONNX Runtime raises, for all that work with it."""

from __future__ import annotations


def onnx_errors() -> tuple[type[Exception], ...]:
    """All classes of the runtime's own, which have nothing narrower in common than Exception, and what its binding
    raises beside them. ImportError without the runtime.
    """
    from onnxruntime.capi import onnxruntime_pybind11_state as state

    own = [kind for kind in vars(state).values() if isinstance(kind, type) and issubclass(kind, Exception)]
    return (*own, RuntimeError, ValueError)
