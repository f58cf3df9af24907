// Counts who asks the management API for what while a hosted control plane is made, on the local environment:
//   npm run bench -- requests [--json FILE] [--window SECONDS]
// The API server logs each request for that time. What goes on anyhow is taken off.
import { parseArgs } from "node:util";
import { hcp } from "../e2e/shell.ts";
import type { Kube } from "../src/kube/kube.ts";
import { pause } from "../src/kube/pause.ts";
import { createHosted, destroyHosted } from "./hosted.ts";
import { onEnvironment } from "./on-environment.ts";
import { out } from "./out.ts";
import { requestsIn } from "./request-log.ts";

const { values } = parseArgs({
  allowPositionals: true,
  options: { json: { type: "string" }, window: { type: "string", default: "35" } },
});
const windowMs = Number(values.window) * 1000;
const cluster = "requests";

await onEnvironment(measure, values.json);

type Counts = Map<string, number>;

async function measure(kube: Kube) {
  const quiet = await out.step("Requests without a create", () => counted(kube, async () => {}));
  const found = await out.step("Requests of a create", () => counted(kube, () => createHosted(kube, cluster)));
  await out.step("Take it down", () => destroyHosted(kube, cluster));
  const requests = [...found]
    .map(([key, count]) => ({ ...(JSON.parse(key) as Asked), count: count - (quiet.get(key) ?? 0) }))
    .filter(({ count }) => count > 0)
    .sort((a, b) => b.count - a.count);
  const clients = new Map<string, number>();
  for (const { client, count } of requests) clients.set(client, (clients.get(client) ?? 0) + count);
  const byClient = [...clients].sort(([, a], [, b]) => b - a);
  out.table(
    ["client", "requests", "most of them"],
    byClient.map(([client, count]) => {
      const own = requests.filter((each) => each.client === client);
      const most = own.slice(0, 8).map(({ verb, resource, count: each }) => `${each} ${verb} ${resource}`);
      return [client, String(count), most.join(", ")];
    }),
  );
  const requestsPerCreate = byClient.reduce((sum, [, count]) => sum + count, 0);
  out.line(`${requestsPerCreate} requests`);
  return { counts: { requests_per_create: requestsPerCreate, by_client: Object.fromEntries(byClient) }, requests };
}

interface Asked {
  client: string;
  verb: string;
  resource: string;
}

/** How often each request was answered in a window that begins with this work. */
async function counted(kube: Kube, work: () => Promise<unknown>): Promise<Counts> {
  await setVerbosity(kube, 3);
  const since = new Date();
  try {
    await Promise.all([work(), pause(windowMs)]);
  } finally {
    await setVerbosity(kube, 0);
  }
  const seconds = Math.floor(since.getTime() / 1000);
  const unit = ["journalctl", "--unit=kube-apiserver", `--since=@${seconds}`, "--output=cat", "--no-pager"];
  const counts: Counts = new Map();
  for (const request of requestsIn(await hcp("local", "shell", "mgmt", "--", ...unit))) {
    const key = JSON.stringify(request);
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return counts;
}

/** How much the API server logs, without a new start of it. */
async function setVerbosity(kube: Kube, level: number): Promise<void> {
  const { status, body } = await kube.request("PUT", "/debug/flags/v", { body: level });
  if (status !== 200) throw new Error(`The API server answered ${status} to PUT /debug/flags/v: ${body}`);
}
