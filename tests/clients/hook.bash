# What pre-commit and prek have to do with the hooks, whatever the language they are written in.
# shellcheck shell=bash

# Writes the configuration: the runner, the repository of the hooks, the hook and more lines of it.
hook_configuration() {
  printf '%s\n' 'repos:' "  - repo: $1" '    rev: v0.1.0' '    hooks:' "      - id: $2" > .pre-commit-config.yaml
  shift 2
  local line
  for line in "$@"; do
    echo "        $line" >> .pre-commit-config.yaml
  done
}

# Commits all there is, and expects the hook to take it.
taken() {
  git add --all
  expect 0 git commit --quiet --message "$1"
}

# Commits all there is, and expects the hook to refuse it, naming a rule.
refused() {
  local head
  head=$(git rev-parse HEAD)
  git add --all
  expect 1 git commit --quiet --message "$1"
  says "$2"
  [ "$(git rev-parse HEAD)" = "$head" ] || fail "$1 was committed"
}

# A bad commit is refused, a good one passes, and so does a suppressed finding.
refuses_and_takes() {
  bad_project
  refused "A bad project" 'error[exec-form-variable]'
  good_project
  taken "A good project"
  bad_project
  sed -i '4a # seamlint: ignore[exec-form-variable] the base image has an entrypoint' Dockerfile
  taken "A suppressed finding"
}

# Everything else that a commit may bring.
minds_what_a_commit_may_bring() {
  local hooks=$1 hook=$2 runner=$3
  mkdir old
  (cd old && bad_project)
  expect 0 git add --all
  expect 0 git commit --quiet --no-verify --message "An old defect"
  echo 'app = 1' > main.py
  taken "A change elsewhere"
  echo 'app = 2' > old/main.py
  taken "A change beside an old defect"
  echo '# a comment' >> old/Dockerfile
  refused "A change in the file of an old defect" 'old/Dockerfile:5'
  git checkout --quiet HEAD -- .
  git rm --quiet -r old
  taken "The old defect is gone"

  printf '%s\n' 'steps:' '  - name: gcr.io/cloud-builders/docker' \
    '    args: [build, -t, gcr.io/shop/api, .]' '  - name: gcr.io/cloud-builders/docker' \
    '    args: [push, gcr.io/shop/api]' '  - name: gcr.io/google.com/cloudsdktool/cloud-sdk' \
    '    entrypoint: gcloud' \
    '    args: [run, deploy, api, --image=gcr.io/shop/api, --region=europe-west1, --port=9000]' > cloudbuild.yaml
  good_project
  refused "The other side of a seam" 'error[port-drift]'
  sed -i 's/9000/8080/' cloudbuild.yaml
  taken "Both sides of a seam"

  bad_project
  mkdir -p 'a b'
  cp Dockerfile 'a b/Dockerfile.ü'
  git checkout --quiet HEAD -- Dockerfile
  refused "A name with a blank" 'a b/Dockerfile.ü'
  rm -r 'a b'
  echo 'nothing' > ./-fix
  echo 'nothing' > rules
  git add --all
  taken "Names that look like arguments"
  git rm --quiet --cached ./-fix && rm ./-fix

  bad_project
  echo 'More' > README.md
  git add README.md
  expect 0 git commit --quiet --message "A defect that is not staged"
  git checkout --quiet HEAD -- Dockerfile

  git worktree add --quiet ../linked -b linked
  cd ../linked
  bad_project
  refused "A bad project in a linked worktree" 'error[exec-form-variable]'
  cd ../project

  hook_configuration "$hooks" "$hook" 'always_run: true' 'pass_filenames: false'
  taken "The whole project with each commit"
  git rm --quiet main.py
  refused "A file is deleted that an image copies" 'error[copy-source-missing]'
  git reset --quiet --hard
  expect 0 "$runner" run --all-files
}
