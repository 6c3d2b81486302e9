# The files under editors/ that no client here reads.
need python3
client editor-files
expect 0 python3 -c 'import json, sys, tomllib
root = sys.argv[1]
tomllib.load(open(f"{root}/helix/languages.toml", "rb"))
tomllib.load(open(f"{root}/zed/extension.toml", "rb"))
json.load(open(f"{root}/jetbrains/lsp4ij/template.json"))
json.load(open(f"{root}/jetbrains/lsp4ij/initializationOptions.json"))' "$REPOSITORY/editors"
passed "the files for Helix and JetBrains are TOML and JSON"
need cargo
client zed
cp -r "$REPOSITORY/editors/zed" zed
cargo fetch --quiet --manifest-path zed/Cargo.toml > fetch.log 2>&1 || skip "cargo: $(reason fetch.log)"
CARGO_TARGET_DIR=$TOOLS/zed-target expect 0 cargo check --quiet --manifest-path zed/Cargo.toml
passed "the extension is checked by Rust's compiler"
