import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { pause } from "../../kube/pause.ts";
import { aControlPlane } from "../../testing/control-planes.ts";
import { freePorts } from "../../testing/free-ports.ts";
import { controlPlanePrograms } from "../../testing/programs.ts";
import { type RunningRendered, runRendered } from "../../testing/run-rendered.ts";
import { render } from "../component.ts";
import { keys } from "../keys.ts";
import { etcd } from "./component.ts";

const plane = aControlPlane({ spec: { controllerAvailabilityPolicy: "HighlyAvailable" } });
const running: RunningRendered[] = [];
let programs: Record<string, string>;
let clientPorts: number[];

// Three real members with the rendered arguments and certificates; only host names and ports are those of this machine.
beforeAll(async () => {
  const made = keys(plane, [], new Date());
  const objects = [...render(etcd, plane), ...made.secrets, ...made.configMaps];
  programs = await controlPlanePrograms("1.34");
  const ports = await freePorts(9);
  clientPorts = ports.slice(0, 3);
  const host = (member: number) => `etcd-${member}.etcd-discovery.clusters-demo.svc`;
  const elsewhere = Object.fromEntries(
    [0, 1, 2].flatMap((member) => [
      [`${host(member)}:2380`, `127.0.0.1:${ports[3 + member]}`],
      [`${host(member)}:2379`, `127.0.0.1:${ports[member]}`],
    ]),
  );
  for (const pod of [0, 1, 2]) {
    const replace = {
      ...elsewhere,
      "0.0.0.0:2379": `127.0.0.1:${ports[pod]}`,
      "0.0.0.0:2380": `127.0.0.1:${ports[3 + pod]}`,
      "0.0.0.0:2381": `127.0.0.1:${ports[6 + pod]}`,
    };
    running.push(await runRendered({ objects, programs, replace, pod }));
  }
});
afterAll(async () => {
  await Promise.all(running.map((member) => member.stop()));
});

async function etcdctl(member: number, ...args: string[]): Promise<string> {
  const file = (path: string) => running[member]?.file("etcd", `/etc/etcd/tls/${path}`) ?? "";
  const access = [
    `--endpoints=https://localhost:${clientPorts[member]}`,
    `--cacert=${file("etcd-ca/ca.crt")}`,
    `--cert=${file("client/etcd-client.crt")}`,
    `--key=${file("client/etcd-client.key")}`,
  ];
  return (await promisify(execFile)(programs.etcdctl ?? "etcdctl", [...access, ...args])).stdout.trim();
}

test("three members find each other and agree", async () => {
  const deadline = Date.now() + 40_000;
  while (
    await etcdctl(0, "endpoint", "health").then(
      () => false,
      () => true,
    )
  ) {
    const failures = await Promise.all(running.map((member) => member.failed("etcd")));
    expect(failures.filter(Boolean)).toEqual([]);
    if (Date.now() > deadline) throw new Error("etcd did not become healthy in 40 s");
    await pause(200);
  }
  expect((await etcdctl(0, "member", "list")).split("\n")).toHaveLength(3);
  await etcdctl(0, "put", "a", "b");
  expect(await etcdctl(2, "get", "a", "--print-value-only")).toBe("b");
});

test("a client without the client certificate is refused", async () => {
  const call = promisify(execFile)(programs.etcdctl ?? "", [
    `--endpoints=https://localhost:${clientPorts[0]}`,
    `--cacert=${running[0]?.file("etcd", "/etc/etcd/tls/etcd-ca/ca.crt")}`,
    "--dial-timeout=1s",
    "--command-timeout=2s",
    "get",
    "a",
  ]);
  await expect(call).rejects.toThrow();
});
