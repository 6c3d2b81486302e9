# The wheel, built by maturin, installed by pip, and used by the hook of a local repository.
python_tool pre-commit==4.7.0 twine==6.2.0
source "$REPOSITORY/tests/clients/hook.bash"

wheel wheels
client maturin "$(maturin --version | cut -d' ' -f2)"
expect 0 twine check --strict wheels/*.whl
passed "a wheel; twine has nothing to say of it"

python3 -m venv installed
version=$(seamlint --version)
expect 0 installed/bin/pip install --quiet --no-index --find-links wheels seamlint
[ "$(installed/bin/seamlint --version)" = "$version" ] || fail "the installed one has another version"
bad_project
expect 1 installed/bin/seamlint
client pip "$(installed/bin/pip --version | cut -d' ' -f2)"
passed "pip install of the wheel gives the command"

# Without a repository of hooks: pre-commit makes an empty package, which needs setuptools, and
# adds the wheel.
client pre-commit "$(pre-commit --version | cut -d' ' -f2)"
installed/bin/pip download --quiet --retries 1 --timeout 20 --dest wheels setuptools wheel \
  > download.log 2>&1 || skip "pip: $(reason download.log)"
export PRE_COMMIT_HOME=$PWD/cache PIP_FIND_LINKS=$PWD/wheels PIP_NO_INDEX=1
new_repository project
cd project || exit
printf '%s\n' 'repos:' '  - repo: local' '    hooks:' '      - id: seamlint' '        name: seamlint' \
  '        language: python' "        additional_dependencies: [seamlint==${version#* }]" \
  '        entry: seamlint check' '        args: ["--"]' '        types: [text]' \
  '        require_serial: true' > .pre-commit-config.yaml
PATH=/usr/bin:/bin:$TOOLS/$CLIENT-python/bin:$(dirname "$(command -v git)")
expect 0 pre-commit install
git add --all && git commit --quiet --message "The hook"
refuses_and_takes
passed "language: python with the wheel: refuses a bad commit, takes a good and a suppressed one"
