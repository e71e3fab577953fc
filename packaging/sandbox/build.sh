#!/usr/bin/env bash
# Builds the image in which code is run, from this machine's own package sources (no container registry),
# and finds out with which options Podman runs it here with all limits. Works as root and as a normal user.
#
# Usage: build.sh FOLDER            make FOLDER/{image.tar.gz,image.id,podman-options}; quick if all is there
#        build.sh --remove FOLDER   remove the image and FOLDER
set -euo pipefail

readonly image=localhost/jarvisd-sandbox:1
readonly packages=base-files,bash,coreutils,diffutils,findutils,grep,gzip,libpython3-stdlib,mawk,python3-minimal,sed,tar
readonly nobody=65534
# What any container here is run with; the executor adds a time limit, a folder and an output cap.
readonly confined=(
    --rm --network=none --read-only --cap-drop=all --security-opt=no-new-privileges
    --memory=128m --memory-swap=128m --pids-limit=64 --ulimit=nofile=256:256 --ulimit=nproc=256:256
)
readonly self=${BASH_SOURCE[0]}

say() {
    printf 'sandbox: %s\n' "$*"
}

fail() {
    printf 'sandbox: %s\n' "$*" >&2
    exit 1
}

# The distribution's own entries of this machine's package sources, as one-line entries.
package_sources() {
    local codename=$1
    apt-get indextargets --format '$(REPO_URI)|$(RELEASE)|$(COMPONENT)|$(ORIGIN)|$(SIGNED_BY)' 'Created-By: Packages' |
        while IFS='|' read -r uri release component origin keyring; do
            [[ $release == "$codename"?(-updates|-security) && $component =~ ^(main|universe)$ ]] || continue
            # The origin is known once package lists were fetched.
            [[ $origin =~ ^(Debian|Ubuntu|'$(ORIGIN)'|)$ ]] || continue
            [[ $keyring == /* ]] && keyring="[signed-by=$keyring] " || keyring=
            printf 'deb %s%s %s %s\n' "$keyring" "$uri" "$release" "$component"
        done
}

make_tree() {
    local target=$1 codename sources
    codename=$(. /etc/os-release && printf %s "$VERSION_CODENAME")
    sources=$(package_sources "$codename")
    [[ -n $sources ]] || fail "apt knows no package source of $codename; see: apt-get indextargets"
    # A user of its own is all that the packages' own set-up would have to give; the byte code is made
    # now because the root is read-only when it runs.
    SOURCE_DATE_EPOCH=0 mmdebstrap --quiet --variant=extract --include="$packages" \
        --extract-hook='for d in bin sbin lib lib64; do [ -e "$1/$d" ] || ln -s "usr/$d" "$1/$d"; done' \
        --extract-hook='mkdir -p "$1/etc" "$1/proc" "$1/sys" "$1/run" "$1/tmp" "$1/work"; chmod 1777 "$1/tmp"' \
        --extract-hook='echo root:x:0:0::/root:/bin/bash >"$1/etc/passwd"' \
        --extract-hook='echo nobody:x:65534:65534::/tmp:/bin/bash >>"$1/etc/passwd"' \
        --extract-hook='printf "root:x:0:\nnogroup:x:65534:\n" >"$1/etc/group"' \
        --extract-hook='[ -e "$1/usr/bin/awk" ] || ln -s mawk "$1/usr/bin/awk"; [ -e "$1/bin/sh" ] || ln -s bash "$1/bin/sh"' \
        --extract-hook='cd "$1/usr/share" && rm -rf doc man locale info lintian bug; rm -rf "$1"/usr/lib/*/gconv' \
        --extract-hook='chroot "$1" /usr/bin/python3 -m compileall -q --invalidation-mode unchecked-hash /usr/lib/python3.*' \
        "$codename" "$target" - <<<"$sources"
}

import_tree() {
    local old
    old=$(podman image inspect --format '{{.Id}}' "$image" 2>/dev/null) || old=
    podman import --quiet --change "LABEL=org.jarvisd.inputs=$inputs" --change "USER=$nobody:$nobody" \
        --change WORKDIR=/tmp --change ENV=LANG=C.UTF-8 --change ENV=HOME=/tmp --change CMD=/bin/bash \
        "$folder/image.tar.gz" "$image" >/dev/null
    # A container that still runs from the old image keeps it.
    [[ -z $old ]] || podman image rm "$old" >/dev/null 2>&1 || true
}

image_inputs() {
    podman image inspect --format '{{index .Labels "org.jarvisd.inputs"}}' "$image" 2>/dev/null
}

# Podman's options differ with the version of cgroups, with and without systemd, as root and as a user.
find_options() {
    local options answer
    for options in '' --cgroup-manager=cgroupfs '--runtime=runc' '--runtime=runc --cgroup-manager=cgroupfs' \
        '--runtime=crun --cgroup-manager=cgroupfs'; do
        # shellcheck disable=SC2086
        if answer=$(podman $options run "${confined[@]}" "$image" \
            python3 -c 'import datetime, itertools, json, math, re, statistics; print(json.dumps(6 * 7))' 2>"$folder/run.log") &&
            [[ $answer == 42 ]]; then
            printf '%s\n' "$options"
            return
        fi
    done
    fail "Podman cannot run a confined container here: $(tail -n 1 "$folder/run.log")"
}

if [[ ${1-} == --remove ]]; then
    folder=${2:?usage: build.sh --remove FOLDER}
    if command -v podman >/dev/null && podman image exists "$image"; then
        podman image rm --force "$image" >/dev/null
    fi
    rm -rf "$folder"
    exit 0
fi

readonly folder=${1:?usage: build.sh FOLDER}
mkdir -p "$folder"
inputs=$(cat "$self" /etc/os-release <(dpkg --print-architecture) | sha256sum | cut -c 1-16)
readonly inputs

if [[ $(cat "$folder/inputs" 2>/dev/null) != "$inputs" ]]; then
    say "building the image of $(. /etc/os-release && printf %s "$PRETTY_NAME") packages"
    rm -f "$folder/inputs"
    make_tree "$folder/partial.tar.gz"
    mv "$folder/partial.tar.gz" "$folder/image.tar.gz"
    printf '%s\n' "$inputs" >"$folder/inputs"
fi
if [[ $(image_inputs) != "$inputs" ]]; then
    say "importing it as $image"
    import_tree
    rm -f "$folder/podman-options"
fi
podman image inspect --format '{{.Id}}' "$image" >"$folder/image.id"
if [[ ! -f $folder/podman-options ]]; then
    find_options >"$folder/podman-options.partial"
    mv "$folder/podman-options.partial" "$folder/podman-options"
    say "it runs with: podman $(cat "$folder/podman-options")"
fi
