/**
 * The rule (as arguments of iptables behind `-I FORWARD`) that keeps others out of the environment's network: whoever
 * is beside this computer could otherwise send packets through it, because podman lets it forward. The computer itself
 * and answers to what the machines ask are not concerned.
 */
export function guardRule(bridge: string, label: string): string[] {
  const between = ["!", "-i", bridge, "-o", bridge];
  const named = ["-m", "comment", "--comment", label];
  return [...between, "-m", "conntrack", "--ctstate", "NEW", ...named, "-j", "DROP"];
}

/** The rules with this label in what `iptables -S FORWARD` prints, each as arguments behind `-D`. */
export function guardRulesIn(listing: string, label: string): string[][] {
  return listing
    .split("\n")
    .map((line) => line.split(" ").map((word) => word.replaceAll('"', "")))
    .filter((words) => words[words.indexOf("--comment") + 1] === label)
    .map(([, ...words]) => words);
}
