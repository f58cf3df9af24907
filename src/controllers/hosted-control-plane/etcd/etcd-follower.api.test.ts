import { cp, rm } from "node:fs/promises";
import { afterEach, expect, test } from "vitest";
import { answers } from "../../../etcd/observe-members.ts";
import { aControlPlane } from "../../../testing/control-planes.ts";
import { startEtcdMembers } from "../../../testing/etcd-members.ts";
import { EtcdFollower, type EtcdToFollow } from "./etcd-follower.ts";

const endings: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of endings.splice(0)) await end();
});

async function start() {
  const etcd = await startEtcdMembers(aControlPlane());
  const stop = new AbortController();
  let news = 0;
  const onNews = () => news++;
  const follower = new EtcdFollower({ signal: stop.signal, addressOf: etcd.addressOf, onNews });
  endings.push(
    () => stop.abort(),
    () => etcd.stop(),
  );
  const { hosts, access } = etcd;
  let signs = 0;
  /** As a pass does. */
  const follow = (changes: Partial<EtcdToFollow> = {}) =>
    follower.follow({ hosts, access, sign: `${signs}`, settled: true, paused: false, ...changes });
  /** As a pass does that the management cluster told something. */
  const hint = (changes: Partial<EtcdToFollow> = {}) => {
    signs++;
    follow(changes);
  };
  const isAnswering = () => answers(follower.latest?.["etcd-0"]);
  const untilAnswering = async () => {
    follow({ settled: false });
    await expect.poll(isAnswering, { timeout: 20_000 }).toBe(true);
    await expect.poll(() => news).toBeGreaterThan(0);
  };
  return { etcd, follower, follow, hint, isAnswering, untilAnswering, news: () => news };
}

test("a member that begins to answer is news, and one that goes on answering is none", async () => {
  const { etcd, hint, untilAnswering, follower, news } = await start();
  await untilAnswering();
  // The revision changes all the time, which concerns nobody.
  await etcd.client.call(etcd.hosts["etcd-0"] ?? "", "kv/put", { key: "YQ==", value: "YQ==" });
  await expect.poll(() => follower.latest?.["etcd-0"]).toHaveProperty("leader");
  const before = news();
  const seen = follower.latest;
  hint();
  await expect.poll(() => follower.latest !== seen, { timeout: 10_000 }).toBe(true);
  expect(follower.latest?.["etcd-0"]).toMatchObject({ revision: 2 });
  expect(news()).toBe(before);
});

test("a member that ends is news, though not at the first missing answer", async () => {
  const { etcd, hint, isAnswering, untilAnswering, news } = await start();
  await untilAnswering();
  const before = news();
  await etcd.kill("etcd-0");
  hint();
  await expect.poll(isAnswering, { timeout: 10_000 }).toBe(false);
  expect(news()).toBeGreaterThan(before);
});

test("after a change nothing is acted on before the members were asked again", async () => {
  const { follower, untilAnswering } = await start();
  await untilAnswering();
  expect(follower.toActOn).toBeDefined();
  follower.renew();
  expect(follower.toActOn).toBeUndefined();
  expect(follower.latest).toBeDefined();
  await expect.poll(() => follower.toActOn).toBeDefined();
});

test("an etcd that was put back to an older state is noticed, and forgiven where somebody paused for it", async () => {
  const { etcd, follower, follow, hint, isAnswering, untilAnswering } = await start();
  await untilAnswering();
  const data = etcd.folder("etcd-0");
  await etcd.kill("etcd-0");
  await cp(data, `${data}.older`, { recursive: true });
  etcd.start("etcd-0");
  const write = () => etcd.client.call(etcd.hosts["etcd-0"] ?? "", "kv/put", { key: "YQ==", value: "YQ==" });
  await expect
    .poll(
      () =>
        write().then(
          () => true,
          () => false,
        ),
      { timeout: 20_000 },
    )
    .toBe(true);
  for (let i = 0; i < 10; i++) await write();
  hint({ settled: false });
  await expect.poll(() => follower.latest?.["etcd-0"], { timeout: 10_000 }).toMatchObject({ revision: 12 });
  await etcd.kill("etcd-0");
  await rm(data, { recursive: true });
  await cp(`${data}.older`, data, { recursive: true });
  etcd.start("etcd-0");
  await expect.poll(() => follower.revisionBefore, { timeout: 20_000 }).toBe(12);
  expect(isAnswering()).toBe(true);
  follow({ paused: true });
  expect(follower.revisionBefore).toBeUndefined();
});
