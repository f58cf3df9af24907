import { rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { render } from "../control-plane/component.ts";
import type { ControlPlane } from "../control-plane/control-plane.ts";
import { etcd } from "../control-plane/etcd/component.ts";
import { memberHost, members } from "../control-plane/etcd/members.ts";
import { firstOrders, type Orders, ordersConfigMap } from "../control-plane/etcd/orders.ts";
import { restorePath } from "../control-plane/etcd/start-script.ts";
import { keys } from "../control-plane/keys.ts";
import { type EtcdAccess, EtcdClient, type EtcdClientOptions } from "../etcd/etcd-client.ts";
import { textOf } from "../kube/text-of.ts";
import { busyboxPrograms } from "./busybox.ts";
import { freePorts } from "./free-ports.ts";
import { imageCurl } from "./image-curl.ts";
import { controlPlanePrograms } from "./programs.ts";
import { runRendered } from "./run-rendered.ts";

/** The real members of a control plane's etcd, as rendered; only host names and ports are those of this machine. */
export interface EtcdMembers {
  client: EtcdClient;
  access: EtcdAccess;
  addressOf: NonNullable<EtcdClientOptions["addressOf"]>;
  /** The host of each member by its name. */
  hosts: Record<string, string>;
  /** Kills the member, as a node that goes away does. */
  kill(member: string): Promise<void>;
  start(member: string): void;
  /** Kills the member and takes its volume away. */
  lose(member: string): Promise<void>;
  /** Kills the member and puts the volume back that it lost. */
  giveBack(member: string): Promise<void>;
  /** What the members are to restore, as they have it mounted. */
  mountRestore(secret: Record<string, string>): Promise<void>;
  /** Where the member's data is. */
  folder(member: string): string;
  /** Plays the kubelet: what the members have mounted is what these orders say from now on. */
  mount(orders: Orders): Promise<void>;
  /** The end of the member's log where it has ended. */
  failed(member: string): Promise<string | undefined>;
  stop(): Promise<void>;
}

/** Starts every member, with the script of the pods and the small programs of their image. */
export async function startEtcdMembers(plane: ControlPlane, orders = firstOrders(plane)): Promise<EtcdMembers> {
  const made = keys(plane, [], new Date());
  const { namespace } = plane;
  const objects = [...render(etcd, plane), ...made.secrets, ...made.configMaps, ordersConfigMap(namespace, orders)];
  const small = await busyboxPrograms("busybox", "cat", "mkdir", "mv", "rm", "sha256sum", "sync");
  const programs = { ...(await controlPlanePrograms("1.34")), ...small, curl: await imageCurl() };
  const names = members(plane);
  const ports = await freePorts(3 * names.length);
  const portOf = (name: string, port: number) => ports[3 * names.indexOf(name) + port - 2379] ?? 0;
  const elsewhere = Object.fromEntries(
    names.flatMap((name) =>
      [2379, 2380].map((port) => [`${memberHost(name, namespace)}:${port}`, `127.0.0.1:${portOf(name, port)}`]),
    ),
  );
  const running = Object.fromEntries(
    await Promise.all(
      names.map(async (name, pod) => {
        const own = [2379, 2380, 2381].map((port) => [`0.0.0.0:${port}`, `127.0.0.1:${portOf(name, port)}`]);
        const replace = { ...elsewhere, ...Object.fromEntries(own) };
        return [name, await runRendered({ objects, programs, replace, pod })] as const;
      }),
    ),
  );
  const of = (name: string) => running[name] as NonNullable<(typeof running)[string]>;
  const secret = made.secrets.find(({ metadata }) => metadata?.name === "etcd-client-tls");
  const [ca = "", certificate = "", key = ""] = ["ca.crt", "tls.crt", "tls.key"].map((file) => textOf(secret, file));
  const access = { ca, certificate, key };
  const addressOf = (host: string, port: number) => ({
    host: "127.0.0.1",
    port: portOf(host.split(".")[0] ?? "", port),
  });
  const client = new ElsewhereClient(access, addressOf, elsewhere);
  const kill = (name: string) => of(name).kill("etcd");
  return {
    client,
    access,
    addressOf,
    hosts: Object.fromEntries(names.map((name) => [name, memberHost(name, namespace)])),
    kill,
    start: (name) => of(name).start("etcd"),
    async lose(name) {
      await kill(name);
      await rename(of(name).file("etcd", "/var/lib/data"), of(name).file("etcd", "/var/lib/former"));
    },
    async giveBack(name) {
      await kill(name);
      await rename(of(name).file("etcd", "/var/lib/former"), of(name).file("etcd", "/var/lib/data"));
    },
    folder: (name) => of(name).file("etcd", "/var/lib/data"),
    async mount(next) {
      for (const name of names) {
        for (const [member, order] of Object.entries(next)) {
          await writeFile(
            of(name).file("etcd", `/etc/etcd/start/${member}`),
            replaced(order, Object.entries(elsewhere)),
          );
        }
      }
    },
    async mountRestore(secret) {
      for (const name of names) {
        for (const [key, text] of Object.entries(secret)) {
          await writeFile(of(name).file("etcd", join(restorePath, key)), text);
        }
      }
    },
    failed: (name) => of(name).failed("etcd"),
    async stop() {
      client.close();
      await Promise.all(Object.values(running).map((one) => one.stop()));
    },
  };
}

/** A client that says and hears host names where these members have addresses. */
class ElsewhereClient extends EtcdClient {
  readonly #elsewhere: [string, string][];

  constructor(access: EtcdAccess, addressOf: EtcdMembers["addressOf"], elsewhere: Record<string, string>) {
    super(access, { addressOf });
    this.#elsewhere = Object.entries(elsewhere);
  }

  override async call<A>(host: string, method: string, body: object, timeoutMs?: number): Promise<A> {
    const sent = JSON.parse(replaced(JSON.stringify(body), this.#elsewhere));
    const answer = await super.call(host, method, sent, timeoutMs);
    return JSON.parse(
      replaced(
        JSON.stringify(answer),
        this.#elsewhere.map(([from, to]) => [to, from]),
      ),
    );
  }
}

function replaced(text: string, pairs: [string, string][]): string {
  return pairs.reduce((result, [from, to]) => result.replaceAll(from, to), text);
}
