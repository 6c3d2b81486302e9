# What a client of tests/clients.sh may call; the head of that file documents it.
# shellcheck shell=bash

client_name=$CLIENT
client_version=-
printed=$TOOLS/../logs/$CLIENT.printed

row() {
  printf '%s\t%s\t%s\t%s\n' "$1" "$client_name" "$client_version" "${2//[$'\t\n']/ }" >> "$ROWS"
  echo "=== $1: $2"
}

client() {
  client_name=$1
  client_version=${2:--}
}

passed() { row passed "$1"; }

skip() {
  row skipped "$1"
  exit 0
}

fail() {
  row failed "$1"
  exit 1
}

need() {
  local name
  for name in "$@"; do
    command -v "$name" > /dev/null || skip "\`$name\` is not installed"
  done
}

# The last line of a log that says something: why an installation did not work.
reason() { grep -v '^\s*$' "$1" | grep -iE 'error|fail|unable|could not' | tail -n 1 | cut -c1-120; }

# Keeps what was installed for the same list, and installs it anew for another.
installed() { [ -f "$1/.complete" ] && [ "$(cat "$1/.complete")" = "$2" ]; }

python_tool() { python_into "$TOOLS/$CLIENT-python" "$@"; }

python_into() {
  need python3
  local place=$1
  shift
  if ! installed "$place" "$*"; then
    rm -rf "$place"
    python3 -m venv "$place" || skip "python3 makes no virtual environment"
    PIP_DISABLE_PIP_VERSION_CHECK=1 "$place/bin/pip" install --quiet --retries 1 --timeout 20 \
      "$@" > "$place.log" 2>&1 || { cat "$place.log"; skip "pip: $(reason "$place.log")"; }
    echo "$*" > "$place/.complete"
  fi
  PATH=$place/bin:$PATH
}

node_tool() {
  need node npm
  local place=$TOOLS/$CLIENT-node
  if ! installed "$place" "$*"; then
    rm -rf "$place"
    mkdir -p "$place"
    npm install --silent --no-fund --no-audit --fetch-retries 1 --prefix "$place" "$@" \
      > "$place.log" 2>&1 || { cat "$place.log"; skip "npm: $(reason "$place.log")"; }
    echo "$*" > "$place/.complete"
  fi
  PATH=$place/node_modules/.bin:$PATH
  NODE_PATH=$place/node_modules
  export NODE_PATH
}

debian_tool() {
  local command=$1
  shift
  command -v "$command" > /dev/null && return
  if [ "$(id -u)" -ne 0 ] || ! command -v apt-get > /dev/null; then
    skip "\`$command\` is not installed, and only root of a Debian can"
  fi
  local log=$TOOLS/$CLIENT-debian.log
  { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -qq -y \
    --no-install-recommends "$@"; } > "$log" 2>&1 || { cat "$log"; skip "apt-get: $(reason "$log")"; }
}

expect() {
  local wanted=$1 status=0
  shift
  "$@" > "$printed" 2>&1 || status=$?
  echo "\$ $*   (status $status)"
  cat "$printed"
  [ "$status" -eq "$wanted" ] || fail "\`$*\` ended with status $status, not $wanted"
}

says() { grep -qF -- "$1" "$printed" || fail "nothing printed says \`$1\`"; }

silent_on() { ! grep -qF -- "$1" "$printed" || fail "what was printed says \`$1\`"; }

bad_project() {
  good_project
  sed -i 's/"8080"/"$PORT"/' Dockerfile
}

good_project() {
  printf '%s\n' 'FROM python:3.13-slim' 'WORKDIR /app' 'COPY main.py ./' 'USER nobody' \
    'CMD ["uvicorn", "main:app", "--host", "0.0.0.0", "--port", "8080"]' > Dockerfile
  echo 'app = None' > main.py
}

# A copy of this repository as it is on the disk, with all that git would take, as a repository of
# its own with one commit and the tag `v0.1.0`.
repository_copy() {
  git -C "$REPOSITORY" ls-files -z --cached --others --exclude-standard > files.list
  mkdir -p "$1"
  while IFS= read -r -d '' file; do
    [ ! -f "$REPOSITORY/$file" ] || printf '%s\0' "$file"
  done < files.list | tar -C "$REPOSITORY" --null --files-from=- -cf - | tar -C "$1" -xf -
  rm files.list
  new_repository "$1"
  git -C "$1" add --all
  git -C "$1" commit --quiet --message "All"
  git -C "$1" tag v0.1.0
}

# The wheel of this repository, built by maturin beside what cargo has built already.
wheel() {
  need cargo
  python_into "$TOOLS/maturin" maturin==1.16.0
  expect 0 "$TOOLS/maturin/bin/maturin" build --release --locked --quiet \
    --manifest-path "$REPOSITORY/Cargo.toml" --out "$1"
}

# An empty repository, in which a commit needs no settings of the machine.
new_repository() {
  git init --quiet --initial-branch main "$1"
  git -C "$1" config user.name "Somebody"
  git -C "$1" config user.email "somebody@example.com"
  git -C "$1" config commit.gpgsign false
}
