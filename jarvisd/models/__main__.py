"""``python -m jarvisd.models``: the commands of ``jarvisctl models``, for use before anything is configured."""

from __future__ import annotations

import sys

from jarvisd.cli.models import main

if __name__ == "__main__":
    sys.exit(main())
