# The hooks in prek, with the seamlint that is installed.
python_tool prek==0.5.10
client prek "$(prek --version | cut -d' ' -f2)"
source "$REPOSITORY/tests/clients/hook.bash"
export PREK_HOME=$PWD/cache

repository_copy hooks
new_repository project
cd project
hook_configuration "$OLDPWD/hooks" seamlint-system
expect 0 prek install
git add --all && git commit --quiet --message "The hooks"
refuses_and_takes
passed "language: system: refuses a bad commit, takes a good one and a suppressed finding"
minds_what_a_commit_may_bring "$OLDPWD/hooks" seamlint-system prek
passed "old defects, seams, deleted files, odd names, what is not staged, linked worktrees"
