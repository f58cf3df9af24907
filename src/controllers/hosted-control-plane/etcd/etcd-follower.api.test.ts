import { cp, rm } from "node:fs/promises";
import { afterEach, expect, test, vi } from "vitest";
import { answers } from "../../../etcd/observe-members.ts";
import { aControlPlane } from "../../../testing/control-planes.ts";
import { type EtcdMembers, startEtcdMembers } from "../../../testing/etcd-members.ts";
import { EtcdFollower, type EtcdToFollow } from "./etcd-follower.ts";

/** A real etcd starts, or starts again, on a machine with other work. */
const restartMs = 40_000;
// One test waits for several of those.
vi.setConfig({ testTimeout: 180_000 });

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
    await expect.poll(isAnswering, { timeout: restartMs }).toBe(true);
    await expect.poll(() => news).toBeGreaterThan(0);
  };
  return { end: () => stop.abort(), etcd, follower, follow, hint, isAnswering, untilAnswering, news: () => news };
}

test("a member that begins to answer is news, and one that goes on answering is none", async () => {
  const { etcd, hint, untilAnswering, follower, news } = await start();
  await untilAnswering();
  // The revision changes all the time, which concerns nobody.
  await write(etcd);
  await expect.poll(() => follower.latest?.["etcd-0"]).toHaveProperty("leader");
  const before = news();
  const seen = follower.latest;
  hint({ kept: { highest: 1, at: new Date().toISOString() } });
  await expect.poll(() => follower.latest !== seen).toBe(true);
  expect(follower.latest?.["etcd-0"]).toMatchObject({ revision: 2 });
  expect(news()).toBe(before);
});

test("a member that ends is news, though not at the first missing answer", async () => {
  const { etcd, hint, isAnswering, untilAnswering, news } = await start();
  await untilAnswering();
  const before = news();
  await etcd.kill("etcd-0");
  hint();
  await expect.poll(isAnswering).toBe(false);
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

type Started = Awaited<ReturnType<typeof start>>;

const write = ({ client, hosts }: EtcdMembers) =>
  client.call(hosts["etcd-0"] ?? "", "kv/put", { key: "YQ==", value: "YQ==" });

/** Runs it as it is now, and gives what puts it back to this state. */
async function keepState({ etcd }: Started): Promise<() => Promise<void>> {
  const data = etcd.folder("etcd-0");
  await etcd.kill("etcd-0");
  await cp(data, `${data}.older`, { recursive: true });
  etcd.start("etcd-0");
  return async () => {
    await etcd.kill("etcd-0");
    await rm(data, { recursive: true });
    await cp(`${data}.older`, data, { recursive: true });
    etcd.start("etcd-0");
  };
}

/** Writes, and gives the revision that etcd has come to once the follower has seen it. */
async function goOn(started: Started): Promise<number> {
  const isWritten = () =>
    write(started.etcd).then(
      () => true,
      () => false,
    );
  await expect.poll(isWritten, { timeout: restartMs }).toBe(true);
  for (let i = 0; i < 10; i++) await write(started.etcd);
  const { client, hosts } = started.etcd;
  const { revision } = await client.status(hosts["etcd-0"] ?? "");
  started.hint({ settled: false });
  await expect.poll(() => started.follower.latest?.["etcd-0"]).toMatchObject({ revision });
  return revision;
}

test("an etcd that was put back to an older state is noticed, and forgiven where somebody paused or stopped it for that", async () => {
  const started = await start();
  const { follower, follow, isAnswering, untilAnswering } = started;
  await untilAnswering();
  const putBack = await keepState(started);
  const revision = await goOn(started);
  await putBack();
  await expect.poll(() => follower.revisionBefore, { timeout: restartMs }).toBe(revision);
  expect(isAnswering()).toBe(true);
  expect(follower.revisionToKeep(new Date(), 0)).toBeUndefined();
  // A recovery goes above what is on record: it stays.
  follow({ hurried: true, kept: { highest: revision, at: new Date().toISOString() } });
  expect(follower.revisionBefore).toBeUndefined();
  expect(follower.revisionToKeep(new Date(), 0)).toBeUndefined();
  follow({ paused: true });
  expect(follower.revisionBefore).toBeUndefined();
});

test("one that was put back while no process was there is noticed by the next, which has the record", async () => {
  const started = await start();
  const { etcd, follower, untilAnswering } = started;
  await untilAnswering();
  const putBack = await keepState(started);
  const revision = await goOn(started);
  const now = new Date();
  expect(follower.revisionToKeep(now, 0)).toBe(revision);
  const kept = { highest: revision, at: now.toISOString() };
  started.end();
  await putBack();
  const stop = new AbortController();
  endings.push(() => stop.abort());
  const next = new EtcdFollower({ signal: stop.signal, addressOf: etcd.addressOf, onNews: () => {} });
  const { hosts, access } = etcd;
  next.follow({ hosts, access, sign: "", settled: false, paused: false, kept });
  await expect.poll(() => next.revisionBefore, { timeout: restartMs }).toBe(revision);
  expect(next.revisionToKeep(new Date(), 0)).toBeUndefined();
  // Paused for it, and over: what is seen now counts, and what is on record is told to go.
  next.follow({ hosts, access, sign: "", settled: false, paused: true, kept });
  expect(next.revisionToKeep(new Date(), 0)).toBe(0);
  next.follow({ hosts, access, sign: "1", settled: false, paused: false, kept: { ...kept, highest: 0 } });
  await expect.poll(() => next.revisionToKeep(new Date()), { timeout: restartMs }).toBeLessThan(revision);
  expect(next.revisionBefore).toBeUndefined();
});

test("that the revision on record is old is news, and once it is written down it is none", async () => {
  const { follower, hint, untilAnswering, news } = await start();
  await untilAnswering();
  await expect.poll(() => follower.revisionToKeep(new Date())).toBe(1);
  /** Whether the next look, with this on record, is news. */
  const isNews = async (highest: number) => {
    const [before, seen] = [news(), follower.latest];
    hint({ kept: { highest, at: new Date().toISOString() } });
    await expect.poll(() => follower.latest !== seen).toBe(true);
    return news() > before;
  };
  expect([await isNews(1), await isNews(0), await isNews(1)]).toEqual([false, true, false]);
});
