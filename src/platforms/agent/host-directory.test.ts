import { expect, test } from "vitest";
import { type Agent, credentialAnnotation, releasedCredentialAnnotation } from "../../api/agent.ts";
import { HostDirectory } from "./host-directory.ts";
import { secretDigest } from "./secret-digest.ts";

const now = new Date("2030-01-01T00:00:00Z");
const later = (seconds: number) => new Date(now.getTime() + seconds * 1000);

function agent(resourceVersion: string, annotations: Record<string, string>): Agent {
  return {
    metadata: { name: "a", namespace: "hosts", uid: "1", resourceVersion, annotations },
    spec: { approved: true },
  };
}
const knownBy = (version: string, secret: string) => agent(version, { [credentialAnnotation]: secretDigest(secret) });
const asked = (credential: string) => ({ namespace: "hosts", name: "a", credential });

test("what this process wrote is known before the watch brings it back", () => {
  const directory = new HostDirectory();
  directory.agentChanged("ADDED", knownBy("5", "former"));
  directory.agentWritten(knownBy("6", "present"), now);
  expect(directory.agent(asked("present"), later(1))?.released).toBe(false);
  expect(directory.agent(asked("former"), later(1))).toBeUndefined();
  directory.agentChanged("MODIFIED", knownBy("7", "next"));
  expect(directory.agent(asked("next"), later(1))).toBeDefined();
});

test("versions that go back, as after etcd was restored, are believed after a while", () => {
  const directory = new HostDirectory();
  directory.agentWritten(knownBy("900", "present"), now);
  directory.agentChanged("MODIFIED", knownBy("100", "restored"));
  expect(directory.agent(asked("restored"), later(11))).toBeDefined();
  expect(directory.agent(asked("present"), later(11))).toBeUndefined();
});

test("the credential of a host that was given back is known for that", () => {
  const directory = new HostDirectory();
  directory.agentChanged("ADDED", agent("5", { [releasedCredentialAnnotation]: secretDigest("former") }));
  expect(directory.agent(asked("former"), now)?.released).toBe(true);
  expect(directory.agent(asked(""), now)).toBeUndefined();
});

test("an Agent that is deleted is nobody", () => {
  const directory = new HostDirectory();
  directory.agentChanged("ADDED", knownBy("5", "present"));
  directory.agentChanged("DELETED", { metadata: { name: "a", namespace: "hosts" }, spec: { approved: true } });
  expect(directory.agent(asked("present"), now)).toBeUndefined();
});
