/** One file, link or folder of an image's layer. */
export type LayerEntry =
  | { path: string; type: "file"; mode: number; from: string }
  | { path: string; type: "text"; mode: number; text: string }
  | { path: string; type: "link"; to: string }
  | { path: string; type: "folder"; mode: number };

// Debian merged these into /usr; our base has the links.
const merged = /^(bin|sbin|lib|lib64)\//;

/**
 * The entries as they go into a layer: paths relative to the root and below `usr` where Debian merged them, each folder
 * before what is in it, in an order that does not depend on the one given. The last of several of one path counts.
 */
export function layerOrder(entries: LayerEntry[]): LayerEntry[] {
  const byPath = new Map<string, LayerEntry>();
  for (const entry of entries) {
    const path = entry.path.replace(/^\/+/, "").replace(/\/+$/, "").replace(merged, "usr/$1/");
    const parts = path.split("/");
    for (let depth = 1; depth < parts.length; depth++) {
      const folder = parts.slice(0, depth).join("/");
      if (!byPath.has(folder)) byPath.set(folder, { path: folder, type: "folder", mode: 0o755 });
    }
    byPath.set(path, { ...entry, path });
  }
  return [...byPath.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
}
