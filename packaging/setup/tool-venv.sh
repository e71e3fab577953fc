#!/usr/bin/env bash
# Makes or renews the environment of one development tool; run it in the checkout's root.
#
# Usage: tool-venv.sh PYTHON VENV LOCK
set -euo pipefail

readonly python=$1 venv=$2 lock=$3
readonly ready=$venv/.ready-$(basename "$lock")

if [[ ! -f $ready || $lock -nt $ready ]]; then
    "$python" -m venv --clear "$venv"
    "$venv/bin/python" -m pip install --quiet --no-input --disable-pip-version-check --no-deps --require-hashes -r "$lock"
    touch "$ready"
fi
