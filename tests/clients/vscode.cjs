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

  // Waits for a text in a webview, which is a frame in a frame, and gives all that is in it.
  const webview = async (wanted) => {
    for (let tries = 0; tries < 120; tries++) {
      for (const frame of page.frames()) {
        const inside = await frame.evaluate(() => document.body?.innerText ?? "").catch(() => "");
        if (frame !== page.mainFrame() && inside.includes(wanted)) {
          return { frame, inside: inside.replace(/\s+/g, " ") };
        }
      }
      await page.waitForTimeout(500);
    }
    throw new Error(`no webview says "${wanted}"`);
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
  await command("seamlint: Explain Rule");
  const explained = await webview("Stays silent");
  console.log("EXPLAINED", explained.inside.slice(0, 200));
  await page.screenshot({ path: "explained.png" });
  await page.click('.tab:has-text("cloudbuild.yaml")');
  await page.waitForSelector(".squiggly-error", { timeout: 30000 });
  await page.keyboard.press("Control+.");
  await page.waitForSelector(".action-widget .monaco-list-row", { timeout: 20000 });
  console.log("ACTIONS", await text(".action-widget"));
  await page.screenshot({ path: "actions.png" });
  await page.locator('.action-widget .monaco-list-row:has-text("Send requests to port 3000")').click();
  await page.waitForFunction(
    () => document.querySelectorAll(".squiggly-error").length === 0, null, { timeout: 30000 });
  console.log("FIXED", await page.locator(".squiggly-error").count());
  await page.keyboard.press("Control+S");

  // There is no finding any more, so the rule must be chosen.
  await command("seamlint: Explain Rule");
  await page.waitForSelector(".quick-input-list .monaco-list-row", { timeout: 20000 });
  await page.keyboard.type("bind-localhost");
  await page.waitForSelector('.quick-input-list .monaco-list-row:has-text("bind-localhost")');
  await page.keyboard.press("Enter");
  await page.waitForSelector('.tab:has-text("bind-localhost")', { timeout: 30000 });
  const chosen = await webview("Stays silent");
  console.log("PAGE", chosen.inside.slice(0, 200));
  await page.screenshot({ path: "page.png" });

  await command("seamlint: Show Deploy Graph");
  await page.waitForSelector('.tab:has-text("Deploy Graph")', { timeout: 30000 });
  const graph = await webview("3 nodes");
  console.log("GRAPH", graph.inside);
  await graph.frame.locator('svg [tabindex]:has-text("listens on")').first().click();
  const details = graph.frame.locator("#details");
  await details.locator('text=Dockerfile').first().waitFor({ timeout: 20000 });
  console.log("NODE", (await details.innerText()).replace(/\s+/g, " "));
  await page.screenshot({ path: "graph.png" });
  await browser.close();
})().catch((error) => {
  console.error("FAIL", error.message.slice(0, 800));
  process.exit(1);
});
