import type { HostedClusterOptions } from "../../hosted-cluster/index.ts";
import { hostedClusterLoops } from "../../hosted-cluster/index.ts";
import type { Log } from "../../kube/controller.ts";
import { createKube, type ReplaceableKube } from "../../kube/create-kube.ts";
import { runControllers } from "../../kube/run-controllers.ts";

/** The loops inside the hosted cluster: started once its API server answers, and told of each new kubeconfig. */
export class Guest {
  readonly #options: Omit<HostedClusterOptions, "guest">;
  readonly #log: Log;
  readonly #signal: AbortSignal;
  #running: { kube: ReplaceableKube; kubeconfig: string; end: AbortController; ended: Promise<unknown> } | undefined;

  constructor(options: Omit<HostedClusterOptions, "guest">, log: Log, signal: AbortSignal) {
    this.#options = options;
    this.#log = log;
    this.#signal = signal;
  }

  /** Starts the loops, or lets those that run connect with another kubeconfig. */
  async start({ kubeconfig }: { kubeconfig: string }): Promise<void> {
    if (this.#running) {
      if (this.#running.kubeconfig === kubeconfig) return;
      await this.#running.kube.useKubeconfig(kubeconfig);
      this.#running.kubeconfig = kubeconfig;
      return;
    }
    const kube = await createKube({
      kubeconfig,
      fieldManager: "control-plane-operator",
      userAgent: "control-plane-operator",
    });
    const end = new AbortController();
    const signal = AbortSignal.any([this.#signal, end.signal]);
    const { management, guest } = hostedClusterLoops({ ...this.#options, guest: kube });
    const log = this.#log;
    const ended = Promise.all([
      runControllers(management, { kube: this.#options.management, log, signal }),
      runControllers(guest, { kube, log, signal }),
    ]);
    ended.catch((error: Error) => log.error({ error }, "the loops inside the hosted cluster ended"));
    this.#running = { kube, kubeconfig, end, ended };
    log.info({ server: kube.server }, "the hosted API server answers");
  }

  /** Ends the loops and waits until nothing of them is under way. */
  async stop(): Promise<void> {
    const running = this.#running;
    if (!running) return;
    this.#running = undefined;
    running.end.abort();
    await running.ended.catch(() => {});
    running.kube.close();
  }
}
