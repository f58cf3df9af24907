import { type ChildProcess, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { makeImage } from "./image.ts";
import { pushBuiltRelease } from "./push-release.ts";
import { readRelease } from "./read-release.ts";

const program = "/usr/bin/docker-registry";

describe.skipIf(!existsSync(program))("Debian's docker-registry", () => {
  let folder: string;
  let host: string;
  let registry: ChildProcess;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "roost-docker-registry-"));
    host = `127.0.0.1:${await freePort()}`;
    // bcrypt of "correct horse"
    await writeFile(join(folder, "htpasswd"), "user:$2b$04$abcdefghijklmnopqrstuujydOTSfIH/d5oUHpsygqV5X9xJLQc6e\n");
    const config = {
      version: 0.1,
      log: { level: "error", accesslog: { disabled: true } },
      storage: { filesystem: { rootdirectory: folder } },
      http: { addr: host },
      auth: { htpasswd: { realm: "test", path: join(folder, "htpasswd") } },
    };
    await writeFile(join(folder, "config.yml"), JSON.stringify(config));
    registry = spawn(program, ["serve", join(folder, "config.yml")], { stdio: "ignore" });
    await answers(host);
  });
  afterAll(async () => {
    const ended = new Promise((resolve) => registry.once("exit", resolve));
    registry.kill();
    await ended;
    await rm(folder, { recursive: true });
  });

  test("takes a release and gives it back to who has the password, and to nobody else", async () => {
    const access = {
      plainHttp: true,
      pullSecret: JSON.stringify({ auths: { [`http://${host}`]: { username: "user", password: "correct horse" } } }),
    };
    const etcd = await makeImage(
      {
        name: "etcd",
        layers: [[{ path: "bin/etcd", type: "text", mode: 0o755, text: "etcd" }]],
        entrypoint: ["/bin/etcd"],
      },
      folder,
    );
    const release = { version: "1.2.3", previous: [], images: [etcd] };
    const pushed = await pushBuiltRelease(release, { registry: host, cache: folder, ...access });
    expect((await readRelease({ image: pushed.image, ...access })).images).toEqual({
      etcd: `${host}/roost/etcd@${etcd.digest}`,
    });
    await expect(readRelease({ image: pushed.image, plainHttp: true })).rejects.toMatchObject({
      reason: "Unauthorized",
    });
    await expect(readRelease({ image: `${host}/roost/release:7`, ...access })).rejects.toMatchObject({
      reason: "ImageNotFound",
    });
  });
});

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === "object" && address ? address.port : 0;
}

async function answers(host: string): Promise<void> {
  for (let tries = 0; tries < 100; tries++) {
    if (await fetch(`http://${host}/v2/`).catch(() => undefined)) return;
    await sleep(50);
  }
  throw new Error(`docker-registry does not answer at ${host}`);
}
