#!/usr/bin/env node
// Runs the binary of the package for this platform, which npm chose by `os` and `cpu`.
"use strict";

const { spawnSync } = require("node:child_process");

const name = `seamlint-${process.platform}-${process.arch}`;
const file = process.platform === "win32" ? "seamlint.exe" : "seamlint";

let binary;
try {
  binary = require.resolve(`${name}/bin/${file}`);
} catch {
  console.error(
    `error: the package ${name} is not installed. Either there is none for this platform, or ` +
      "optional dependencies were left out; `cargo install seamlint` builds it from source.",
  );
  process.exit(2);
}

const { status, signal, error } = spawnSync(binary, process.argv.slice(2), { stdio: "inherit" });
if (error) {
  console.error(`error: ${binary}: ${error.message}`);
  process.exit(2);
}
if (signal) {
  process.kill(process.pid, signal);
}
process.exit(status ?? 2);
