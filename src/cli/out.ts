import { stringify } from "yaml";
import { type Progress, progressView } from "./progress.ts";

/** The formats of `-o`; absent is a table for people. */
type Format = "wide" | "json" | "yaml" | "name";

/** One column of a table of objects. */
export interface Column<T> {
  title: string;
  value: (object: T) => string | number | undefined;
  /** Only with `-o wide`. */
  wide?: boolean;
}

/** Where a command writes: results to stdout, everything about how it is going to stderr. */
export interface Out {
  /** True where a person watches (stderr is a terminal). */
  readonly live: boolean;
  /** A line of the result. */
  line(text?: string): void;
  /** Text of the result as it stands, without a line end of our own. */
  raw(text: string): void;
  /** A sentence beside the result, on stderr. */
  note(text: string): void;
  /** The objects as YAML documents. */
  yaml(objects: readonly object[]): void;
  /** Aligned columns with a heading. */
  table(heading: readonly string[], rows: readonly (readonly string[])[]): void;
  /** What a `get` found: a table, or the objects themselves in the format of `-o`. `one` leaves out the List around it. */
  objects<T extends object>(
    objects: readonly T[],
    columns: readonly Column<T>[],
    options?: { format?: Format; one?: boolean; none?: string },
  ): void;
  /** Work that takes a while, with its elapsed time: live on a terminal, lines with the time of day in a pipe. */
  step<T>(title: string, work: (progress: Progress) => Promise<T> | T): Promise<T>;
}

/** The streams a command line process writes to. */
interface Streams {
  stdout: NodeJS.WriteStream;
  stderr: NodeJS.WriteStream;
  now: () => Date;
}

export function createOut({ stdout, stderr, now }: Streams): Out {
  const view = progressView({ stream: stderr, now });
  const print = (text: string) => (stdout.isTTY ? view.around(() => stdout.write(text)) : stdout.write(text));
  const out: Out = {
    live: stderr.isTTY === true,
    line: (text = "") => void print(`${text}\n`),
    raw: (text) => void print(text),
    note: (text) => view.around(() => stderr.write(`${text}\n`)),
    yaml: (objects) => void print(yamlDocuments(objects)),
    table: (heading, rows) => void print(tableText(heading, rows)),
    objects: (objects, columns, { format, one, none } = {}) => {
      if (format === "json") return out.line(JSON.stringify(listOf(objects, one), null, 2));
      if (format === "yaml") return out.raw(stringify(listOf(objects, one), { lineWidth: 0 }));
      if (objects.length === 0) return out.note(none ?? "Nothing found");
      const shown = columns.filter((column) => !column.wide || format === "wide");
      if (format === "name") return objects.forEach((object) => void out.line(kubectlName(object)));
      out.table(
        shown.map(({ title }) => title),
        // A message of several lines would break the table.
        objects.map((object) => shown.map(({ value }) => String(value(object) ?? "").replaceAll(/\s*\n\s*/g, "; "))),
      );
    },
    step: (title, work) => view.step(title, work),
  };
  return out;
}

/** An object as `kubectl -o name` writes it: `hostedcluster.hypershift.openshift.io/demo`. */
function kubectlName(object: object): string {
  const {
    apiVersion = "",
    kind = "",
    metadata,
  } = object as { apiVersion?: string; kind?: string; metadata?: { name?: string } };
  const group = apiVersion.includes("/") ? `.${apiVersion.split("/")[0]}` : "";
  return `${kind.toLowerCase()}${group}/${metadata?.name}`;
}

/** Objects as a stream of YAML documents that `kubectl apply -f -` takes. */
export function yamlDocuments(objects: readonly object[]): string {
  return objects.map((object) => `---\n${stringify(object, { lineWidth: 0, aliasDuplicateObjects: false })}`).join("");
}

function listOf(objects: readonly object[], one?: boolean): object {
  return one ? (objects[0] ?? {}) : { apiVersion: "v1", kind: "List", items: objects };
}

/** Columns as wide as their widest cell, three spaces between them, nothing behind the last. */
export function tableText(heading: readonly string[], rows: readonly (readonly string[])[]): string {
  const all = [heading, ...rows];
  const widths = heading.map((_, column) => Math.max(...all.map((row) => (row[column] ?? "").length)));
  return all
    .map(
      (row) =>
        `${row
          .map((cell, column) => cell.padEnd(widths[column] ?? 0))
          .join("   ")
          .trimEnd()}\n`,
    )
    .join("");
}
