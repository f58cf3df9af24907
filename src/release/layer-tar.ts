import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { type Pack, pack } from "tar-stream";
import { type LayerEntry, layerOrder } from "./layer-entry.ts";

// The same for all files, so that equal content gives an equal layer.
const mtime = new Date(0);

/** A tar archive of the entries, the same bytes for the same content. */
export function layerTar(entries: LayerEntry[]): Readable {
  const archive = pack();
  const add = async () => {
    for (const entry of layerOrder(entries)) await addEntry(archive, entry);
    archive.finalize();
  };
  add().catch((error) => archive.destroy(error as Error));
  // tar-stream has a stream of its own kind.
  return Readable.from(archive as AsyncIterable<Buffer>, { objectMode: false });
}

async function addEntry(archive: Pack, entry: LayerEntry): Promise<void> {
  const owner = { uid: 0, gid: 0, mtime };
  switch (entry.type) {
    case "folder":
      archive.entry({ ...owner, name: `${entry.path}/`, type: "directory", mode: entry.mode });
      return;
    case "link":
      archive.entry({ ...owner, name: entry.path, type: "symlink", linkname: entry.to, mode: 0o777 });
      return;
    case "text":
      archive.entry({ ...owner, name: entry.path, mode: entry.mode }, entry.text);
      return;
    case "file": {
      const { size } = await stat(entry.from);
      const target = archive.entry({ ...owner, name: entry.path, mode: entry.mode, size });
      await pipeline(createReadStream(entry.from, { highWaterMark: 1 << 20 }), target);
    }
  }
}
