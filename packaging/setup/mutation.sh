#!/usr/bin/env bash
# Makes mutants in an environment of its own, and tries them in the project's; run it in the checkout's root.
#
# Usage: mutation.sh PYTHON VENV [ARGUMENT...]     ARGUMENT: of tests/mutation/__main__.py
set -euo pipefail

readonly python=$1 venv=$2
shift 2

version=$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
"$(dirname "$0")/tool-venv.sh" "$python" "$venv" "requirements/mutation-$version.lock"
exec "$venv/bin/python" -m tests.mutation "$@"
