import { expect, test } from "vitest";
import { until } from "../sources/recorder.ts";
import {
  Channel,
  driving,
  ends,
  follows,
  generation,
  grew,
  page,
  serveTabs,
  shows,
  TEXT,
  tab,
  time,
} from "./tabs-fixture.ts";

serveTabs();

test("when the driving tab closes, siblings go on from the server, at their own offset", async () => {
  const { id, driver } = await driving();
  const sibling = tab(id);
  await shows(sibling, TEXT);
  driver.leave();
  await until(() => follows(sibling).length === 1);
  expect(follows(sibling)[0]).toContain(
    `offset=${String(Buffer.byteLength(TEXT)).padStart(16, "0")}&`,
  );
  generation.append("and on");
  generation.finish();
  await ends(sibling, `${TEXT}and on`);
  grew(sibling);
});

test("when the driving tab is given up, text that a probe brought meanwhile is not requested again", async () => {
  const { id, driver, channel } = await driving({ still: true });
  const sibling = tab(id, { still: true });
  await shows(sibling, TEXT);
  channel.frozen = true;
  generation.append("more ".repeat(400));
  await until(() => {
    page.wake();
    return sibling.stream.snapshot().text.length > TEXT.length;
  });
  const { text } = sibling.stream.snapshot();
  await time.pass(400);
  await until(() => follows(sibling).length === 1);
  expect(follows(sibling)[0]).toContain(
    `offset=${String(Buffer.byteLength(text)).padStart(16, "0")}&`,
  );
  generation.finish();
  await ends(sibling, `${TEXT}${"more ".repeat(400)}`);
  await ends(driver, `${TEXT}${"more ".repeat(400)}`);
});

test("when the driving tab freezes, siblings notice, and go on from the server", async () => {
  const { id, driver, channel } = await driving();
  const sibling = tab(id);
  await shows(sibling, TEXT);
  channel.frozen = true;
  await until(() => follows(sibling).length === 1);
  generation.append("and on");
  generation.finish();
  await ends(sibling, `${TEXT}and on`);
  grew(sibling);
  await ends(driver, `${TEXT}and on`);
});

test("a driving tab whose model is silent for long is not given up: it answers, and no request is made", async () => {
  const { id, driver } = await driving({ still: true });
  const sibling = tab(id, { patienceMs: 30, still: true });
  await shows(sibling, TEXT);
  for (let question = 0; question < 4; question++) {
    const posted = Channel.posted;
    const heard = Channel.heard;
    await time.pass(30);
    // The question and its answer, and no more until there is time for it.
    await until(() => Channel.posted === posted + 2 && Channel.heard === heard + 2);
  }
  generation.append("!");
  await shows(driver, `${TEXT}!`);
  await time.pass(16);
  await shows(sibling, `${TEXT}!`);
  generation.finish();
  await ends(sibling, `${TEXT}!`);
  expect(sibling.requests).toEqual([]);
  await ends(driver, `${TEXT}!`);
});

test("lost messages leave no gap and no wrong text", async () => {
  Channel.dropEvery = 3;
  const { id, driver } = await driving();
  const siblings = [tab(id), tab(id)];
  let text = TEXT;
  for (let token = 0; token < 60; token++) {
    generation.append(`${token} 世 `);
    text += `${token} 世 `;
    await shows(driver, text);
  }
  generation.finish();
  for (const one of [driver, ...siblings]) {
    await ends(one, text);
    grew(one);
  }
});
