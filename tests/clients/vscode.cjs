// Drives the extension in VS Code, for tests/clients/vscode.sh.
const { chromium } = require("playwright-core");

(async () => {
  const browser = await chromium.launch({
    executablePath: "/usr/bin/chromium",
    headless: true,
    args: [
      "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
      "--disable-background-networking", "--disable-component-update", "--disable-sync",
    ],
  });
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
  const row = (name) => `.explorer-folders-view .monaco-list-row:has-text("${name}")`;
  const text = async (selector) =>
    (await page.locator(selector).first().innerText()).replace(/[\s\u00a0]+/g, " ");
  const command = async (name) => {
    await page.keyboard.press("F1");
    await page.waitForSelector(".quick-input-widget input", { timeout: 20000 });
    await page.keyboard.type(name);
    await page.waitForSelector(`.quick-input-list .monaco-list-row:has-text("${name}")`);
    await page.keyboard.press("Enter");
  };

  await page.goto(process.env.URL, { waitUntil: "domcontentloaded" });
  await page.waitForSelector(row("cloudbuild.yaml"), { timeout: 90000 });
  await page.dblclick(row("cloudbuild.yaml"));
  await page.waitForSelector(".monaco-editor .view-line", { timeout: 30000 });
  await page.waitForSelector(".squiggly-error", { timeout: 90000 });
  console.log("SQUIGGLE", await page.locator(".squiggly-error").count());
  await page.keyboard.press("Control+Shift+M");
  await page.waitForSelector(".markers-panel .monaco-list-row", { timeout: 20000 });
  console.log("PROBLEMS", await text(".markers-panel"));
  await page.screenshot({ path: "problems.png" });

  await page.click(".monaco-editor .view-line >> nth=0");
  await page.keyboard.press("F8");
  await page.waitForTimeout(500);
  await page.keyboard.press("Escape");
  await page.keyboard.press("Control+.");
  await page.waitForSelector(".action-widget .monaco-list-row", { timeout: 20000 });
  console.log("ACTIONS", await text(".action-widget"));
  await page.screenshot({ path: "actions.png" });
  await page.locator('.action-widget .monaco-list-row:has-text("Send requests to port 3000")').click();
  await page.waitForFunction(
    () => document.querySelectorAll(".squiggly-error").length === 0, null, { timeout: 30000 });
  console.log("FIXED", await page.locator(".squiggly-error").count());
  await page.keyboard.press("Control+S");

  await command("seamlint: Explain Rule");
  await page.waitForSelector(".quick-input-list .monaco-list-row", { timeout: 20000 });
  await page.keyboard.type("port-drift");
  await page.waitForTimeout(500);
  await page.keyboard.press("Enter");
  await page.waitForSelector('.tab:has-text("port-drift")', { timeout: 30000 });
  console.log("PAGE port-drift");
  await page.screenshot({ path: "page.png" });

  await command("seamlint: Show Deploy Graph");
  await page.waitForSelector('.tab:has-text("Deploy Graph")', { timeout: 30000 });
  await page.waitForTimeout(1500);
  console.log("GRAPH", await text('.tab:has-text("Deploy Graph")'));
  await page.screenshot({ path: "graph.png" });
  await browser.close();
})().catch((error) => {
  console.error("FAIL", error.message.slice(0, 800));
  process.exit(1);
});
