# The hooks that build themselves from this repository.
# slow: builds seamlint twice in release mode
python_tool pre-commit==4.7.0 prek==0.5.10
need cargo
source "$REPOSITORY/tests/clients/hook.bash"
export PRE_COMMIT_HOME=$PWD/cache PREK_HOME=$PWD/cache CARGO_TARGET_DIR=$PWD/../../built
export CARGO_PROFILE_RELEASE_LTO=off CARGO_PROFILE_RELEASE_OPT_LEVEL=0
PATH=$(echo "$PATH" | sed "s|[^:]*/clients/bin:||")
repository_copy hooks
for pair in pre-commit:seamlint prek:seamlint-python; do
  runner=${pair%:*}
  client "$runner" "$("$runner" --version | cut -d' ' -f2)"
  rm -rf project
  new_repository project
  cd project
  hook_configuration "$PWD/../hooks" "${pair#*:}"
  expect 0 "$runner" install
  git add --all && git commit --quiet --message "The hooks"
  refuses_and_takes
  cd ..
  passed "${pair#*:}: builds, refuses a bad commit, takes a good one and a suppressed finding"
done
