#!/usr/bin/env bash
# Makes an earlier version out of built packages, to try an upgrade with: the same content, a lower version number,
# and one changed settings file.
#
# Usage: older-deb.sh VERSION FOLDER PACKAGE.deb...
set -euo pipefail

readonly version=$1 folder=$2
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
mkdir -p "$folder"
for package in "${@:3}"; do
    name=$(dpkg-deb --field "$package" Package)
    arch=$(dpkg-deb --field "$package" Architecture)
    newer=$(dpkg-deb --field "$package" Version)
    dpkg-deb --raw-extract "$package" "$scratch/$name"
    sed -i "s/^Version: .*/Version: $version/; s/jarvisd (= $newer)/jarvisd (= $version)/" "$scratch/$name/DEBIAN/control"
    settings=$scratch/$name/etc/jarvisd/jarvisd.toml
    if [[ -f $settings ]]; then
        echo '# A line that the next version no longer has.' >>"$settings"
        sum=$(md5sum <"$settings" | cut -d ' ' -f 1)
        sed -i "s|^[0-9a-f]* *etc/jarvisd/jarvisd.toml|$sum  etc/jarvisd/jarvisd.toml|" "$scratch/$name/DEBIAN/md5sums"
    fi
    dpkg-deb --root-owner-group -Zzstd -z1 --build "$scratch/$name" "$folder/${name}_${version}_$arch.deb" >/dev/null
    rm -rf "${scratch:?}/$name"
done
