"""``python -m jarvisd UNIT``: run one unit."""

import os
import sys

from jarvisd.runtime.main import main

if __name__ == "__main__":
    code = main()
    sys.stdout.flush()
    sys.stderr.flush()
    # Threads of blocking libraries may never return; everything worth closing has been closed.
    os._exit(code)
