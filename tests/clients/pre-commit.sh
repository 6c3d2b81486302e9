# The hooks in pre-commit, with the seamlint that is installed and from a local wheel.
python_tool pre-commit==4.7.0
client pre-commit "$(pre-commit --version | cut -d' ' -f2)"
source "$REPOSITORY/tests/clients/hook.bash"
export PRE_COMMIT_HOME=$PWD/cache

repository_copy hooks
expect 0 pre-commit validate-manifest hooks/.pre-commit-hooks.yaml
new_repository project
cd project
hook_configuration "$OLDPWD/hooks" seamlint-system
expect 0 pre-commit install
git add --all && git commit --quiet --message "The hooks"
refuses_and_takes
passed "language: system: refuses a bad commit, takes a good one and a suppressed finding"
minds_what_a_commit_may_bring "$OLDPWD/hooks" seamlint-system pre-commit
passed "old defects, seams, deleted files, odd names, what is not staged, linked worktrees"
