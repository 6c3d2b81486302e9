#!/usr/bin/env bash
# Drives seamlint with the real programs of the places where people use it, and prints a table.
#
#   tests/clients.sh                all clients
#   tests/clients.sh --quick        without those that are slow
#   tests/clients.sh NAME ...       these only
#
# Exit status: 0, or 1 if a client failed. A client whose tools cannot be installed, because the
# network or a program is missing, is skipped, and the table says why.
#
# A client is a file `tests/clients/NAME.sh`. It is bash with `-euo pipefail`, runs in an empty
# scratch folder of its own, and has fifteen minutes, or as many as `MINUTES` says. A line
# `# slow: why` at its head leaves it out of `--quick`. What it prints goes to a log, whose end is
# shown if it fails.
#
# It is given:
#   $REPOSITORY    the root of this repository; it must not be written to
#   $SEAMLINT      a release binary, which is also the `seamlint` of the PATH
#   $TOOLS         a folder for what is installed; it is kept between runs
# and, from tests/clients/protocol.bash:
#   python_tool NAME==VERSION ...   installs from PyPI, and puts the commands on the PATH
#   node_tool NAME@VERSION ...      installs from npm, and puts the commands on the PATH
#   debian_tool COMMAND PACKAGE ... installs Debian's packages if the command is missing
#   need COMMAND ...                skips the client if a command is missing
#   client NAME VERSION             names what the rows that follow are about
#   passed WHAT                     a row of the table: what was done, and that it passed
#   skip WHY                        a row that says why not, and ends the client
#   fail WHY                        a row that says what is wrong, and ends the client
#   expect STATUS COMMAND ...       runs a command; fails if it exits with another status
#   says TEXT / silent_on TEXT      fails if the last `expect` did not print a text, or did
#   bad_project / good_project      writes a project with a defect, or without, into the folder
#   new_repository FOLDER           an empty git repository that takes commits
#   repository_copy FOLDER          this repository as it is, as one commit with the tag `v0.1.0`
#   wheel FOLDER                    builds the wheel into a folder
# A client that ends with another status than 0, or with no row, has failed.
#
#   SEAMLINT=target/debug/seamlint tests/clients.sh NAME    tests a binary that is there
#   CLIENTS=/elsewhere tests/clients.sh                     keeps tools and scratch elsewhere
set -euo pipefail

REPOSITORY=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
export REPOSITORY
cd "$REPOSITORY"

quick=false
names=()
for argument in "$@"; do
  case $argument in
    --quick) quick=true ;;
    -*) echo "usage: tests/clients.sh [--quick] [NAME ...]" >&2; exit 2 ;;
    *)
      [ -f "tests/clients/$argument.sh" ] || { echo "no tests/clients/$argument.sh" >&2; exit 2; }
      names+=("$argument")
      ;;
  esac
done
if [ ${#names[@]} -eq 0 ]; then
  for file in tests/clients/*.sh; do
    names+=("$(basename "$file" .sh)")
  done
fi

if [ -z "${SEAMLINT:-}" ]; then
  cargo build --release --locked
  SEAMLINT=${CARGO_TARGET_DIR:-target}/release/seamlint
fi
SEAMLINT=$(realpath "$SEAMLINT")
base=$(realpath -m "${CLIENTS:-target/clients}")
export SEAMLINT TOOLS=$base/tools ROWS=$base/rows.tsv
mkdir -p "$TOOLS" "$base/logs" "$base/bin"
ln -sf "$SEAMLINT" "$base/bin/seamlint"
export PATH="$base/bin:$PATH"
: > "$ROWS"

for name in "${names[@]}"; do
  file=tests/clients/$name.sh
  slow=$(sed -n 's/^# slow: //p' "$file" | head -n 1)
  if $quick && [ -n "$slow" ]; then
    printf 'left out\t%s\t-\tslow: %s\n' "$name" "$slow" >> "$ROWS"
    continue
  fi
  work=$base/work/$name
  log=$base/logs/$name.log
  rm -rf "$work"
  mkdir -p "$work"
  before=$(wc -l < "$ROWS")
  started=$SECONDS
  status=0
  # shellcheck disable=SC2016
  CLIENT=$name timeout --kill-after=10 "$((${MINUTES:-15} * 60))" bash -euo pipefail -c \
    'source "$1/protocol.bash"; cd "$2"; source "$3"' "$name" \
    "$REPOSITORY/tests/clients" "$work" "$REPOSITORY/$file" > "$log" 2>&1 < /dev/null || status=$?
  last=$(tail -n +$((before + 1)) "$ROWS" | tail -n 1)
  if [ "$status" -eq 124 ]; then
    printf 'failed\t%s\t-\tnot done after %s minutes\n' "$name" "${MINUTES:-15}" >> "$ROWS"
  elif [ "$status" -ne 0 ] && [[ $last != failed* ]]; then
    printf 'failed\t%s\t-\tended with status %s, see the log\n' "$name" "$status" >> "$ROWS"
  elif [ -z "$last" ]; then
    printf 'failed\t%s\t-\tsaid nothing\n' "$name" >> "$ROWS"
  fi
  if tail -n +$((before + 1)) "$ROWS" | grep -q '^failed'; then
    echo "--- $name failed; the end of $log:" >&2
    tail -n 40 "$log" >&2
  fi
  echo "$name: $((SECONDS - started)) s" >&2
done

table() {
  local result name version what
  printf '\n%-8s  %-22s  %-12s  %s\n' result client version "what was done, or why not"
  while IFS=$'\t' read -r result name version what; do
    printf '%-8s  %-22s  %-12s  %s\n' "$result" "$name" "$version" "$what"
  done < "$ROWS"
}
table
count() { grep -c "^$1" "$ROWS" || true; }
failures=$(count failed)
printf '\nclients: %s passed, %s failed, %s skipped\n' \
  "$(count passed)" "$failures" "$(count 'skipped\|^left out')"
[ "$failures" -eq 0 ]
