import { expect, test } from "vitest";
import type { HostedControlPlane } from "../api/index.ts";
import { insideImage } from "./inside-image.ts";

const entry = (image: string, state: "Partial" | "Completed") => ({ image, state });
const plane = (spec: object, ofControlPlane: object[], inside: object[]) =>
  ({
    spec,
    status: { controlPlaneVersion: { history: ofControlPlane }, versionStatus: { history: inside } },
  }) as unknown as HostedControlPlane;

const [old, next, newest] = ["release:1", "release:2", "release:3"];

test("the inside of a cluster moves to a release once the control plane has it", () => {
  const inside = [entry(old, "Completed")];
  const before = [entry(old, "Completed")];
  expect(insideImage(plane({ releaseImage: next }, before, inside))).toBe(old);
  expect(insideImage(plane({ releaseImage: next }, [entry(next, "Partial"), ...before], inside))).toBe(old);
  expect(insideImage(plane({ releaseImage: next }, [entry(next, "Completed"), ...before], inside))).toBe(next);
});

test("the inside of a cluster stays where it is while another update of the control plane begins", () => {
  const ofControlPlane = [entry(newest, "Partial"), entry(next, "Completed"), entry(old, "Completed")];
  const inside = [entry(next, "Partial"), entry(old, "Completed")];
  expect(insideImage(plane({ releaseImage: newest }, ofControlPlane, inside))).toBe(next);
});

test("a control plane that runs ahead holds the inside at its own release", () => {
  const spec = { releaseImage: old, controlPlaneReleaseImage: next };
  const inside = [entry(old, "Completed")];
  expect(insideImage(plane(spec, [entry(next, "Partial"), entry(old, "Completed")], inside))).toBe(old);
  expect(insideImage(plane(spec, [entry(next, "Completed"), entry(old, "Completed")], inside))).toBe(old);
});

test("a new cluster's inside waits for nothing", () => {
  expect(insideImage(plane({ releaseImage: old }, [entry(old, "Partial")], []))).toBe(old);
  expect(insideImage({ spec: { releaseImage: old } } as HostedControlPlane)).toBe(old);
});
