#!/usr/bin/env bash
# Fuzzes the readers in an environment of its own; run it in the checkout's root.
#
# Usage: fuzz.sh PYTHON VENV [ARGUMENT...]     ARGUMENT: of tests/fuzz/__main__.py
set -euo pipefail

readonly python=$1 venv=$2
shift 2

version=$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
readonly lock=requirements/fuzz-$version.lock
machine=$("$python" -c 'import platform; print(platform.machine())')
if [[ ! -f $lock || $machine != x86_64 ]]; then
    printf 'fuzz: not done on Python %s on %s, for which atheris 3 is not built; it is for 3.11 to 3.13 on x86_64. ' \
        "$version" "$machine"
    printf 'Its seeds are tried everywhere: tests/unit/fuzz.\n'
    exit 0
fi
"$(dirname "$0")/tool-venv.sh" "$python" "$venv" "$lock"
exec "$venv/bin/python" -m tests.fuzz "$@"
