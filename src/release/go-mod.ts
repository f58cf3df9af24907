/** What a `go.mod` says that matters for compiling its programs. */
export interface GoMod {
  /** The packages of its `tool` lines. */
  tools: string[];
  /** Every required module and its version, replacements applied. */
  versions: Record<string, string>;
}

/** Reads the text of a `go.mod`. */
export function parseGoMod(text: string): GoMod {
  const tools: string[] = [];
  const versions: Record<string, string> = {};
  const replaced: Record<string, string> = {};
  let block = "";
  for (const raw of text.split("\n")) {
    const line = raw.replace(/\/\/.*/, "").trim();
    if (line === "") continue;
    if (line === ")") {
      block = "";
      continue;
    }
    const opening = /^(\w+) \($/.exec(line);
    if (opening) {
      block = opening[1] ?? "";
      continue;
    }
    const words = line.split(/\s+/);
    const directive = block || words.shift();
    if (directive === "tool" && words[0]) tools.push(words[0]);
    if (directive === "require" && words[0] && words[1]) versions[words[0]] = words[1];
    const version = words.at(-1);
    if (directive === "replace" && words[0] && version) replaced[words[0]] = version;
  }
  return { tools, versions: { ...versions, ...replaced } };
}
