#!/usr/bin/env bash
# Builds the Debian packages in FOLDER. Run it in the checkout's root.
#
# Usage: build-deb.sh [--dist bookworm|jammy|noble] [--arch amd64|arm64] [--image IMAGE.TAR.GZ] [FOLDER]
#   --dist   distribution to build for; by default this machine's
#   --arch   machine to build for; by default this machine
#   --image  root file system of the sandbox, as packaging/sandbox/build.sh makes it; without it the package
#            jarvisd-sandbox-image is not built
#   FOLDER   by default build/deb; wheels are kept in it for the next time. Packages for another distribution or
#            machine than this one go to FOLDER/DIST-ARCH
#
# Nothing of the target has to run here: the bundled environment is put together from wheels for the target's
# Python. What this machine cannot make is said in lines "missing: ...", and ends the run with status 3.
set -euo pipefail

readonly incomplete=3

say() {
    printf 'deb: %s\n' "$*"
}

fail() {
    printf 'deb: %s\n' "$*" >&2
    exit 1
}

here=$(. /etc/os-release && printf %s "${VERSION_CODENAME-}")
native=$(dpkg --print-architecture)
dist=$here arch=$native image= folder=build/deb
while (($#)); do
    case $1 in
        --dist) dist=${2:-$here} && shift 2 ;;
        --arch) arch=${2:-$native} && shift 2 ;;
        --image) image=$2 && shift 2 ;;
        -*) fail "unknown option $1" ;;
        *) folder=$1 && shift ;;
    esac
done
case $dist in
    bookworm) python=3.11 glibc=2.36 suffix= ;;
    jammy) python=3.10 glibc=2.35 suffix='~jammy1' ;;
    noble) python=3.12 glibc=2.39 suffix='~noble1' ;;
    *) fail "no packages are made for ${dist:-this distribution}; choose with: make deb DIST=bookworm|jammy|noble" ;;
esac
[[ $arch == amd64 || $arch == arm64 ]] || fail "no packages are made for $arch; choose with: make deb ARCH=amd64|arm64"
[[ -z $image || -f $image ]] || fail "there is no $image; make it with: make sandbox"
# The image is made of programs of this machine.
[[ $arch == "$native" ]] || image=

mkdir -p "$folder"
folder=$(cd "$folder" && pwd)
readonly dist arch image folder python glibc suffix
readonly wheels=$folder/wheels-$python-$arch
[[ $dist-$arch == "$here-$native" ]] && results=$folder || results=$folder/$dist-$arch
readonly results stage=$results/source log=$results/build.log
mkdir -p "$results"

install_build_dependencies() {
    dpkg-checkbuilddeps debian/control 2>/dev/null && return
    local as_root=(env DEBIAN_FRONTEND=noninteractive)
    ((EUID == 0)) || as_root=(sudo "${as_root[@]}")
    say 'installing what the build needs'
    "${as_root[@]}" apt-get -q update >/dev/null || say 'apt-get update failed; going on with the package lists at hand'
    "${as_root[@]}" apt-get -q -o DPkg::Lock::Timeout=300 -o Dpkg::Use-Pty=0 install --yes --no-install-recommends \
        build-essential debhelper fakeroot lintian >/dev/null
    "${as_root[@]}" apt-get -q -o DPkg::Lock::Timeout=300 -o Dpkg::Use-Pty=0 build-dep --yes --no-install-recommends . >/dev/null
}

# dpkg-buildpackage wants debian/ at the top; the checkout keeps it with the rest of the packaging.
make_stage() {
    rm -rf "$stage"
    mkdir -p "$stage"
    cp -a LICENSE NOTICE README.md config dbus docs jarvisd packaging pyproject.toml requirements systemd "$stage/"
    find "$stage" -name __pycache__ -prune -exec rm -rf {} +
    cp -a "$stage/packaging/debian" "$stage/debian"
    [[ -z $image ]] || cp "$image" "$stage/image.tar.gz"
    sed -i "1s/(\([^)]*\))/(\1$suffix)/" "$stage/debian/changelog" "$stage/debian/jarvisd.NEWS"
}

make_stage
version=$(dpkg-parsechangelog -l "$stage/debian/changelog" -S Version)
(cd "$stage" && install_build_dependencies)

say "jarvisd $version for $dist $arch, Python $python"
missing=$(nice packaging/wheels.sh fetch "$python" "$arch" "$glibc" "$wheels" 2> >(grep -v '^WARNING: Location' >&2))
say "$(find "$wheels" -name '*.whl' | wc -l) wheels, $(du -sm --apparent-size "$wheels" | cut -f 1) MB"

profiles=
[[ -n $image ]] || profiles=pkg.jarvisd.noimage
(
    cd "$stage"
    export JARVISD_PYTHON=$python JARVISD_GLIBC=$glibc JARVISD_WHEELS=$wheels DEB_BUILD_PROFILES=$profiles
    # Tools that the target needs to be built natively are not used.
    foreign=()
    [[ $arch == "$native" ]] || foreign=(-d "-a$arch")
    nice dpkg-buildpackage --build=binary --no-sign --jobs=1 "${foreign[@]}" >"$log" 2>&1
) || { tail -n 40 "$log" >&2 && fail "the whole log is $log"; }

say "$(grep -hE '^(not )?tried: ' "$log")"
python3 packaging/check_deb.py --arch "$arch" --python "$python" --glibc "$glibc" "$stage/debian/jarvisd"
for package in "$results"/jarvisd*_"${version}_$arch.deb"; do
    say "$package $(($(stat -c %s "$package") >> 20)) MB"
done
[[ -n $image ]] || say 'without jarvisd-sandbox-image: it is built on a machine of the same kind, with --image'
if [[ -n $missing ]]; then
    printf '%s\n' "$missing"
    exit "$incomplete"
fi
rm -rf "$stage"
