import { freePorts } from "./free-ports.ts";

/** Where the programs of one control plane listen on this machine. */
export interface OnLoopback {
  /** Ports of etcd's clients and of the API server. */
  etcd: string;
  api: string;
  /** Those of the controller manager and the scheduler. */
  manager: string;
  scheduler: string;
  /** For `runRendered`: host names and ports of pods, and what stands for them here. */
  replace: Record<string, string>;
}

/** Free ports for the programs of a control plane, all different, in place of the names and ports that their pods have. */
export async function onLoopback(): Promise<OnLoopback> {
  const ports = (await freePorts(9)).map(String);
  const [client = "", peer, metrics, api = "", agents, admin, health, manager = "", scheduler = ""] = ports;
  return {
    etcd: client,
    api,
    manager,
    scheduler,
    replace: {
      "https://etcd-client:2379": `https://localhost:${client}`,
      "etcd-client 2379": `127.0.0.1 ${client}`,
      "https://kube-apiserver:6443": `https://localhost:${api}`,
      "0.0.0.0:2379": `127.0.0.1:${client}`,
      "0.0.0.0:2380": `127.0.0.1:${peer}`,
      "0.0.0.0:2381": `127.0.0.1:${metrics}`,
      "--secure-port=6443": `--secure-port=${api}`,
      "--agent-port=8091": `--agent-port=${agents}`,
      "--admin-port=8093": `--admin-port=${admin}`,
      "--health-port=2041": `--health-port=${health}`,
    },
  };
}
