import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { choice, duration, file, flag, integer, list, pairs, positional, text } from "./arg.ts";
import { closest } from "./closest.ts";
import { command, type Facts } from "./command.ts";
import { find } from "./commands.ts";
import { elapsed } from "./elapsed.ts";
import { commandHelp } from "./help.ts";
import { tableText } from "./out.ts";
import { parse } from "./parse.ts";
import { UsageError } from "./usage-error.ts";

const facts: Facts = {
  root: "/checkout",
  cwd: mkdtempSync(join(tmpdir(), "hcp-test-")),
  home: "/home/somebody",
  variables: {},
  now: () => new Date(0),
  random: (bytes) => Buffer.alloc(bytes),
  stdin: () => "from stdin",
};

afterAll(() => rmSync(facts.cwd, { recursive: true }));

const sample = command({
  summary: "A sample",
  examples: ["sample --name x"],
  args: {
    target: positional("What to do it to"),
    name: text("The name", { default: "example", short: "n" }),
    releaseImage: text("The release"),
    nodeCount: integer("How many", { aliases: ["replicas"], default: 2, max: 10 }),
    render: flag("Only print"),
    wait: flag("Wait", { default: true }),
    policy: choice(["SingleReplica", "HighlyAvailable"], "How many of each", { default: "SingleReplica" }),
    drain: duration("How long"),
    clusterCidr: list("Networks", { separator: "," }),
    nodeSelector: pairs("Where"),
    pullSecret: file("The secret"),
    agentLabelSelector: text("Which", { name: "agentLabelSelector" }),
  },
  run: () => {},
});

const read = (...words: string[]) => parse(sample, words, facts);

test("absent flags have their defaults", () => {
  expect(read()).toMatchObject({ name: "example", nodeCount: 2, render: false, wait: true, clusterCidr: [] });
  expect(read().releaseImage).toBeUndefined();
});

test("values are attached, follow, or repeat", () => {
  const args = read("x", "--name=a=b", "--replicas", "3", "--render", "--wait=false", "--cluster-cidr", "a,b");
  expect(args).toMatchObject({ target: "x", name: "a=b", nodeCount: 3, render: true, wait: false });
  expect(args.clusterCidr).toEqual(["a", "b"]);
  expect(read("-n", "short", "--cluster-cidr", "a", "--cluster-cidr=b", "--agentLabelSelector", "a=b")).toMatchObject({
    name: "short",
    clusterCidr: ["a", "b"],
    agentLabelSelector: "a=b",
  });
  expect(read("--node-selector", "a=b,c=d", "--policy", "highlyavailable")).toMatchObject({
    nodeSelector: { a: "b", c: "d" },
    policy: "HighlyAvailable",
  });
});

test("a negative number is a value, not a flag", () => {
  expect(() => read("--node-count", "-1")).toThrow("--node-count -1 is too small: 0 is the least");
});

test.each([
  [["--releas-image", "x"], "there is no flag --releas-image"],
  [["--node-count", "two"], `--node-count "two" is not a whole number`],
  [["--node-count", "11"], "--node-count 11 is too large: 10 is the most"],
  [["--node-count"], "--node-count needs a value (N)"],
  [["--name", "--render"], "--name needs a value (TEXT)"],
  [["--name", "a", "--name", "b"], "--name was given 2 times; it takes one value"],
  [["--render=maybe"], `--render "maybe" is neither true nor false`],
  [["--policy", "Three"], `--policy "Three" is none of SingleReplica, HighlyAvailable`],
  [["--drain", "ten minutes"], `--drain "ten minutes" is not a duration such as 90s, 10m or 1h30m`],
  [["--node-selector", "infra"], `--node-selector "infra" is not of the form key=value`],
  [["--pull-secret", "nowhere.json"], "--pull-secret: cannot read nowhere.json: there is no such file"],
  [["a", "b"], `"b" is one argument too many`],
])("%j is bad input", (words, message) => {
  expect(() => read(...words)).toThrow(UsageError);
  expect(() => read(...words)).toThrow(message);
});

test("a file is read when the arguments are", () => {
  writeFileSync(join(facts.cwd, "secret.json"), "{}");
  expect(read("--pull-secret", "secret.json").pullSecret).toEqual({ path: join(facts.cwd, "secret.json"), text: "{}" });
  expect(read("--pull-secret", "-").pullSecret).toEqual({ path: "-", text: "from stdin" });
});

test("a mistyped flag is answered with the one that was meant", () => {
  const hint = (word: string) => {
    try {
      read(word);
    } catch (error) {
      return (error as UsageError).hint;
    }
  };
  expect(hint("--realease-image")).toBe("did you mean --release-image?");
  expect(hint("--xyzzy")).toBe("see --help");
});

test("closest finds swapped letters and beginnings", () => {
  expect(closest("clsuter", ["cluster", "nodepool"])).toBe("cluster");
  expect(closest("node", ["cluster", "nodepool"])).toBe("nodepool");
  expect(closest("zebra", ["cluster", "nodepool"])).toBeUndefined();
});

test("the longest path of words that is a command wins", () => {
  const folder = new URL(".", import.meta.url).pathname;
  expect(find(folder, ["version", "--client-only"])).toMatchObject({
    found: { words: ["version"] },
    rest: ["--client-only"],
  });
  expect(find(folder, ["arg"])).toBeUndefined();
  expect(find(folder, ["..", "cli", "version"])).toBeUndefined();
});

test("help lists arguments with their defaults", () => {
  expect(commandHelp(["sample"], sample)).toMatchInlineSnapshot(`
    "A sample

    Usage
      hcp sample [NAME] [flags]

    Arguments
      NAME  What to do it to

    Flags
      -n, --name TEXT                         The name (default example)
      --release-image TEXT                    The release
      --node-count N                          How many (default 2)
      --render                                Only print
      --wait                                  Wait (default true)
      --policy SingleReplica|HighlyAvailable  How many of each (default SingleReplica)
      --drain DURATION                        How long
      --cluster-cidr TEXT                     Networks (may be repeated)
      --node-selector KEY=VALUE               Where (may be repeated)
      --pull-secret FILE                      The secret
      --agentLabelSelector TEXT               Which

    Flags of every command
      --kubeconfig FILE  The management cluster ($KUBECONFIG, .roost/kubeconfig of the checkout, ~/.kube/config)
      --debug            Show the stack trace of an error (also HCP_DEBUG=1)
      -h, --help         Show this help

    Examples
      hcp sample --name x
    "
  `);
});

test("a table is as wide as its cells", () => {
  expect(
    tableText(
      ["NAME", "NODES"],
      [
        ["demo", "2"],
        ["longer-name", ""],
      ],
    ),
  ).toBe("NAME          NODES\ndemo          2\nlonger-name\n");
});

test("elapsed time reads well", () => {
  expect([400, 12_000, 185_000, 3_725_000].map(elapsed)).toEqual(["0.4 s", "12 s", "3 min 05 s", "1 h 02 min"]);
});
