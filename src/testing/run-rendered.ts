import { type ChildProcess, type SpawnOptions, spawn } from "node:child_process";
import { existsSync, openSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { ConfigMap, Deployment, Pod, Secret, StatefulSet } from "../kube/kinds.ts";
import type { Resource } from "../kube/resource.ts";

type PodSpec = NonNullable<Pod["spec"]>;
type Container = PodSpec["containers"][number];

export interface RunRenderedOptions {
  /** The rendered objects, and the Secrets and ConfigMaps that they mount. */
  objects: Resource[];
  /** The file of each program by its command. */
  programs: Record<string, string>;
  /** Texts to write in place of others, in arguments and files: host names and ports of pods do not exist here. */
  replace: Record<string, string>;
  /** More arguments, by container. */
  more?: Record<string, string[]>;
  /** Which pod of a StatefulSet; the first one where absent. */
  pod?: number;
}

/** Containers of rendered pods, run as processes of this machine with the files that they would have mounted. */
export interface RunningRendered {
  /** A file as the container sees it: where it is here. */
  file(container: string, path: string): string;
  /** Writes the files anew that came from these Secrets and ConfigMaps, as a kubelet does when they change. */
  update(objects: Resource[]): Promise<void>;
  /** Ends with an error that has the end of its log where the program ended. */
  failed(container: string): Promise<string | undefined>;
  /** Kills the container, as a node that goes away does. */
  kill(container: string): Promise<void>;
  /** Starts it again, with the files as they are now. */
  start(container: string): void;
  stop(): Promise<void>;
}

/** Starts every container of the rendered workloads as a plain process, in order. */
export async function runRendered({
  objects,
  programs,
  replace,
  more = {},
  pod: ordinal = 0,
}: RunRenderedOptions): Promise<RunningRendered> {
  const root = await mkdtemp(join(tmpdir(), "roost-rendered-"));
  const replaced = (text: string) =>
    Object.entries(replace).reduce((result, [from, to]) => result.replaceAll(from, to), text);
  const processes = new Map<string, ChildProcess>();
  const starts = new Map<string, () => void>();
  const mountsAnew: ((objects: Resource[]) => Promise<unknown>)[] = [];
  for (const object of objects) {
    if (object.kind !== "Deployment" && object.kind !== "StatefulSet") continue;
    const pod = (object as Deployment | StatefulSet).spec?.template?.spec ?? { containers: [] };
    for (const container of pod.containers) {
      const folder = join(root, container.name);
      const paths = await mountAll(folder, pod, container, objects, replaced);
      mountsAnew.push((changed) => mountAll(folder, pod, container, changed, replaced));
      const local = (text: string) =>
        paths.reduce((result, path) => result.replaceAll(path, folder + path), replaced(text));
      const podName = `${object.metadata?.name}-${ordinal}`;
      const [command = "", ...words] = container.command ?? [];
      const args = [...words, ...(container.args ?? []), ...(more[container.name] ?? [])].map((argument) =>
        local(argument.replaceAll("$(POD_NAME)", podName)),
      );
      const log = openSync(join(root, `${container.name}.log`), "a");
      const env = {
        // A script finds the programs by their names.
        PATH: [...new Set(Object.values(programs).map(dirname)), process.env.PATH].join(":"),
        ...Object.fromEntries(
          (container.env ?? [])
            .map(({ name, value }) => [name, name === "POD_NAME" ? podName : value])
            .filter(([, value]) => value !== undefined),
        ),
      };
      // A group of its own: what a script started ends with it.
      const options: SpawnOptions = { env, stdio: ["ignore", log, log], detached: true };
      const start = () => processes.set(container.name, spawn(programs[command] ?? command, args, options));
      starts.set(container.name, start);
      start();
    }
  }
  return {
    file: (container, path) => join(root, container, path),
    async update(changed) {
      for (const mountAnew of mountsAnew) await mountAnew([...changed, ...objects]);
    },
    async failed(container) {
      const exitCode = processes.get(container)?.exitCode;
      if (exitCode === null) return undefined;
      const log = await readFile(join(root, `${container}.log`), "utf8");
      return `${container} ended with ${exitCode}: ${log.slice(-3000)}`;
    },
    async kill(container) {
      const child = processes.get(container);
      if (child) await end(child);
    },
    start: (container) => starts.get(container)?.(),
    async stop() {
      await Promise.all([...processes.values()].map(end));
      await rm(root, { recursive: true, force: true });
    },
  };
}

/** Writes what the container mounts under the folder; gives the paths that now lie there. */
async function mountAll(
  folder: string,
  pod: PodSpec,
  container: Container,
  objects: Resource[],
  replaced: (text: string) => string,
) {
  const mounts = container.volumeMounts ?? [];
  for (const { name, mountPath, subPath } of mounts) {
    if (!subPath) await mkdir(folder + mountPath, { recursive: true });
    const volume = pod.volumes?.find((each) => each.name === name);
    const sources = volume?.projected?.sources ?? [
      { secret: volume?.secret && { name: volume.secret.secretName, items: volume.secret.items } },
    ];
    for (const { secret, configMap } of sources) {
      const files = secret
        ? filesOf(objects, "Secret", secret)
        : configMap
          ? filesOf(objects, "ConfigMap", configMap)
          : {};
      for (const [path, text] of Object.entries(files)) {
        if (subPath && path !== subPath) continue;
        const file = subPath ? folder + mountPath : join(folder + mountPath, path);
        // What is mounted alone does not change while the container runs.
        if (subPath && existsSync(file)) continue;
        await mkdir(dirname(file), { recursive: true });
        const local = mounts.reduce(
          (result, mount) => result.replaceAll(mount.mountPath, folder + mount.mountPath),
          replaced(text),
        );
        // Nobody ever reads half of it.
        await writeFile(`${file}.new`, local);
        await rename(`${file}.new`, file);
      }
    }
  }
  return mounts.map(({ mountPath }) => mountPath);
}

function filesOf(
  objects: Resource[],
  kind: string,
  source: { name?: string; items?: { key: string; path: string }[]; optional?: boolean },
): Record<string, string> {
  const found = objects.find((object) => object.kind === kind && object.metadata?.name === source.name);
  if (!found && source.optional) return {};
  if (!found) throw new Error(`Nothing makes the ${kind} ${source.name}`);
  const { data = {} } = found as Secret | ConfigMap;
  const texts = Object.entries(data).map(
    ([key, text]) => [key, kind === "Secret" ? Buffer.from(text, "base64").toString() : text] as const,
  );
  const items = source.items ?? texts.map(([key]) => ({ key, path: key }));
  return Object.fromEntries(
    items.map(({ key, path }) => {
      const text = texts.find(([each]) => each === key)?.[1];
      if (text === undefined) throw new Error(`The ${kind} ${source.name} has no key ${key}`);
      return [path, text];
    }),
  );
}

function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return Promise.resolve();
  return new Promise((resolve) => {
    child.once("exit", () => resolve());
    if (child.pid !== undefined) process.kill(-child.pid, "SIGKILL");
  });
}
