#!/usr/bin/env bash
# Checks what the action is given: annotations to the log, a summary to the page
# of the job, SARIF to a file if asked for.
# It fails only if seamlint does; what was found is judged by the last step of the action, so that
# the file can be uploaded before.
set -euo pipefail

refuse() {
  echo "::error title=seamlint::$1"
  exit 2
}

paths=()
while IFS= read -r path; do
  path=${path%$'\r'}
  [ -z "$path" ] || paths+=("$path")
done <<< "$SEAMLINT_PATHS"
[ ${#paths[@]} -gt 0 ] || paths=(.)

options=()
[ -z "$SEAMLINT_FAIL_ON" ] || options+=("--fail-on=$SEAMLINT_FAIL_ON")

case $SEAMLINT_UPLOAD in
  true | false) ;;
  *) refuse "the input \`upload-sarif\` is neither \`true\` nor \`false\`" ;;
esac
sarif=$SEAMLINT_SARIF_FILE
if [ -z "$sarif" ] && [ "$SEAMLINT_UPLOAD" = true ]; then
  sarif=$RUNNER_TEMP/seamlint.sarif
fi
[[ $sarif != *$'\n'* ]] || refuse "the input \`sarif-file\` has several lines"

# bash 3 of macOS takes an empty list for an unset variable.
status=0
report=$("$SEAMLINT" check --format=github ${options[@]+"${options[@]}"} -- "${paths[@]}") ||
  status=$?
[ -z "$report" ] || printf '%s\n' "$report"
[ "$status" -le 1 ] || exit "$status"
if [ -n "$report" ] && [ -n "${GITHUB_STEP_SUMMARY:-}" ]; then
  "$SEAMLINT" check --format=markdown --fail-on=never -- "${paths[@]}" 2> /dev/null \
    >> "$GITHUB_STEP_SUMMARY"
fi
if [ -n "$sarif" ]; then
  "$SEAMLINT" check --format=sarif --output="$sarif" --fail-on=never -- "${paths[@]}" 2> /dev/null
fi
{
  echo "status=$status"
  echo "findings=$(grep -cE '^::(error|warning|notice) ' <<< "$report" || true)"
  echo "sarif-file=$sarif"
} >> "$GITHUB_OUTPUT"
