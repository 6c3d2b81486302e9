// seamlint in VS Code: a client of its language server, and two commands.

import * as vscode from "vscode";
import {
  CloseAction,
  ErrorAction,
  LanguageClient,
  LanguageClientOptions,
  TransportKind,
} from "vscode-languageclient/node";
import { PLACEHOLDER, ask, locate, placeholder, rules } from "./program";

const PAGES = "seamlint-rule";
const SELECT_REASON = "seamlint.selectReason";

let client: LanguageClient | undefined;

export async function activate(context: vscode.ExtensionContext): Promise<void> {
  const register = vscode.commands.registerCommand;
  context.subscriptions.push(
    vscode.workspace.registerTextDocumentContentProvider(PAGES, {
      provideTextDocumentContent: page,
    }),
    register("seamlint.explainRule", explainRule),
    register("seamlint.showDeployGraph", showDeployGraph),
    register("seamlint.restart", restart),
    register(SELECT_REASON, selectReason),
    vscode.workspace.onDidChangeConfiguration(async (change) => {
      if (change.affectsConfiguration("seamlint.path")) {
        await restart();
      } else if (change.affectsConfiguration("seamlint")) {
        await client?.sendNotification("workspace/didChangeConfiguration", { settings: settings() });
      }
    }),
  );
  await start();
}

export async function deactivate(): Promise<void> {
  await client?.stop();
  client = undefined;
}

async function restart(): Promise<void> {
  try {
    await client?.dispose();
  } catch {
    // One that never started cannot be stopped.
  }
  client = undefined;
  await start();
}

/** Starts the server, or says what to do if there is none. */
async function start(): Promise<void> {
  const command = program();
  const version = await ask(command, ["--version"]);
  if (!version.ok) {
    const choice = await vscode.window.showWarningMessage(
      `seamlint: ${version.why}. Install it, or say in the settings where it is.`,
      "Open Settings",
    );
    if (choice !== undefined) {
      await vscode.commands.executeCommand("workbench.action.openSettings", "seamlint.path");
    }
    return;
  }
  const options: LanguageClientOptions = {
    documentSelector: [{ scheme: "file" }],
    initializationOptions: settings(),
    outputChannelName: "seamlint",
    errorHandler: {
      error: () => ({ action: ErrorAction.Continue }),
      closed: () => ({ action: CloseAction.Restart }),
    },
    middleware: {
      // Whoever hides a finding is led to the place where the reason belongs.
      provideCodeActions: async (document, range, info, token, next) => {
        const actions = await next(document, range, info, token);
        for (const action of actions ?? []) {
          if (action instanceof vscode.CodeAction && action.title.startsWith("Ignore ")) {
            action.command ??= { title: "", command: SELECT_REASON };
          }
        }
        return actions;
      },
    },
  };
  const executable = { command, args: ["lsp"], transport: TransportKind.stdio };
  client = new LanguageClient("seamlint", "seamlint", executable, options);
  await client.start();
}

function settings(): { scope: unknown; otherEnds: unknown } {
  const all = vscode.workspace.getConfiguration("seamlint");
  return { scope: all.get("scope"), otherEnds: all.get("otherEnds") };
}

function program(): string {
  const setting = vscode.workspace.getConfiguration("seamlint").get<string>("path", "seamlint");
  return locate(setting, vscode.workspace.workspaceFolders?.[0]?.uri.fsPath);
}

/** Shows the page of a rule: that of a finding at the cursor, or one that the user chooses. */
async function explainRule(named?: unknown): Promise<void> {
  const id = typeof named === "string" ? named : ruleAtCursor() ?? (await chooseRule());
  if (id === undefined) {
    return;
  }
  const uri = vscode.Uri.from({ scheme: PAGES, path: `/${id}.md` });
  await vscode.commands.executeCommand("markdown.showPreview", uri);
}

function ruleAtCursor(): string | undefined {
  const editor = vscode.window.activeTextEditor;
  if (editor === undefined) {
    return undefined;
  }
  const own = vscode.languages
    .getDiagnostics(editor.document.uri)
    .filter((one) => one.source === "seamlint" && one.range.contains(editor.selection.active));
  const code = own[0]?.code;
  return String(typeof code === "object" ? code.value : code ?? "") || undefined;
}

async function chooseRule(): Promise<string | undefined> {
  const list = await ask(program(), ["rules"]);
  if (!list.ok) {
    await vscode.window.showErrorMessage(`seamlint: ${list.why}`);
    return undefined;
  }
  const items = rules(list.text).map((rule) => ({ label: rule.id, detail: rule.summary }));
  const chosen = await vscode.window.showQuickPick(items, { matchOnDetail: true });
  return chosen?.label;
}

async function page(uri: vscode.Uri): Promise<string> {
  const id = uri.path.replace(/^\/|\.md$/g, "");
  const answer = await ask(program(), ["explain", id]);
  return answer.ok ? answer.text : `# ${id}\n\n${answer.why}\n`;
}

/** Shows what builds what, and what runs it where. */
async function showDeployGraph(): Promise<void> {
  const active = vscode.window.activeTextEditor?.document.uri;
  const own = active && vscode.workspace.getWorkspaceFolder(active);
  const folder = own ?? vscode.workspace.workspaceFolders?.[0];
  if (folder === undefined) {
    await vscode.window.showInformationMessage("seamlint: open a folder first");
    return;
  }
  const graph = await ask(program(), ["graph", "--format", "html", folder.uri.fsPath]);
  if (!graph.ok || !graph.text.includes("<")) {
    const why = graph.ok ? "this version draws no graph" : graph.why;
    await vscode.window.showErrorMessage(`seamlint: ${why}`);
    return;
  }
  const title = `Deploy Graph: ${folder.name}`;
  const panel = vscode.window.createWebviewPanel("seamlint.graph", title, vscode.ViewColumn.Active, {
    enableScripts: true,
    localResourceRoots: [],
  });
  panel.webview.html = graph.text;
}

/** Selects the place where the reason of a new comment belongs. */
function selectReason(): void {
  const editor = vscode.window.activeTextEditor;
  const place = editor && placeholder(editor.document.getText(), editor.selection.active.line);
  if (editor !== undefined && place !== undefined) {
    const end = place.column + PLACEHOLDER.length;
    editor.selection = new vscode.Selection(place.line, place.column, place.line, end);
    editor.revealRange(editor.selection);
  }
}
