# SARIF, as Microsoft's validator and the schema see it.
node_tool @microsoft/sarif-multitool@5.7.0 @microsoft/sarif-multitool-linux@5.7.0
python_tool check-jsonschema==0.39.0
client sarif-multitool 5.7.0
[ "$(uname -s)" = Linux ] || skip "only its program for Linux is called"

# Without a finding, with the fixtures' many, and with odd paths and texts.
mkdir good odd
(cd good && good_project)
(cd odd && bad_project && mkdir 'a b' && cp Dockerfile 'a b/Dockerfile.ü%20#[x](1)' &&
  sed -i 's/main:app/main:[x](1)]/' Dockerfile)
for project in good odd "$REPOSITORY"/fixtures/*/; do
  expect 0 seamlint check --format sarif --fail-on never \
    --output "$(basename "$project").sarif" "$project"
done

# Its exit status is 0 whatever it finds, and its wrapper for npm breaks on the semicolon.
multitool=$NODE_PATH/@microsoft/sarif-multitool-linux
expect 0 "$multitool/Sarif.Multitool" validate '*.sarif' --rule-kind 'Sarif;Ghas' \
  --output report.json --log ForceOverwrite
says "$(find . -name '*.sarif' | wc -l) files scanned"
python3 - report.json <<'PYTHON' || fail "it has something to say, see the log"
import json, sys
results = json.load(open(sys.argv[1]))["runs"][0].get("results", [])
for result in results:
    print(result.get("level", "warning"), result["ruleId"], json.dumps(result["message"]))
sys.exit(bool(results))
PYTHON
passed "no error or warning by its rules and those of GitHub"

client "schema of SARIF 2.1.0"
expect 0 check-jsonschema --schemafile "$multitool/sarif-2.1.0.json" ./*.sarif
passed "every report fits it"
