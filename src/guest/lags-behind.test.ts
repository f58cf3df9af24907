import { expect, test } from "vitest";
import type { DaemonSet } from "../kube/kinds.ts";
import { configHashAnnotation } from "../rendering/config-hash.ts";
import { lagsBehind } from "./lags-behind.ts";

const daemonSet = (content: string, atATime: number, updated = 3, surges = false) =>
  ({
    spec: {
      updateStrategy: {
        rollingUpdate: surges ? { maxSurge: atATime, maxUnavailable: 0 } : { maxUnavailable: atATime, maxSurge: 0 },
      },
      template: { metadata: { annotations: { [configHashAnnotation]: content } } },
    },
    status: { updatedNumberScheduled: updated, desiredNumberScheduled: 3 },
  }) as unknown as DaemonSet;

test("a DaemonSet lags behind whose content is another one", () => {
  expect(lagsBehind(daemonSet("former", 1), daemonSet("present", 1))).toBe(true);
  expect(lagsBehind(daemonSet("present", 1), daemonSet("present", 1))).toBe(false);
});

test("while a DaemonSet rolls out, nodes that are lost meanwhile do not hold up the others", () => {
  expect(lagsBehind(daemonSet("present", 1, 2), daemonSet("present", 2))).toBe(true);
  expect(lagsBehind(daemonSet("present", 1, 2), daemonSet("present", 1))).toBe(false);
  expect(lagsBehind(daemonSet("present", 1, 3), daemonSet("present", 2))).toBe(false);
  expect(lagsBehind(daemonSet("present", 1, 2, true), daemonSet("present", 2, 2, true))).toBe(true);
  expect(lagsBehind(daemonSet("present", 1, 2, true), daemonSet("present", 1, 2, true))).toBe(false);
});
