#!/usr/bin/env bash
# Makes the archive of a release: archive.sh TARGET FOLDER-OF-THE-BINARY OUT
# It holds the program with its manual pages and completions. Its name, and where in it the program
# lies, are what `cargo binstall` is told in Cargo.toml.
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

mkdir -p "$out/$name/completions" "$out/$name/man"
cp "$binary" README.md CHANGELOG.md LICENSE-MIT LICENSE-APACHE "$out/$name/"
"$binary" completions bash > "$out/$name/completions/seamlint.bash"
"$binary" completions zsh > "$out/$name/completions/_seamlint"
"$binary" completions fish > "$out/$name/completions/seamlint.fish"
"$binary" completions powershell > "$out/$name/completions/_seamlint.ps1"
"$binary" man > "$out/$name/man/seamlint.1"
commands=$(sed -n 's/^seamlint\\-\([a-z-]*\)(1)$/\1/p' "$out/$name/man/seamlint.1")
for command in $commands; do
  "$binary" man "$command" > "$out/$name/man/seamlint-$command.1"
done
tar -C "$out" -czf "$out/$name.tar.gz" "$name"
rm -r "${out:?}/$name"
echo "$out/$name.tar.gz"
