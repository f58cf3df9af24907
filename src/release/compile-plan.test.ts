import { expect, test } from "vitest";
import { contentKey, planCompile } from "./compile-plan.ts";
import type { PayloadDescription } from "./payload-description.ts";

const description: PayloadDescription = {
  names: { "go.etcd.io/etcd/server/v3": "etcd" },
  versions: { "k8s.io/kubernetes": ["k8s.io/component-base/version"] },
  share: [{ module: "sigs.k8s.io/cluster-api", from: "config/crd/bases", to: "cluster-api/crds" }],
  cgo: ["github.com/flannel-io/flannel"],
  apart: ["sigs.k8s.io/cluster-api"],
  tests: ["k8s.io/kubernetes/test/e2e"],
  later: ["sigs.k8s.io/external-dns"],
  releases: [],
  common: [],
};

const goMod = `module roost/payload/test

go 1.26

require (
	k8s.io/kubernetes v1.34.4 // a comment
	sigs.k8s.io/cluster-api v1.12.2
)

require go.etcd.io/etcd/server/v3 v3.6.16

tool (
	go.etcd.io/etcd/server/v3
	k8s.io/kubernetes/cmd/kube-apiserver
)

tool sigs.k8s.io/cluster-api

replace vbom.ml/util => github.com/fvbommel/util v0.0.3
`;

test("programs are the tools of go.mod, named as they are known", () => {
  expect(planCompile("test", goMod, description).programs).toEqual({
    "go.etcd.io/etcd/server/v3": "etcd",
    "k8s.io/kubernetes/cmd/kube-apiserver": "kube-apiserver",
    "sigs.k8s.io/cluster-api": "cluster-api",
  });
});

test("Kubernetes is told its version", () => {
  const flags = planCompile("test", goMod, description).builds[0]?.linkerFlags.join(" ");
  expect(flags).toContain("-X k8s.io/component-base/version.gitVersion=v1.34.4");
  expect(flags).toContain("-X k8s.io/component-base/version.gitMinor=34");
});

test("files are kept of modules whose programs are compiled", () => {
  expect(planCompile("test", goMod, description).share).toMatchObject([
    { module: "sigs.k8s.io/cluster-api", version: "v1.12.2" },
  ]);
  expect(planCompile("test", goMod.replace("tool sigs.k8s.io/cluster-api", ""), description).share).toEqual([]);
});

test("what needs cgo is linked statically, and what cannot go with others is built apart", () => {
  const plan = planCompile("test", `${goMod}\ntool github.com/flannel-io/flannel\n`, description);
  expect(plan.builds.map(({ packages, cgo }) => [cgo, packages])).toEqual([
    [false, ["go.etcd.io/etcd/server/v3", "k8s.io/kubernetes/cmd/kube-apiserver"]],
    [false, ["sigs.k8s.io/cluster-api"]],
    [true, ["github.com/flannel-io/flannel"]],
  ]);
  expect(plan.builds.at(-1)?.linkerFlags.join(" ")).toContain("-extldflags -static");
});

test("a package whose program is its test is compiled as one, after the others", () => {
  const plan = planCompile("test", `${goMod}\ntool k8s.io/kubernetes/test/e2e\n`, description);
  expect(plan.builds.map(({ packages, test }) => [test, packages])).toEqual([
    [undefined, ["go.etcd.io/etcd/server/v3", "k8s.io/kubernetes/cmd/kube-apiserver"]],
    [undefined, ["sigs.k8s.io/cluster-api"]],
    [true, ["k8s.io/kubernetes/test/e2e"]],
  ]);
});

test("what no quick start needs is compiled by itself, and changes nothing about the rest", () => {
  const withLater = `${goMod}\ntool sigs.k8s.io/external-dns\n`;
  expect(planCompile("test", withLater, description)).toEqual(planCompile("test", goMod, description));
  const later = planCompile("test", withLater, description, { later: true });
  expect(later.programs).toEqual({ "sigs.k8s.io/external-dns": "external-dns" });
  expect(later.builds.map(({ packages }) => packages)).toEqual([["sigs.k8s.io/external-dns"]]);
  expect(later.share).toEqual([]);
  expect(planCompile("test", goMod, description, { later: true }).builds).toEqual([]);
});

test("the content key changes with every input and with nothing else", () => {
  const plan = planCompile("test", goMod, description);
  const key = contentKey(plan, goMod, "sum", "go1.26");
  expect(
    contentKey(
      planCompile("test", goMod, { ...description, releases: [{ version: "1", kubernetes: "1", previous: [] }] }),
      goMod,
      "sum",
      "go1.26",
    ),
  ).toBe(key);
  expect(
    new Set([
      key,
      contentKey(plan, goMod, "other", "go1.26"),
      contentKey(plan, goMod, "sum", "go1.27"),
      contentKey(plan, `${goMod}\n`, "sum", "go1.26"),
    ]).size,
  ).toBe(4);
});
