"""The program that tries a TFLite model, so that only it ends when the model makes the library break.

``python -m jarvisd.audio.adapters.wake.tflite_trial LIBRARY MODEL``: 0 when the model runs and gives numbers.
"""

from __future__ import annotations

import sys
from pathlib import Path

from jarvisd.audio.adapters.wake.tflite import TRIAL_RUNS, TfLiteModel
from jarvisd.core.errors import JarvisError


def main(library: str, model: str) -> str | None:
    """Run it on noise, and on nothing; what is wrong, which then is told with status 1."""
    import numpy as np

    try:
        tried = TfLiteModel(Path(library), Path(model))
        noise = np.random.default_rng(1)
        for number in range(TRIAL_RUNS):
            values = noise.normal(0.0, 1.0, tried.input.shape) if number % 2 else np.zeros(tried.input.shape)
            if not np.isfinite(tried.run(values.astype(np.float32))).all():
                return "what comes out is no number"
        tried.reset()
        tried.close()
    except JarvisError as error:
        return error.message
    return None


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:3]))
