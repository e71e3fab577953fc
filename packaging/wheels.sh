#!/usr/bin/env bash
# Fetches every locked wheel for one Python and machine, builds those that exist only as source, and unpacks
# them all. Run it in the checkout's root.
#
# Usage: wheels.sh fetch PYTHON ARCH GLIBC FOLDER          what lies in FOLDER already is not fetched again
#        wheels.sh install PYTHON ARCH GLIBC FOLDER TREE   the wheels and this project into TREE; no network
#        wheels.sh compile PYTHON ARCH GLIBC FOLDER TREE   byte code for all of TREE, by a Python of that version
#        wheels.sh try PYTHON ARCH GLIBC FOLDER TREE       loads every library of TREE, if this machine can
#   PYTHON  minor version of the target's Python     ARCH   Debian's name of the target's machine
#   GLIBC   version of the target's C library
#
# `fetch` prints a line "missing: NAME: REASON" for each wheel that this machine cannot make; the exit status
# stays 0, so that the caller decides what an incomplete set is good for.
set -euo pipefail

readonly command=$1 python=$2 arch=$3 glibc=$4 folder=$5 tree=${6-}
readonly run_lock=requirements/run-$python.lock
# Published as source only: Python that fits any target, and C that needs a compiler and the target's headers.
readonly pure_source=sdnotify compiled_source=pyalsaaudio
readonly tools=$folder.tools
readonly libraries=(
    alsaaudio chromadb ctranslate2 dbus_next faster_whisper hassil numpy ollama onnxruntime openwakeword.model pip piper podman
    psutil pydantic pymicro_wakeword pynvml scipy.signal sdnotify send2trash sklearn tokenizers typing_extensions webrtcvad xllamacpp
)

fail() {
    printf 'wheels: %s\n' "$*" >&2
    exit 1
}

[[ -f $run_lock ]] || fail "there is no $run_lock"
case $arch in
    amd64) machine=x86_64 ;;
    arm64) machine=aarch64 ;;
    *) fail "jarvisd is made for amd64 and arm64, not for $arch" ;;
esac

# Splits a lock: `locked NAME [LOCK]` prints that entry, `locked rest` those that are published as wheels.
locked() {
    awk -v want="$1" -v source=" $pure_source $compiled_source " '
        /^[A-Za-z0-9]/ { split($0, part, "=="); name = part[1] }
        want == "rest" ? !index(source, " " name " ") : name == want' "${2-$run_lock}"
}

# Runs pip, with the locked tools to build with, in an environment of the given Python.
pip() {
    local environment=$1
    "$environment/bin/python" -m pip --quiet --no-input --disable-pip-version-check "${@:2}"
}

environment() {
    "$1" -m venv "$2"
    pip "$2" install --no-deps --require-hashes -r requirements/build.lock
}

build_wheel() {
    local environment=$1 name=$2 target=$3
    locked "$name" >"$environment/$name.lock"
    SOURCE_DATE_EPOCH=315532800 pip "$environment" wheel --no-deps --no-build-isolation --require-hashes \
        --wheel-dir "$target" -r "$environment/$name.lock"
}

# A Python of the wanted version that has headers, whose extension modules the target's Python can load.
python_with_headers() {
    local candidate
    for candidate in "/usr/bin/python$python" "python$python" "$HOME"/.pyenv/versions/"$python".*/bin/python; do
        "$candidate" -c 'import pathlib, sys, sysconfig
sys.exit(not pathlib.Path(sysconfig.get_path("include"), "Python.h").exists())' 2>/dev/null || continue
        printf '%s\n' "$candidate"
        return
    done
    return 1
}

# The newest versioned symbol of the C library that a module asks for must be there on the target.
needs_newer_glibc() {
    local newest
    newest=$(objdump -T "$1" | grep -oP 'GLIBC_\K2\.[0-9]+' | sort -V | tail -n 1)
    [[ -n $newest && $(printf '%s\n' "$newest" "$glibc" | sort -V | tail -n 1) != "$glibc" ]]
}

compile_wheel() {
    local compiler scratch=$folder.scratch
    # Left from an earlier run, or brought from a machine of that kind.
    ! compgen -G "$folder/$compiled_source-*.whl" >/dev/null || return 0
    if [[ $arch != "$(dpkg --print-architecture)" ]]; then
        printf 'missing: %s: it is published as source only and this machine is no %s; put its wheel into %s\n' \
            "$compiled_source" "$arch" "$folder"
        return
    fi
    if ! compiler=$(python_with_headers); then
        printf 'missing: %s: there is no Python %s with headers to compile it for\n' "$compiled_source" "$python"
        return
    fi
    rm -rf "$scratch"
    environment "$compiler" "$scratch/venv" >&2
    # A Python from elsewhere would leave the path of its own libraries in the module.
    CC=gcc LDSHARED='gcc -shared' build_wheel "$scratch/venv" "$compiled_source" "$scratch" >&2
    python3 -m zipfile -e "$scratch"/*.whl "$scratch/tree"
    for module in "$scratch"/tree/*.so; do
        ! needs_newer_glibc "$module" || fail "$compiled_source compiled here needs a newer C library than $glibc"
    done
    mv "$scratch"/*.whl "$folder/"
    rm -rf "$scratch"
}

fetch() {
    local stamp
    stamp=$(cat "$run_lock" requirements/nodeps.lock requirements/build.lock \
        <(echo "1 $python $arch $glibc") | sha256sum)
    if [[ $(cat "$folder/.complete" 2>/dev/null) != "$stamp" ]]; then
        mkdir -p "$folder"
        rm -f "$folder/.complete"
        environment python3 "$tools"
        locked rest >"$tools/rest.lock"
        # pip comes along because models are fetched with it, by `jarvisctl models fetch`.
        locked pip requirements/build.lock >>"$tools/rest.lock"
        pip "$tools" download --no-deps --require-hashes --dest "$folder" "${target[@]}" \
            -r "$tools/rest.lock" -r requirements/nodeps.lock
        build_wheel "$tools" "$pure_source" "$folder"
        printf '%s\n' "$stamp" >"$folder/.complete"
    fi
    compile_wheel
}

install() {
    local own=$folder.own
    rm -rf "$own"
    SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-315532800} \
        pip "$tools" wheel --no-deps --no-index --no-build-isolation --wheel-dir "$own" .
    pip "$tools" install --no-deps --no-index --no-compile --target "$tree" "${target[@]}" "$folder"/*.whl "$own"/*.whl
    rm -rf "$own"
}

# Wheels load each other in ways that no metadata tell; what was left out of the package may be one of them.
try() {
    local loader
    if [[ $arch != "$(dpkg --print-architecture)" ]] || ! loader=$(python_with_headers); then
        printf 'not tried: Python %s for %s is not here\n' "$python" "$arch"
        return
    fi
    "$loader" -I -B -c 'import importlib, sys
sys.path.insert(0, sys.argv[1])
for name in sys.argv[2:]:
    importlib.import_module(name)' "$tree" "${libraries[@]}"
    printf 'tried: %d libraries load with Python %s\n' "${#libraries[@]}" "$python"
}

# Sources that come out of a package never change below their byte code, so nothing has to be compared at run time.
compile() {
    local compiler
    compiler=$(python_with_headers) || fail "there is no Python $python here to make byte code for"
    "$compiler" -I -m compileall -q -j 2 --invalidation-mode unchecked-hash -s "$tree" -p /usr/lib/jarvisd/venv "$tree"
}

# Which wheels the target's Python takes.
target=(--only-binary=:all: --implementation cp --python-version "$python" --abi "cp${python/./}" --abi abi3 --abi none)
for ((minor = ${glibc#2.}; minor >= 5; minor--)); do
    target+=(--platform "manylinux_2_${minor}_$machine")
done
for name in manylinux2014 manylinux2010 manylinux1 linux; do
    target+=(--platform "${name}_$machine")
done

case $command in
    fetch) fetch ;;
    install) install ;;
    compile) compile ;;
    try) try ;;
    *) fail 'usage: wheels.sh fetch|install|compile|try PYTHON ARCH GLIBC FOLDER [TREE]' ;;
esac
