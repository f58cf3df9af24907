import type { GuestOptions } from "../../guest/index.ts";
import { guestLoops } from "../../guest/index.ts";
import { boundedKube } from "../../kube/bounded-kube.ts";
import type { Log } from "../../kube/controller.ts";
import { type CreateKubeOptions, createKube, type ReplaceableKube } from "../../kube/create-kube.ts";
import type { Health } from "../../kube/health.ts";
import { type InformersByKube, informersByKube } from "../../kube/informers-by-kube.ts";
import type { CallOptions } from "../../kube/kube.ts";
import { type RunControllersOptions, runControllers } from "../../kube/run-controllers.ts";

interface Surroundings {
  log: Log;
  signal: AbortSignal;
  health?: Health;
  admit?: CallOptions["admit"];
  onPass?: RunControllersOptions["onPass"];
  /** Counts what is asked of the hosted cluster. */
  onRequest?: CreateKubeOptions["onRequest"];
  /** What follows the management cluster already. */
  informers?: InformersByKube;
}

/** The loops inside the hosted cluster: started once its API server answers, and told of each new kubeconfig. */
export class Guest {
  readonly #options: Omit<GuestOptions, "guest">;
  readonly #surroundings: Surroundings;
  #running: { kube: ReplaceableKube; kubeconfig: string; end: AbortController; ended: Promise<unknown> } | undefined;

  constructor(options: Omit<GuestOptions, "guest">, surroundings: Surroundings) {
    this.#options = options;
    this.#surroundings = surroundings;
  }

  /** Starts the loops, or lets those that run connect with another kubeconfig. */
  async start({ kubeconfig }: { kubeconfig: string }): Promise<void> {
    if (this.#running) {
      if (this.#running.kubeconfig === kubeconfig) return;
      await this.#running.kube.useKubeconfig(kubeconfig);
      this.#running.kubeconfig = kubeconfig;
      return;
    }
    const { log, health, admit, onPass, onRequest, informers: shared } = this.#surroundings;
    const kube = await createKube({
      kubeconfig,
      fieldManager: "control-plane-operator",
      userAgent: "control-plane-operator",
      onRequest,
    });
    const end = new AbortController();
    const signal = AbortSignal.any([this.#surroundings.signal, end.signal]);
    const bounded = boundedKube(kube, { admit });
    const { management, guest } = guestLoops({ ...this.#options, guest: bounded });
    // That the hosted API server is away makes the control-plane-operator no less ready: it is there to mend that.
    const common = {
      log,
      signal,
      onPass,
      health: { alive: health?.alive },
      informers: informersByKube({ log, signal, shared }),
    };
    const ended = Promise.all([
      runControllers(management, { ...common, kube: this.#options.management }),
      runControllers(guest, { ...common, kube: bounded }),
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
