import { expect, test } from "vitest";
import type { Kube } from "../../kube/kube.ts";
import type { Resource } from "../../kube/resource.ts";
import { runCommand } from "../testing/run-command.ts";

const credentials = "aws_access_key_id = a\naws_secret_access_key = very-secret\n";
const files = { credentials, "ca.crt": "an authority", "keys.txt": "AGE-SECRET-KEY-1A" };
const create = ["create", "backup-location", "--name", "store"];
const bucket = ["--s3-endpoint", "https://s3.example.com", "--bucket", "backups", "--credentials", "credentials"];

/** A management cluster whose operator is in the namespace `operators` and says this of each location. */
function management(available?: { status: string; message: string }) {
  const written: Resource[] = [];
  const location = () => written.find(({ kind }) => kind === "BackupLocation");
  const kube = {
    server: "https://192.0.2.1:6443",
    list: async () => [{ metadata: { namespace: "operators" } }],
    get: async () => location() && { ...location(), status: { conditions: [{ type: "Available", ...available }] } },
    apply: async (object: Resource) => written.push(object),
    create: async (object: Resource) => {
      const made = { ...object, metadata: { ...object.metadata, uid: "1" } };
      written.push(made);
      return made;
    },
  };
  return { kube: kube as unknown as Kube, written };
}

test("a bucket's files become objects of the operator's namespace that go with the location", async () => {
  const { kube, written } = management({ status: "True", message: "" });
  const line = [...create, ...bucket, "--prefix", "a/b", "--ca", "ca.crt"];
  const encrypted = ["--age-recipient", "age1a", "--age-recipient", "age1b", "--age-identities", "keys.txt"];
  const { status, stdout, stderr } = await runCommand([...line, ...encrypted], { files, kube });
  expect(status, stderr).toBe(0);
  expect(stdout + stderr).not.toMatch(/very-secret|AGE-SECRET/);
  expect(written.map(({ kind }) => kind)).toEqual(["Secret", "ConfigMap", "BackupLocation", "Secret", "ConfigMap"]);
  expect(written[2]).toMatchObject({
    spec: {
      s3: {
        endpoint: "https://s3.example.com",
        bucket: "backups",
        prefix: "a/b",
        credentials: { name: "backup-location-store" },
        ca: { name: "backup-location-store" },
      },
      encryption: { recipients: ["age1a", "age1b"], identities: { name: "backup-location-store" } },
    },
  });
  expect(written[3]).toMatchObject({
    metadata: {
      name: "backup-location-store",
      namespace: "operators",
      ownerReferences: [{ kind: "BackupLocation", name: "store", uid: "1" }],
    },
    stringData: { credentials, identities: "AGE-SECRET-KEY-1A" },
  });
  expect(written[4]).toMatchObject({ data: { "ca.crt": "an authority" } });
});

test("a volume needs no Secret", async () => {
  const { kube, written } = management({ status: "True", message: "" });
  expect((await runCommand([...create, "--volume-claim", "backups"], { files, kube })).status).toBe(0);
  expect(written).toMatchObject([{ kind: "BackupLocation", spec: { volume: { claimName: "backups" } } }]);
});

test("a location that cannot be used fails in the operator's words", async () => {
  const { kube } = management({ status: "False", message: "there is no such bucket" });
  const { status, stderr } = await runCommand([...create, ...bucket], { files, kube });
  expect(status).toBe(1);
  expect(stderr).toContain("The BackupLocation store cannot be used: there is no such bucket");
});

test("a location that is there stays as it is", async () => {
  const { kube, written } = management({ status: "True", message: "" });
  await runCommand([...create, "--volume-claim", "backups"], { files, kube });
  const { status, stderr } = await runCommand([...create, ...bucket], { files, kube });
  expect([status, written.length]).toEqual([1, 1]);
  expect(stderr).toContain("exists already");
});

test.each([
  [[], "--s3-endpoint is required, or --volume-claim for a volume"],
  [bucket.slice(0, 4), "--credentials is required"],
  [[...bucket, "--volume-claim", "a"], "--s3-endpoint is for a bucket, and --volume-claim names a volume"],
  [[...bucket, "--age-identities", "keys.txt"], "--age-identities needs --age-recipient"],
])("%j is refused before anything is asked", async (more, message) => {
  const { status, stderr } = await runCommand([...create, ...more], { files });
  expect(status).toBe(2);
  expect(stderr).toContain(message);
});
