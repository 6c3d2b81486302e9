// The program: where it is, and what it answers. Knows nothing of the editor.

import { execFile } from "node:child_process";
import * as path from "node:path";

/** What a call of the program printed, or why it did not. */
export type Answer = { ok: true; text: string } | { ok: false; why: string };

/** The program as the settings name it: a name of the PATH, or a path from a folder. */
export function locate(setting: string, folder: string | undefined): string {
  const name = setting.trim() || "seamlint";
  const isPath = name.includes("/") || name.includes("\\");
  return isPath && !path.isAbsolute(name) && folder !== undefined ? path.join(folder, name) : name;
}

/** Calls the program and waits for what it prints, at most half a minute. */
export function ask(program: string, args: string[], folder?: string): Promise<Answer> {
  const options = { cwd: folder, timeout: 30_000, maxBuffer: 64 << 20 };
  return new Promise((resolve) => {
    execFile(program, args, options, (error, printed, complaint) => {
      // Findings are a status of their own, and no failure.
      if (error === null || (error.code as unknown) === 1) {
        resolve({ ok: true, text: printed });
      } else if ((error.code as unknown) === "ENOENT") {
        resolve({ ok: false, why: `there is no program \`${program}\`` });
      } else {
        resolve({ ok: false, why: complaint.trim().split("\n").pop() || error.message });
      }
    });
  });
}

/** A rule, as `seamlint rules` lists it. */
export interface Rule {
  id: string;
  summary: string;
}

/** The rules of a list with a line for each: the id, blanks, and the rest. */
export function rules(list: string): Rule[] {
  return list.split("\n").flatMap((line) => {
    const found = /^([a-z][a-z0-9-]*)\s+(.*)$/.exec(line.trim());
    return found ? [{ id: found[1], summary: found[2].trim() }] : [];
  });
}

/** Where the reason of a new comment is to be written. */
export const PLACEHOLDER = "TODO: say why";

/** The last place of the placeholder at or before a line, else the first. */
export function placeholder(text: string, line: number): { line: number; column: number } | undefined {
  const lines = text.split(/\r\n|\r|\n/);
  const places = lines.flatMap((content, number) => {
    const column = content.indexOf(PLACEHOLDER);
    return column < 0 ? [] : [{ line: number, column }];
  });
  return places.filter((place) => place.line <= line + 1).pop() ?? places[0];
}
