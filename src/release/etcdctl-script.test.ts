import { execFile } from "node:child_process";
import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { etcdctlScript } from "./etcdctl-script.ts";

// In the place of the two programs are scripts that say how they were called.

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "roost-etcdctl-"));
  const says = (name: string) =>
    `#!/bin/sh\necho ${name} "$@"\nenv | grep ^ETCDCTL_ | sort | while read -r each; do echo "  $each"; done\n`;
  for (const name of ["etcdctl", "etcdutl"]) {
    await writeFile(join(folder, name), says(name));
    await chmod(join(folder, name), 0o755);
  }
  await writeFile(join(folder, "script"), etcdctlScript.replace("/usr/libexec/etcdctl", join(folder, "etcdctl")));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function called(line: string, env: Record<string, string> = {}): Promise<string[]> {
  const PATH = `${folder}:${process.env.PATH}`;
  const { stdout } = await promisify(execFile)("sh", [join(folder, "script"), ...line.split(" ")], {
    env: { PATH, ...env },
  });
  return stdout.trimEnd().split("\n");
}

const access = "--cacert /a --cert /b --key=/c --endpoints=https://localhost:2379";

test.each([
  [`${access} -w table snapshot status /var/lib/snapshot.db`, "etcdutl -w table snapshot status /var/lib/snapshot.db"],
  [
    `snapshot restore a.db ${access} --data-dir=/b --name etcd-0`,
    "etcdutl snapshot restore a.db --data-dir=/b --name etcd-0",
  ],
  [`${access} snapshot save /var/lib/snapshot.db`, `etcdctl ${access} snapshot save /var/lib/snapshot.db`],
  ["get snapshot", "etcdctl get snapshot"],
  ["put snapshot status", "etcdctl put snapshot status"],
  ["put --prev-kv snapshot restore", "etcdctl put --prev-kv snapshot restore"],
  ["-w json --user snapshot status", "etcdctl -w json --user snapshot status"],
  ["snapshot -w json status a.db", "etcdutl snapshot -w json status a.db"],
  ["--command-timeout 5s --debug snapshot status a.db", "etcdutl --command-timeout 5s --debug snapshot status a.db"],
])("etcdctl %s is %s", async (line, expected) => {
  expect(await called(line)).toEqual([expected]);
});

test("what a flag tells is not told by the environment as well", async () => {
  const env = { ETCDCTL_CACERT: "/1", ETCDCTL_CERT: "/2", ETCDCTL_KEY: "/3", ETCDCTL_ENDPOINTS: "a", ETCDCTL_API: "3" };
  expect(await called(`${access} endpoint health`, env)).toEqual([`etcdctl ${access} endpoint health`]);
  expect(await called("endpoint health --endpoints b", env)).toEqual([
    "etcdctl endpoint health --endpoints b",
    "  ETCDCTL_CACERT=/1",
    "  ETCDCTL_CERT=/2",
    "  ETCDCTL_KEY=/3",
  ]);
});
