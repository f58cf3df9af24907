import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { ensureDebianFiles } from "./debian-files.ts";
import { folderEntries } from "./folder-entries.ts";
import type { LayerEntry } from "./layer-entry.ts";
import { imagePackages } from "./requirements.ts";
import { runProcess } from "./run-process.ts";

/** The entries of the layers that images share. */
export interface BaseLayers {
  /** A shell and the usual small programs, the certificate authorities of the public web, users. */
  shell: LayerEntry[];
  /** What dynamically linked programs need. */
  glibc: LayerEntry[];
  /** bash and curl, with their libraries; needs `glibc`. */
  bashAndCurl: LayerEntry[];
  /** iptables (over nftables), nft, ipset and conntrack; needs `glibc`. */
  iptables: LayerEntry[];
  /** The program `bridge`; needs `iptables`. */
  bridge: LayerEntry[];
}

/** Makes the shared layers from Debian's packages, downloaded where they are not in `cache` yet. */
export async function baseLayers(cache: string, signal?: AbortSignal): Promise<BaseLayers> {
  const [shell, glibc, bashAndCurl, iptables, bridge] = await Promise.all([
    ensureDebianFiles(imagePackages.shell, cache, signal),
    ensureDebianFiles(imagePackages.glibc, cache, signal),
    ensureDebianFiles(imagePackages.bashAndCurl, cache, signal),
    ensureDebianFiles(imagePackages.iptables, cache, signal),
    ensureDebianFiles(imagePackages.bridge, cache, signal),
  ]);
  return {
    shell: await shellEntries(shell),
    glibc: await folderEntries(glibc, "", needed),
    bashAndCurl: await folderEntries(bashAndCurl, "", (path) => needed(path) && !/^etc\/|bashbug|engines-3/.test(path)),
    iptables: [...(await folderEntries(iptables, "", needed)), ...iptablesNames],
    bridge: await folderEntries(bridge, "", (path) => path === "sbin/bridge" || path.includes("/libcap.so")),
  };
}

async function shellEntries(files: string): Promise<LayerEntry[]> {
  const busybox = join(files, "bin/busybox");
  const programs = (await runProcess(busybox, ["--list"]))
    .split("\n")
    .filter((name) => name !== "" && name !== "busybox");
  return [
    ...["bin", "sbin", "lib", "lib64"].map((name): LayerEntry => ({ path: name, type: "link", to: `usr/${name}` })),
    ...["usr/bin", "usr/sbin", "usr/lib", "usr/lib64", "var/lib", "run", "root"].map(folder(0o755)),
    ...["tmp", "var/tmp"].map(folder(0o1777)),
    { path: "usr/bin/busybox", type: "file", mode: 0o755, from: busybox },
    ...programs.map((name): LayerEntry => ({ path: `usr/bin/${name}`, type: "link", to: "busybox" })),
    { path: "etc/ssl/certs/ca-certificates.crt", type: "text", mode: 0o644, text: await authorities(files) },
    { path: "etc/passwd", type: "text", mode: 0o644, text: users },
    { path: "etc/group", type: "text", mode: 0o644, text: "root:x:0:\nnonroot:x:65532:\nnobody:x:65534:\n" },
    { path: "etc/nsswitch.conf", type: "text", mode: 0o644, text: "hosts: files dns\n" },
  ];
}

const users = `root:x:0:0:root:/root:/bin/sh
nonroot:x:65532:65532:nonroot:/tmp:/bin/sh
nobody:x:65534:65534:nobody:/tmp:/bin/sh
`;

function folder(mode: number) {
  return (path: string): LayerEntry => ({ path, type: "folder", mode });
}

// Debian writes this file when the package is installed.
async function authorities(files: string): Promise<string> {
  const from = join(files, "usr/share/ca-certificates/mozilla");
  const names = (await readdir(from)).filter((name) => name.endsWith(".crt")).sort();
  return (await Promise.all(names.map((name) => readFile(join(from, name), "utf8")))).join("");
}

// Debian makes these links when the package is installed.
const iptablesNames = [
  "iptables",
  "iptables-save",
  "iptables-restore",
  "ip6tables",
  "ip6tables-save",
  "ip6tables-restore",
].map((name): LayerEntry => ({ path: `usr/sbin/${name}`, type: "link", to: "xtables-nft-multi" }));

function needed(path: string): boolean {
  return !/^(usr\/share\/|usr\/lib\/[^/]+\/(gconv|audit)\/|var\/|etc\/(init\.d|default)\/)/.test(path);
}
