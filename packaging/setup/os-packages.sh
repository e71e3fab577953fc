#!/usr/bin/env bash
# Installs the packages of the operating system that are missing. Debian 12, Ubuntu 22.04 and 24.04.
#
# Usage: os-packages.sh build | all | system
#   build   what the virtual environment and the pure tests need
#   all     also speakers for tests and demo, containers, a sound server
#   system  what boots the guest of the system tests
set -euo pipefail

readonly BUILD=(ca-certificates dbus gcc libasound2-dev libc6-dev openssl python3-dev python3-venv)
readonly RUN=(alsa-utils crun flite libasound2-plugins libspeexdsp1 mmdebstrap podman polkitd pulseaudio pulseaudio-utils runc sox strace uidmap)

is_installed() {
    [[ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null)" == installed ]]
}

fail() {
    printf 'os-packages: %s\n' "$*" >&2
    exit 1
}

case "${1-}" in
    build) wanted=("${BUILD[@]}") ;;
    all) wanted=("${BUILD[@]}" "${RUN[@]}") ;;
    system) wanted=(systemd-container) ;;
    *) fail 'usage: os-packages.sh build | all | system' ;;
esac

command -v dpkg-query >/dev/null || fail "this set-up knows Debian and Ubuntu only; install the like of: ${wanted[*]}"

missing=()
for package in "${wanted[@]}"; do
    is_installed "$package" || missing+=("$package")
done
((${#missing[@]})) || exit 0

as_root=(env DEBIAN_FRONTEND=noninteractive)
if ((EUID != 0)); then
    command -v sudo >/dev/null || fail "neither root nor sudo; as root run: apt-get install ${missing[*]}"
    sudo -n true 2>/dev/null || [[ -t 0 ]] || fail "sudo asks for a password; first run: sudo apt-get install ${missing[*]}"
    as_root=(sudo "${as_root[@]}")
fi

apt=("${as_root[@]}" apt-get -q -o DPkg::Lock::Timeout=300 -o Dpkg::Use-Pty=0)
printf 'os-packages: installing %s\n' "${missing[*]}"
"${apt[@]}" update || printf 'os-packages: apt-get update failed; going on with the package lists at hand\n' >&2
"${apt[@]}" install --yes --no-install-recommends "${missing[@]}" || fail "apt-get could not install: ${missing[*]}"
