# What reads JUnit's XML, Checkstyle's XML, GitLab's Code Quality and GitHub's Markdown.
python_tool junitparser==5.0.3 jsonschema==4.26.0 cmarkgfm==2025.10.22
mkdir project empty
cd project
bad_project
# Names of files that would break out of what they stand in.
for name in '<b>"&'\''' 'a[x](y)`<img src=x>' $'new\nline\x1b[31m' '@all #1'; do
  mkdir "$name"
  cp Dockerfile "$name"
done
# A file of another encoding.
mkdir latin
printf 'FROM a\nWORKDIR \xff\n' > latin/Dockerfile
for format in json junit checkstyle gitlab markdown; do
  expect 0 seamlint --format "$format" --output "../report.$format" --fail-on never
done
for format in junit checkstyle gitlab markdown; do
  expect 0 seamlint ../empty --format "$format" --output "../clean.$format"
done
cd ..

client junitparser 5.0.3
expect 0 python3 - << 'EOF'
import json
from junitparser import JUnitXml
found = json.load(open("report.json"))["findings"]
report = JUnitXml.fromfile("report.junit")
bad = sum(one["severity"] != "note" for one in found)
assert bad > 4 and (report.tests, report.failures, report.errors) == (len(found), bad, 0), report
cases = [case for suite in report for case in suite]
assert len(cases) == len({(case.classname, case.name) for case in cases}) == len(found)
clean = [case for suite in JUnitXml.fromfile("clean.junit") for case in suite]
assert len(clean) == 1 and clean[0].is_passed
EOF
passed "a test per finding, each with a name of its own; none is one that passes"

client "Python's xml" "$(python3 -c 'import platform; print(platform.python_version())')"
expect 0 python3 - << 'EOF'
import json
from xml.etree import ElementTree
found = json.load(open("report.json"))["findings"]
errors = [(error, file) for file in ElementTree.parse("report.checkstyle").getroot() for error in file]
for (error, file), one in zip(errors, found, strict=True):
    assert int(error.get("line")) == one["at"]["line"]
    assert error.get("source") == "seamlint." + one["rule"]
    assert error.get("message").startswith(one["message"])
assert len(ElementTree.parse("clean.checkstyle").getroot()) == 0
EOF
passed "Checkstyle: places, rules and messages, with odd names of files"

client jsonschema 4.26.0
expect 0 python3 - << 'EOF'
import json, jsonschema
# https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format
line = {"type": "integer", "minimum": 1}
lines = {"type": "object", "required": ["begin"], "properties": {"begin": line}}
path = {"type": "string", "pattern": r"^(?!/|\./|\.\./)"}
location = {"type": "object", "required": ["path", "lines"],
            "properties": {"path": path, "lines": lines}}
text = {"type": "string", "minLength": 1}
severity = {"enum": ["info", "minor", "major", "critical", "blocker"]}
one = {"type": "object",
       "required": ["description", "check_name", "fingerprint", "severity", "location"],
       "properties": {"description": text, "check_name": text, "fingerprint": text,
                      "severity": severity, "location": location}}
report = json.load(open("report.gitlab"))
jsonschema.validate(report, {"type": "array", "minItems": 5, "items": one})
assert len({one["fingerprint"] for one in report}) == len(report)
assert json.load(open("clean.gitlab")) == []
EOF
passed "GitLab's Code Quality: the schema, and fingerprints that differ"

client cmarkgfm 2025.10.22
expect 0 python3 - << 'EOF'
import cmarkgfm, json, re
from cmarkgfm.cmark import Options
found = json.load(open("report.json"))["findings"]
text = open("report.markdown").read()
page = cmarkgfm.github_flavored_markdown_to_html(text, options=Options.CMARK_OPT_UNSAFE)
assert not re.search(r"<(a|b|img|table|pre|blockquote|h[1456])\b", page), page
assert page.count("<strong>") == len(found) and len(text) < 65536
assert text.count("<details>") == page.count("<details>") == page.count("</details>") > 0
EOF
passed "Markdown: an item per finding, and no mark-up that a file put there"
