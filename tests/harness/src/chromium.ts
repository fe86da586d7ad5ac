import { accessSync, constants, existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { type Browser, chromium, type LaunchOptions } from "playwright-core";

const names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"];

const elsewhere = [
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "C:/Program Files/Google/Chrome/Application/chrome.exe",
];

/**
 * Returns the path of a Chromium on this machine: `CHROMIUM_PATH`, or an installed one.
 *
 * @throws Error if there is none, with the way to get one
 */
export function chromiumPath(): string {
  if (process.env.CHROMIUM_PATH) return process.env.CHROMIUM_PATH;
  const folders = (process.env.PATH ?? "").split(delimiter);
  const paths = names.flatMap((name) => folders.map((folder) => join(folder, name)));
  const found = paths.find(isExecutable) ?? elsewhere.find((path) => existsSync(path));
  if (found) return found;
  throw new Error(
    "No Chromium on this machine. Install one (Debian: apt-get install chromium), " +
      "or set CHROMIUM_PATH to a browser's executable.",
  );
}

/** Whether this machine has a Chromium for tests. */
export function hasChromium(): boolean {
  try {
    return chromiumPath() !== "";
  } catch {
    return false;
  }
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Starts a real, headless Chromium. Close it at the end: `await using browser = await launchChromium()`. */
export function launchChromium(options: LaunchOptions = {}): Promise<Browser> {
  return chromium.launch({
    executablePath: chromiumPath(),
    ...options,
    args: [
      "--no-sandbox",
      "--disable-quic",
      "--disable-background-networking",
      ...(options.args ?? []),
    ],
  });
}
