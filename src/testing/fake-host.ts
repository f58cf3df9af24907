import { request } from "node:https";
import { Node } from "../kube/kinds.ts";
import type { Kube } from "../kube/kube.ts";

export interface FakeHostOptions {
  /** `https://host:port` of the registration service. */
  url: string;
  ca: string;
  namespace: string;
  infraEnv: string;
  token: string;
  id: string;
  hostname: string;
  /** Where the host's kubelet would register its node. */
  guest: Kube;
  signal: AbortSignal;
}

/** Plays the program of a host: registers, asks what to do, "reboots" into a node and back. */
export class FakeHost {
  readonly id: string;
  phase: "discovery" | "installed" = "discovery";
  /** What the setup of its node says last; while there is something, its node is not there. */
  nodeMessage = "";
  /** The configurations that the host was installed with, newest last. */
  readonly installed: Record<string, unknown>[] = [];
  readonly #options: FakeHostOptions;
  #credential = "";
  #installation = "";
  #stage = "";
  #join: (() => Promise<void>) | undefined;
  #power = new AbortController();

  constructor(options: FakeHostOptions) {
    this.#options = options;
    this.id = options.id;
  }

  /** Lives until the signal aborts. */
  async run(): Promise<void> {
    const { signal } = this.#options;
    while (!signal.aborted) {
      if (this.#power.signal.aborted) {
        await new Promise((resolve) => setTimeout(resolve, 100));
        continue;
      }
      try {
        if (!this.#credential) await this.register();
        await this.#step();
      } catch (error) {
        if (signal.aborted) return;
        if ((error as { status?: number }).status === 401 && this.phase === "discovery") this.#credential = "";
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
    }
  }

  async register(): Promise<void> {
    const { namespace, infraEnv, token, id, hostname } = this.#options;
    const inventory = {
      hostname,
      interfaces: [{ name: "eth0", ipV4Addresses: ["192.0.2.10/24"], ipV6Addresses: [], flags: [] }],
    };
    const answer = await this.call("POST", `/infra-envs/${namespace}/${infraEnv}/hosts`, token, { id, inventory });
    this.#credential = String(answer.credential);
  }

  /** It calls nobody any more, and calls under way end; what is on its disk stays. */
  losePower(): void {
    this.#power.abort();
  }

  /** It comes up as what is on its disk. */
  regainPower(): void {
    this.#power = new AbortController();
  }

  /** As if the power had gone while the host ran from memory. */
  loseMemory(): void {
    this.#credential = "";
    this.#stage = "";
  }

  async #step(): Promise<void> {
    const { namespace, id } = this.#options;
    if (this.phase === "installed" && this.#join && this.nodeMessage === "") {
      await this.#join();
      this.#join = undefined;
    }
    const answer = await this.#report(this.nodeMessage === "");
    if (answer.step === "install") {
      const config = await this.call("GET", `/hosts/${namespace}/${id}/ignition`, this.#credential);
      this.#stage = "Rebooting";
      await this.#report(false);
      await this.#boot(config);
    } else if (answer.step === "reset") {
      this.phase = "discovery";
      this.#installation = "";
      this.loseMemory();
    }
  }

  #report(wait = true) {
    const { namespace, id } = this.#options;
    const report = {
      phase: this.phase,
      installation: this.#installation,
      stage: this.#stage,
      message: this.nodeMessage,
      wait,
    };
    return this.call("POST", `/hosts/${namespace}/${id}/next-step`, this.#credential, report);
  }

  /** Comes up from the disk: the agent's files say who it is, and the kubelet registers. */
  async #boot(config: Record<string, unknown>): Promise<void> {
    const files = (config.storage as { files: { path: string; contents: { source: string } }[] }).files;
    const textOf = (path: string) => {
      const source = files.find((file) => file.path === path)?.contents.source ?? "";
      return Buffer.from(source.replace(/^data:;base64,/, ""), "base64").toString("utf8");
    };
    const lineOf = (path: string, name: string) => new RegExp(`^${name}=(.*)$`, "m").exec(textOf(path))?.[1] ?? "";
    this.installed.push(config);
    this.phase = "installed";
    this.#stage = "";
    this.#installation = lineOf("/etc/roost-agent/agent.env", "INSTALLATION");
    this.#credential = /Bearer (\S+)/.exec(textOf("/etc/roost-agent/authorization"))?.[1] ?? "";
    const args = lineOf("/etc/kubernetes/node.env", "KUBELET_NODE_ARGS");
    const name = /--hostname-override=(\S+)/.exec(args)?.[1] ?? "";
    const providerID = /--provider-id=(\S+)/.exec(args)?.[1] ?? "";
    this.#join = () => this.#registerNode(name, providerID);
  }

  async #registerNode(name: string, providerID: string): Promise<void> {
    const { guest } = this.#options;
    await guest.delete(Node, name);
    await guest.create<Node>({ apiVersion: "v1", kind: "Node", metadata: { name }, spec: { providerID } });
    const time = new Date().toISOString();
    const condition = (type: string, status: string) => ({
      type,
      status,
      reason: "Test",
      message: "",
      lastTransitionTime: time,
    });
    const conditions = [
      condition("Ready", "True"),
      ...["DiskPressure", "MemoryPressure", "PIDPressure"].map((type) => condition(type, "False")),
    ];
    await guest.patch(Node, name, undefined, { status: { conditions } }, { subresource: "status" });
  }

  /** One call to the registration service; rejects with its `status` where that is no success. */
  call(method: string, path: string, credential: string, body?: object): Promise<Record<string, unknown>> {
    const { url, ca } = this.#options;
    const signal = AbortSignal.any([this.#options.signal, this.#power.signal]);
    return new Promise((resolve, reject) => {
      const outgoing = request(
        `${url}${path}`,
        { method, ca, signal, headers: { authorization: `Bearer ${credential}` } },
        (incoming) => {
          let text = "";
          incoming.setEncoding("utf8");
          incoming.on("data", (chunk) => {
            text += chunk;
          });
          incoming.on("error", reject);
          incoming.on("end", () => {
            if (incoming.statusCode === 200) resolve(JSON.parse(text) as Record<string, unknown>);
            else reject(Object.assign(new Error(`${method} ${path}: ${text}`), { status: incoming.statusCode }));
          });
        },
      );
      outgoing.on("error", reject);
      outgoing.end(body && JSON.stringify(body));
    });
  }
}
