import { agent } from "./agent/platform.ts";
import { none } from "./none/platform.ts";
import type { Platform } from "./platform.ts";

/** The platforms that are served, by `spec.platform.type`. */
export const platforms: Readonly<Record<string, Platform>> = { Agent: agent, None: none };

/** The platform of that type; throws where it is not served. */
export function platformOf(type: string): Platform {
  const platform = Object.hasOwn(platforms, type) ? platforms[type] : undefined;
  if (platform) return platform;
  throw new Error(`The platform ${type} is not served yet: use one of ${Object.keys(platforms).join(", ")}`);
}
