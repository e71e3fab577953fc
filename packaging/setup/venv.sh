#!/usr/bin/env bash
# Makes the virtual environment of a checkout from the locked requirements; run it in the checkout's root.
#
# Usage: venv.sh PYTHON VENV
set -euo pipefail

readonly python=$1 venv=$2

fail() {
    printf 'venv: %s\n' "$*" >&2
    exit 1
}

command -v "$python" >/dev/null || fail "there is no $python; choose one with: make PYTHON=/path/to/python3"
version=$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
[[ -f "requirements/run-$version.lock" ]] ||
    fail "$python is Python $version, but 3.10 to 3.13 are supported; choose one with: make PYTHON=/path/to/python3"

pip_install() {
    "$venv/bin/python" -m pip install --quiet --quiet --no-input --disable-pip-version-check --no-deps "$@"
}

step() {
    printf 'venv: %s\n' "$*"
}

# An interrupted run may have left an environment without pip.
if [[ "$("$venv/bin/python" -c 'import pip, sys; print("%d.%d" % sys.version_info[:2])' 2>/dev/null)" != "$version" ]]; then
    step "a new environment with Python $version in $venv"
    "$python" -m venv --clear "$venv"
fi
step 'pip and build tools'
pip_install --require-hashes -r requirements/build.lock
step 'run-time and development packages (about 1 GB on disk)'
# A lock is complete, so nothing is resolved; a package from source is built with the locked tools.
pip_install --require-hashes --no-build-isolation -r "requirements/run-$version.lock" -r "requirements/dev-$version.lock"
pip_install --require-hashes -r requirements/nodeps.lock
step 'jarvisd from this checkout'
pip_install --no-build-isolation --editable .
