# The package for crates.io: built and installed from what is in it alone.
# slow: builds seamlint in release mode
need cargo tar
client cargo "$(cargo --version | cut -d' ' -f2)"
repository_copy copy
cd copy
expect 0 cargo package --locked --no-verify
cd ..
tar -xzf copy/target/package/seamlint-*.crate
export CARGO_TARGET_DIR=$PWD/../../built CARGO_PROFILE_RELEASE_LTO=off CARGO_PROFILE_RELEASE_OPT_LEVEL=0
expect 0 cargo install --quiet --locked --path seamlint-*/ --root installed
bad_project
expect 1 installed/bin/seamlint
expect 0 installed/bin/seamlint explain port-drift
size=$(du -k copy/target/package/seamlint-*.crate | cut -f1)
[ "$size" -lt 10240 ] || fail "crates.io takes no package of $size KiB"
passed "cargo package, then cargo install of it ($size KiB)"

# The image is built of what the ignore file lets in.
mkdir context
sed -n 's/^!//p' copy/.dockerignore | (cd copy && xargs tar -cf -) | tar -C context -xf -
expect 0 cargo build --quiet --release --locked --bin seamlint --manifest-path context/Cargo.toml
passed "builds of what the .dockerignore lets into the image"
