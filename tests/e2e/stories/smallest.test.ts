import { tell } from "@twinstream-examples/shared";
import { describe, expect } from "vitest";
import { begun, ended } from "../src/gallery.ts";
import { startNetwork } from "../src/network-relay.ts";
import { openSmall, smallest } from "../src/smallest.ts";
import { storiesOf } from "../src/stories.ts";

const it = storiesOf("server");

describe.each(smallest)("the smallest app in %s", (name) => {
  it("shows the text in a second tab that asked before the question had arrived", async ({
    app,
    context,
  }) => {
    const driver = await openSmall(context, `${app.url}/${name}/`);
    let arrive = () => {};
    const arrived = new Promise<void>((resolve) => {
      arrive = resolve;
    });
    await driver.page.route(/\/drive\b/, async (route) => {
      await arrived;
      await route.continue();
    });
    const prompt = `early in ${name}`;
    const id = await driver.ask(prompt);
    const asked = context.waitForEvent("response", (response) => response.status() === 404);
    const follower = await openSmall(context, driver.page.url());
    await asked;
    expect(await follower.until(() => true)).toEqual({ text: "", status: "pending" });
    arrive();
    for (const tab of [driver, follower]) {
      expect(await tab.until(ended)).toEqual({ text: tell(prompt), status: "done" });
    }
    expect(app.drives(id)).toMatchObject([{ status: 200 }]);
  });

  it("rests with the error beside the text, and goes on by Try again", async ({
    app,
    model,
    context,
  }) => {
    model.hold();
    const network = await startNetwork(app);
    const { page, ask, until } = await openSmall(context, `${network.url}/${name}/`);
    const prompt = `revoked in ${name}`;
    const id = await ask(prompt);
    const before = await until(begun);
    // The connection breaks, and the next requests have a token that has expired.
    const expired = JSON.stringify({ error: { code: "unauthorized", message: "Log in again." } });
    await page.route(/\/api\/streams\//, (route) =>
      route.fulfill({ status: 401, contentType: "application/json", body: expired }),
    );
    network.off();
    const alert = page.getByRole("alert");
    await alert.getByRole("button", { name: "Try again" }).waitFor();
    expect(await alert.textContent()).toMatch(/\w/);
    const rest = await until(() => true);
    expect(rest.status).toBe("streaming");
    expect(rest.text.startsWith(before.text)).toBe(true);
    network.on();
    await page.unroute(/\/api\/streams\//);
    await alert.getByRole("button", { name: "Try again" }).click();
    model.release();
    expect(await until(ended)).toEqual({ text: tell(prompt), status: "done" });
    expect(app.drives(id)).toMatchObject([{ status: 200 }]);
    await network.close();
  });
});
