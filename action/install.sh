#!/usr/bin/env bash
# Installs the seamlint that the action is asked for, and says where it is.
set -euo pipefail

refuse() {
  echo "::error title=seamlint::$1"
  exit 2
}

place=$RUNNER_TEMP/seamlint
case $SEAMLINT_VERSION in
  installed)
    seamlint=$(command -v seamlint) || refuse "there is no seamlint on the PATH"
    ;;
  source)
    cargo install --locked --path "$GITHUB_ACTION_PATH" --root "$place"
    seamlint=$place/bin/seamlint
    ;;
  *)
    own=$(sed -n 's/^version = "\(.*\)"$/\1/p' "$GITHUB_ACTION_PATH/Cargo.toml" | head -n 1)
    version=${SEAMLINT_VERSION:-$own}
    version=${version#v}
    [[ $version =~ ^[0-9]+\.[0-9]+\.[0-9]+([a-z.-][a-z0-9.-]*)?$ ]] ||
      refuse "the input \`version\` is no version, neither \`source\` nor \`installed\`"
    python=$(command -v python3 || command -v python) || refuse "there is no Python to install with"
    "$python" -m venv "$place"
    bin=$place/bin
    [ -d "$bin" ] || bin=$place/Scripts
    "$bin/python" -m pip install --quiet --disable-pip-version-check --only-binary :all: \
      "seamlint==$version"
    seamlint=$bin/seamlint
    ;;
esac
"$seamlint" --version
echo "seamlint=$seamlint" >> "$GITHUB_OUTPUT"
