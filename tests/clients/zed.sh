# The extension for Zed, compiled as Zed compiles it, and asked for what it starts.
# slow: it compiles the interface of extensions
need cargo rustc node
target=wasm32-wasip2
if [ ! -d "$(rustc --print target-libdir --target "$target")" ]; then
  need rustup
  rustup target add "$target" > target.log 2>&1 || skip "rustup: $(reason target.log)"
fi
node_tool @bytecodealliance/jco@1.35.0
client zed-extension "$(sed -n 's/^version = "\(.*\)"/\1/p' "$REPOSITORY/editors/zed/extension.toml")"
expect 0 python3 -c 'import sys, tomllib
manifest = tomllib.load(open(sys.argv[1], "rb"))
assert manifest["schema_version"] == 1 and isinstance(manifest["authors"], list)
assert manifest.keys() <= {"id", "name", "version", "schema_version", "description", "repository",
    "authors", "lib", "language_servers"}
for server in manifest["language_servers"].values():
    assert server.keys() <= {"name", "languages", "language_ids"}' "$REPOSITORY/editors/zed/extension.toml"
cp -r "$REPOSITORY/editors/zed" zed
cargo fetch --quiet --manifest-path zed/Cargo.toml > fetch.log 2>&1 || skip "cargo: $(reason fetch.log)"
CARGO_PROFILE_DEV_DEBUG=0 CARGO_TARGET_DIR=$TOOLS/zed-target expect 0 cargo build --quiet --target "$target" \
  --manifest-path zed/Cargo.toml
wasm=$TOOLS/zed-target/$target/debug/seamlint_zed.wasm
grep -qaF zed:api-version "$wasm" || fail "the extension does not name the interface that it is for"

# The host that Zed is: it knows where programs are.
cat > host.mjs <<'END'
export class Worktree {
  constructor(programs) { this.programs = programs; }
  which(name) { return this.programs[name]; }
  shellEnv() { return [["PATH", "/bin"]]; }
}
export class Project {}
export class KeyValueStore {}
END
cat > zed.mjs <<'END'
import { strictEqual as equal, deepStrictEqual as same } from "node:assert";
import { initExtension, languageServerCommand } from "./out/zed.js";
import { Worktree } from "./host.mjs";
initExtension();
const program = process.env.SEAMLINT;
const command = languageServerCommand("seamlint", new Worktree({ seamlint: program }));
same(command, { command: program, args: ["lsp"], env: [["PATH", "/bin"]] });
try {
  languageServerCommand("seamlint", new Worktree({}));
  throw Error("a program that is not there is started");
} catch (error) {
  equal(error.payload, "seamlint is not on the PATH: install it with `cargo install seamlint`");
}
END
echo '{ "type": "module" }' > package.json
ln -s "$NODE_PATH" node_modules
expect 0 jco transpile "$wasm" --name zed --out-dir out --quiet --no-typescript \
  --map 'worktree=../host.mjs#Worktree' --map 'project=../host.mjs#Project' \
  --map 'key-value-store=../host.mjs#KeyValueStore'
expect 0 node zed.mjs
passed "compiled to a component; it starts the program of the PATH, or says how to get it"
