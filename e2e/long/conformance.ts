import { writeFile } from "node:fs/promises";
import { availableParallelism, homedir } from "node:os";
import { join } from "node:path";
import { cacheFolder } from "../../src/cli/release/cache-folder.ts";
import { localRegistryAccess } from "../../src/local/registry-access.ts";
import { describeProgress, ensurePrograms } from "../../src/release/payload.ts";
import { conformanceRows, conformanceSpecs } from "../../tools/conformance-rows.ts";
import { pushImages } from "../conformance/push-images.ts";
import { imagesOf, runSuite, type Suite } from "../conformance/run-suite.ts";
import { connect, managementKubeconfig } from "../environment.ts";
import { root } from "../shell.ts";
import { kubeconfigOf, withCluster } from "../with-cluster.ts";
import type { LongTest, LongTestContext } from "./long-test.ts";

const baseDomain = "roost.test";
const registry = `registry.${baseDomain}:5000`;

/** Kubernetes' own suite, compiled from the payload's Kubernetes, on a hosted cluster with two workers. */
const test: LongTest = {
  title: "every spec of Kubernetes' [Conformance] passes on a hosted cluster",
  async run({ signal, say }) {
    const cache = cacheFolder({ variables: process.env, home: homedir() });
    const compiled = (module: string) => ensurePrograms({ root, cache, module, signal, onProgress: saying(say) });
    const etcd = await compiled("etcd");
    const kubernetes = await compiled("1.34");
    const programs = await compiled("conformance");
    const suite: Suite = {
      ginkgo: programs.path("ginkgo"),
      e2e: programs.path("e2e.test"),
      programs: join(kubernetes.dir, "bin"),
      registry,
      folder: join(root, ".roost", "conformance"),
    };
    const images = await imagesOf(suite);
    const access = await localRegistryAccess(root, images[0] ?? registry);
    if (!access) throw new Error(`The local environment has no registry ${registry}; see hcp local status.`);
    say("pushing images");
    await pushImages({ cache, programs, etcd: etcd.path("etcd"), registry, access, images, signal });
    const kube = await connect(managementKubeconfig);
    const kubeconfig = join(suite.folder, "kubeconfig");
    try {
      const cluster = {
        name: "conformance",
        hosts: ["conformance-1", "conformance-2"],
        nodes: 2,
        baseDomain,
        say,
        signal,
      };
      return await withCluster(kube, cluster, async () => {
        await writeFile(kubeconfig, await kubeconfigOf(cluster), { mode: 0o600 });
        say(`running; what it prints is in ${suite.folder}`);
        // Specs mostly wait.
        const processes = 3 * availableParallelism();
        const run = await runSuite(suite, { kubeconfig, processes, onFailure: say, signal });
        return conformanceRows(run, conformanceSpecs);
      });
    } finally {
      kube.close();
    }
  },
};
export default test;

function saying(say: LongTestContext["say"]) {
  let last = 0;
  return (progress: Parameters<typeof describeProgress>[0]) => {
    if (progress.phase === "ready" || Date.now() - last < 10_000) return;
    last = Date.now();
    say(describeProgress(progress));
  };
}
