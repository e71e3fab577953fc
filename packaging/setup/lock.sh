#!/usr/bin/env bash
# Renews the locked requirements of every supported Python; run it in the checkout's root.
#
# Usage: lock.sh UV     UV: the resolver's command
set -euo pipefail

readonly uv=$1
readonly compile=("$uv" pip compile --quiet --upgrade --generate-hashes --no-emit-index-url --no-header --no-annotate)

# The oldest Python decides what all of them can install.
"${compile[@]}" --python-version 3.10 requirements/build.in --output-file requirements/build.lock
"${compile[@]}" --python-version 3.10 --no-deps requirements/nodeps.in --output-file requirements/nodeps.lock
"${compile[@]}" --python-version 3.10 requirements/places.in --output-file requirements/places.lock
for version in 3.10 3.11 3.12 3.13; do
    printf 'lock: Python %s\n' "$version"
    "${compile[@]}" --python-version "$version" pyproject.toml --output-file "requirements/run-$version.lock"
    "${compile[@]}" --python-version "$version" --constraints "requirements/run-$version.lock" \
        requirements/dev.in --output-file "requirements/dev-$version.lock"
    "${compile[@]}" --python-version "$version" --constraints "requirements/dev-$version.lock" \
        requirements/mutation.in --output-file "requirements/mutation-$version.lock"
    # The fuzzer has no build for it.
    [[ $version == 3.10 ]] || "${compile[@]}" --python-version "$version" \
        --constraints "requirements/run-$version.lock" requirements/fuzz.in \
        --output-file "requirements/fuzz-$version.lock"
done
