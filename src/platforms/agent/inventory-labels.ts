import type { HostInventory } from "../../api/agent.ts";

/** What node pools select hosts by without anybody labelling them. Names as assisted-service gives them. */
export function inventoryLabels({ cpu, systemVendor }: HostInventory = {}): Record<string, string> {
  const facts = {
    "cpu-architecture": cpu?.architecture,
    "host-manufacturer": systemVendor?.manufacturer,
    "host-productname": systemVendor?.productName,
    "host-isvirtual": systemVendor?.virtual === undefined ? undefined : String(systemVendor.virtual),
  };
  return Object.fromEntries(
    Object.entries(facts)
      .map(([name, value]) => [`inventory.agent-install.openshift.io/${name}`, labelValue(value ?? "")] as const)
      .filter(([, value]) => value !== ""),
  );
}

/** The text as a label may have it. */
function labelValue(text: string): string {
  return text
    .replace(/[^A-Za-z0-9_.-]+/g, "-")
    .slice(0, 63)
    .replace(/^[^A-Za-z0-9]+|[^A-Za-z0-9]+$/g, "");
}
