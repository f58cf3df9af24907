import { runProcess } from "../../release/run-process.ts";
import { type Environment, labelOf } from "../environment.ts";
import { guardRule, guardRulesIn } from "./guard-rule.ts";

const list = () => runProcess("iptables", ["-w", "-S", "FORWARD"]);

/** Has this computer forward nothing into the environment's network that begins elsewhere. */
export async function guardNetwork(environment: Environment, bridge: string): Promise<void> {
  const label = labelOf(environment);
  const wanted = guardRule(bridge, label);
  const present = guardRulesIn(await list(), label);
  if (present.length === 1 && present[0]?.slice(1).join(" ") === wanted.join(" ")) return;
  await runProcess("iptables", ["-w", "-I", "FORWARD", ...wanted]);
  for (const rule of present) await runProcess("iptables", ["-w", "-D", ...rule]);
}

/** Takes that rule away again. */
export async function unguardNetwork(environment: Environment): Promise<void> {
  for (const rule of guardRulesIn(await list(), labelOf(environment))) {
    await runProcess("iptables", ["-w", "-D", ...rule]);
  }
}
