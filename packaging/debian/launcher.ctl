#!/bin/sh
exec /usr/lib/jarvisd/venv/bin/python -I -m jarvisd.cli.main "$@"
