# The archive of a release, and the packages that npm installs.
need node npm tar
client "archive of a release"
version=$(seamlint --version | cut -d' ' -f2)
target=x86_64-unknown-linux-musl
mkdir binary
ln -s "$SEAMLINT" binary/seamlint
expect 0 "$REPOSITORY/packaging/archive.sh" "$target" "$PWD/binary" "$PWD/dist"
tar -xzf "dist/seamlint-$version-$target.tar.gz"
inside=seamlint-$version-$target
expect 0 "$inside/seamlint" --version
expect 0 bash -n "$inside/completions/seamlint.bash"
expect 0 grep -h '^\.TH' "$inside"/man/*.1
says '.TH seamlint-check 1 '
if command -v groff > /dev/null; then
  expect 0 groff -man -Tutf8 -ww -z "$inside"/man/*.1
  silent_on .1:
fi
passed "where \`cargo binstall\` looks for it; with completions for four shells, and manual pages"

client npm "$(npm --version)"
expect 0 node "$REPOSITORY/npm/pack.mjs" "$version" dist packages --partial
[ "$(uname -s)-$(uname -m)" = Linux-x86_64 ] || skip "there is no binary for this platform"
mkdir project
(cd project && good_project && echo '{"private": true}' > package.json)
expect 0 npm install --prefix project --no-audit --no-fund --offline --omit=optional \
  ./packages/seamlint.tgz
expect 2 project/node_modules/.bin/seamlint
says 'the package seamlint-linux-x64 is not installed'
expect 0 npm install --prefix project --no-audit --no-fund --offline --omit=optional \
  ./packages/seamlint.tgz ./packages/seamlint-linux-x64.tgz
cd project
expect 0 npx --no-install seamlint check --fail-on note
bad_project
expect 1 npx --no-install seamlint check --format concise
says 'Dockerfile:5:61'
expect 2 npx --no-install seamlint check nowhere
passed "npm install gives the command, with its output and its exit status"
