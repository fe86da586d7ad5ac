// What a stranger's app shows, in a real browser.
import type { launchChromium } from "@twinstream/harness/chromium";

type Browser = Awaited<ReturnType<typeof launchChromium>>;
type Page = Awaited<ReturnType<Browser["newPage"]>>;

const timeout = 60_000;

/** Records how long the answer's text is after each change of the page. */
async function recordGrowth(page: Page): Promise<void> {
  await page.evaluate(() => {
    const lengths: number[] = [];
    Object.assign(window, { lengths });
    const record = () => {
      const length = document.querySelector("pre")?.textContent?.length ?? 0;
      if (length !== lengths.at(-1)) lengths.push(length);
    };
    new MutationObserver(record).observe(document, {
      subtree: true,
      childList: true,
      characterData: true,
    });
  });
}

/** What is wrong with how a page showed an answer; nothing where it is well. */
async function wrongs(page: Page, who: string, text: string): Promise<string[]> {
  await page.waitForFunction(
    () =>
      ["done", "error", "timeout", "stopped"].includes(
        document.querySelector("output")?.textContent ?? "",
      ),
    undefined,
    { timeout },
  );
  const status = await page.textContent("output");
  const shown = await page.textContent("pre");
  const lengths: number[] = await page.evaluate("window.lengths");
  const steps = lengths.filter((length) => length > 0);
  const found: string[] = [];
  if (status !== "done") found.push(`${who} ended as ${status}`);
  if (shown !== text) found.push(`${who} shows ${JSON.stringify(shown)}`);
  if (steps.some((length, at) => length < (steps[at - 1] ?? 0))) {
    found.push(`${who}: the text shrank: ${lengths.join(", ")}`);
  }
  if (steps.length < 3) found.push(`${who}: the text came in ${steps.length} steps only`);
  return found;
}

/** Asks in one window, follows in another; what was wrong with either, nothing where all is well. */
export async function browse(browser: Browser, url: string): Promise<string[]> {
  const prompt = "Word";
  const text = Array.from({ length: 100 }, (_, at) => `${prompt} ${at + 1}. `).join("");
  const errors: string[] = [];
  const [driver, follower] = [
    await (await browser.newContext()).newPage(),
    await (await browser.newContext()).newPage(),
  ];
  try {
    for (const page of [driver, follower]) {
      page.on("pageerror", (error) => errors.push(String(error)));
      page.on("console", (message) => {
        if (message.type() === "error") errors.push(message.text());
      });
    }
    await driver.goto(url);
    await recordGrowth(driver);
    await driver.getByLabel("Prompt").fill(prompt);
    await driver.getByRole("button", { name: "Ask" }).click();
    await driver.waitForFunction(
      () => document.querySelector("pre")?.textContent !== "",
      undefined,
      {
        timeout,
      },
    );
    const id = new URL(driver.url()).hash.slice(1);
    await follower.goto(`${url}#${id}`);
    await recordGrowth(follower);
    errors.push(
      ...(await wrongs(driver, "the driver", text)),
      ...(await wrongs(follower, "the follower", text)),
    );
    const drives = await (await fetch(new URL(`/drives/${id}`, url))).json();
    if (drives !== 1) errors.push(`the generation ran ${drives} times`);
  } finally {
    await driver.context().close();
    await follower.context().close();
  }
  return errors;
}
