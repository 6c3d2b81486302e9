#!/usr/bin/env bash
# Makes the archive of a release: archive.sh TARGET FOLDER-OF-THE-BINARY OUT
# Its name and what lies where in it is what `cargo binstall` is told in Cargo.toml.
set -euo pipefail
cd "$(dirname "$0")/.."

target=$1
binaries=$2
out=$3
version=$(sed -n 's/^version = "\(.*\)"$/\1/p' Cargo.toml | head -n 1)
name=seamlint-$version-$target
binary=$binaries/seamlint
case $target in
  *windows*) binary=$binary.exe ;;
esac

mkdir -p "$out/$name/completions"
cp "$binary" README.md CHANGELOG.md LICENSE-MIT LICENSE-APACHE "$out/$name/"
"$binary" completions bash > "$out/$name/completions/seamlint.bash"
"$binary" completions zsh > "$out/$name/completions/_seamlint"
"$binary" completions fish > "$out/$name/completions/seamlint.fish"
"$binary" completions powershell > "$out/$name/completions/_seamlint.ps1"
tar -C "$out" -czf "$out/$name.tar.gz" "$name"
rm -r "${out:?}/$name"
echo "$out/$name.tar.gz"
