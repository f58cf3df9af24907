import { isIP } from "node:net";
import type { HostInventory } from "../../api/agent.ts";

/** As in the schema: what is longer is cut, so that a host with much to say can register all the same. */
const longestText = 256;
const longestList = 64;
const deepest = 6;

/** What a host says of its hardware, cut to what an Agent may hold, and without addresses that are none. */
export function readInventory(given: unknown): HostInventory | undefined {
  if (typeof given !== "object" || given === null || Array.isArray(given)) return undefined;
  const inventory = cut(given, deepest) as HostInventory;
  if (!Array.isArray(inventory.interfaces)) return inventory;
  const interfaces = inventory.interfaces
    .filter((each) => typeof each === "object" && each !== null)
    .map((each) => ({
      ...each,
      ...(each.ipV4Addresses ? { ipV4Addresses: addresses(each.ipV4Addresses, 4) } : {}),
      ...(each.ipV6Addresses ? { ipV6Addresses: addresses(each.ipV6Addresses, 6) } : {}),
    }));
  return { ...inventory, interfaces };
}

function addresses(given: unknown, family: 4 | 6): string[] {
  if (!Array.isArray(given)) return [];
  return given.filter((each): each is string => typeof each === "string" && isAddress(each, family));
}

/** Such as `192.0.2.1/24`. A scope (`%eth0`) is none: nobody else could use the address. */
function isAddress(text: string, family: 4 | 6): boolean {
  const [address = "", prefix = "0"] = text.split("/");
  return isIP(address) === family && !address.includes("%") && /^\d{1,3}$/.test(prefix);
}

function cut(value: unknown, depth: number): unknown {
  if (typeof value === "string") return value.slice(0, longestText);
  if (typeof value !== "object" || value === null) return value;
  if (depth === 0) return undefined;
  if (Array.isArray(value)) return value.slice(0, longestList).map((each) => cut(each, depth - 1));
  return Object.fromEntries(
    Object.entries(value)
      .slice(0, longestList)
      .map(([key, inner]) => [key, cut(inner, depth - 1)]),
  );
}
