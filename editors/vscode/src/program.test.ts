import assert from "node:assert/strict";
import { test } from "node:test";
import { ask, locate, placeholder, rules } from "./program";

test("the program is a name or a path", () => {
  assert.equal(locate("", "/srv"), "seamlint");
  assert.equal(locate("seamlint", "/srv"), "seamlint");
  assert.equal(locate("./bin/seamlint", "/srv"), "/srv/bin/seamlint");
  assert.equal(locate("/opt/seamlint", "/srv"), "/opt/seamlint");
  assert.equal(locate("bin/seamlint", undefined), "bin/seamlint");
});

test("what fails says why", async () => {
  const missing = await ask("/nowhere/seamlint", ["rules"]);
  assert.deepEqual(missing, { ok: false, why: "there is no program `/nowhere/seamlint`" });
  const code = "process.stderr.write('error: no\\n'); process.exit(2)";
  assert.deepEqual(await ask(process.execPath, ["-e", code]), { ok: false, why: "error: no" });
  const found = "process.stdout.write('found'); process.exit(1)";
  assert.deepEqual(await ask(process.execPath, ["-e", found]), { ok: true, text: "found" });
});

test("rules are read from their list", () => {
  const list = "port-drift          error    Two sides of a port disagree.\n\nno-user  note  No user.\n";
  assert.deepEqual(rules(list).map((rule) => rule.id), ["port-drift", "no-user"]);
});

test("the reason is looked for near the change", () => {
  const text = "# a TODO: say why\nFROM a\n  # b TODO: say why\nRUN b\n";
  assert.deepEqual(placeholder(text, 0), { line: 0, column: 4 });
  assert.deepEqual(placeholder(text, 3), { line: 2, column: 6 });
  assert.equal(placeholder("FROM a\n", 3), undefined);
});
