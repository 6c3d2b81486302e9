# A binary that needs nothing of the system: run in a root with no other file.
# slow: builds seamlint and all it depends on
need cargo chroot
client "static binary"
target=x86_64-unknown-linux-musl
libraries=$(rustc --print target-libdir --target "$target" 2> /dev/null || true)
if [ ! -d "$libraries" ]; then
  rustup target add "$target" > rustup.log 2>&1 || true
fi
if [ ! -d "$libraries" ]; then
  cat rustup.log
  row skipped "musl: the target $target cannot be installed: $(reason rustup.log)"
  target=x86_64-unknown-linux-gnu
  export RUSTFLAGS="-C target-feature=+crt-static"
fi
export CARGO_TARGET_DIR=$PWD/../../static
export CARGO_PROFILE_RELEASE_LTO=off CARGO_PROFILE_RELEASE_OPT_LEVEL=0
expect 0 cargo build --quiet --release --locked --target "$target" --manifest-path "$REPOSITORY/Cargo.toml"
mkdir -p root/project
cp "$CARGO_TARGET_DIR/$target/release/seamlint" root/
(cd root/project && bad_project)
[ "$(id -u)" -eq 0 ] || skip "only root can change its root"
expect 1 chroot root /seamlint check /project
says 'error[exec-form-variable]'
passed "$target: runs where there is no library, no shell and no /proc"
