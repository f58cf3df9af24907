import { expect, test } from "vitest";
import { rotationWait } from "./rotation-wait.ts";

const emergency = "customer-system-admin-signer";

test("a rotation that waits for programs to be rolled out names them", () => {
  expect(rotationWait(["etcd-signer"], [])).toBe("A successor of etcd-signer is trusted first, and signs then");
  expect(rotationWait(["etcd-signer", emergency], ["kube-scheduler", "etcd"])).toBe(
    `A successor of etcd-signer, ${emergency} is trusted first, and signs then, once every replica of kube-scheduler, etcd is up to date and ready`,
  );
});

test("it does not name what the signer does not wait for", () => {
  expect(rotationWait([emergency], ["kube-scheduler"])).not.toContain("kube-scheduler");
  expect(rotationWait([emergency], ["kube-scheduler", "kube-apiserver"])).toMatch(/of kube-apiserver is up to date/);
});
