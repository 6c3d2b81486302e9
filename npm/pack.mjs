// Makes the packages for npm of the archives of a release:
//
//   node npm/pack.mjs VERSION FOLDER-OF-ARCHIVES OUT [--partial]
//
// The package `seamlint` is a script of a few lines; it depends on one package per platform with
// the binary in it, of which npm installs only that of the machine. With `--partial`, platforms
// without an archive are left out, to try the others.

import { execFileSync } from "node:child_process";
import { chmodSync, copyFileSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const PLATFORMS = [
  { os: "linux", cpu: "x64", target: "x86_64-unknown-linux-musl" },
  { os: "linux", cpu: "arm64", target: "aarch64-unknown-linux-musl" },
  { os: "darwin", cpu: "x64", target: "x86_64-apple-darwin" },
  { os: "darwin", cpu: "arm64", target: "aarch64-apple-darwin" },
  { os: "win32", cpu: "x64", target: "x86_64-pc-windows-msvc" },
];

const [version, archives, out, option] = process.argv.slice(2);
const here = dirname(fileURLToPath(import.meta.url));
const common = JSON.parse(readFileSync(join(here, "package.json"), "utf8"));
if (common.version !== version) {
  throw new Error(`npm/package.json has version ${common.version}, not ${version}`);
}
mkdirSync(out, { recursive: true });

/** Packs a folder, and gives the tarball a name without a version. */
function pack(folder, name) {
  for (const file of ["LICENSE-MIT", "LICENSE-APACHE"]) {
    copyFileSync(join(here, "..", file), join(folder, file));
  }
  const options = ["pack", "--silent", "--pack-destination", resolve(out)];
  execFileSync("npm", options, { cwd: folder, shell: process.platform === "win32" });
  renameSync(join(out, `${name}-${version}.tgz`), join(out, `${name}.tgz`));
  rmSync(folder, { recursive: true });
  console.log(join(out, `${name}.tgz`));
}

for (const { os, cpu, target } of PLATFORMS) {
  const name = `seamlint-${os}-${cpu}`;
  const inside = `seamlint-${version}-${target}`;
  const archive = join(archives, `${inside}.tar.gz`);
  if (!existsSync(archive)) {
    if (option === "--partial") continue;
    throw new Error(`${archive} is missing`);
  }
  const folder = join(out, name);
  const file = os === "win32" ? "seamlint.exe" : "seamlint";
  mkdirSync(join(folder, "bin"), { recursive: true });
  execFileSync("tar", ["-xzf", archive, "-C", join(folder, "bin"), "--strip-components=1", `${inside}/${file}`]);
  chmodSync(join(folder, "bin", file), 0o755);
  const { license, repository } = common;
  const description = `The binary of seamlint for ${os} on ${cpu}`;
  const content = { name, version, description, license, repository, os: [os], cpu: [cpu], files: ["bin/", "LICENSE-*"] };
  writeFileSync(join(folder, "package.json"), JSON.stringify(content, null, 2) + "\n");
  pack(folder, name);
}

const folder = join(out, "seamlint");
mkdirSync(join(folder, "bin"), { recursive: true });
copyFileSync(join(here, "package.json"), join(folder, "package.json"));
copyFileSync(join(here, "bin", "seamlint.js"), join(folder, "bin", "seamlint.js"));
copyFileSync(join(here, "..", "README.md"), join(folder, "README.md"));
pack(folder, "seamlint");
