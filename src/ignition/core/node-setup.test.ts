import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { nodeSetup, nodeSetupPath, pullSecretPath, releaseEnvironmentPath } from "./node-setup.ts";

// The script itself, with stand-ins for the programs that change a machine.

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "roost-node-setup-"));
  for (const [name, text] of Object.entries(standIns)) {
    writeFileSync(join(folder, name), `#!/bin/bash\n${text}\n`, { mode: 0o755 });
  }
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const standIns = {
  modprobe: "",
  sysctl: "",
  jq: "cat $FOLDER/login",
  // As the real one: a user without a password is asked for it on the terminal.
  ctr: `echo "$@" >> $FOLDER/arguments
if [[ " $* " == *" --user "* ]]; then read -r -s password < /dev/tty; echo "$password" > $FOLDER/password; fi
echo "ctr: no such image" >&2
exit 1`,
};

function run(login: string) {
  const source = nodeSetup().storage?.files?.find(({ path }) => path === nodeSetupPath)?.contents?.source ?? "";
  const script = Buffer.from(source.replace(/^data:;base64,/, ""), "base64")
    .toString("utf8")
    .replaceAll(releaseEnvironmentPath, join(folder, "release.env"))
    .replaceAll(pullSecretPath, join(folder, "login"));
  writeFileSync(join(folder, "release.env"), "KUBELET_IMAGE=registry.example.com/kubelet@sha256:1\n");
  writeFileSync(join(folder, "login"), login);
  const env = { PATH: `${folder}:${process.env.PATH}`, FOLDER: folder };
  const ended = spawnSync("bash", { input: script, encoding: "utf8", env, timeout: 4_000 });
  return { ...ended, arguments: readFileSync(join(folder, "arguments"), "utf8") };
}

test("a registry's password is no argument of a program", () => {
  const ended = run("bob:pass:word with $signs");
  expect(ended.arguments).toBe(
    "--namespace roost images pull --hosts-dir /etc/containerd/certs.d --user bob registry.example.com/kubelet@sha256:1\n",
  );
  expect(readFileSync(join(folder, "password"), "utf8")).toBe("pass:word with $signs\n");
  expect(ended.stdout + ended.stderr).not.toContain("pass:word");
  // What stopped it is what its host reports.
  expect([ended.status, ended.stderr]).toEqual([1, expect.stringContaining("ctr: no such image")]);
});

test("a registry without a login is asked without one", () => {
  const ended = run("");
  expect(ended.arguments).not.toContain("--user");
  expect([ended.status, ended.stderr]).toEqual([1, expect.stringContaining("ctr: no such image")]);
});
