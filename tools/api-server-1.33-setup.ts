import type { TestProject } from "vitest/node";
import { serve } from "./api-server-setup.ts";

/** Vitest's global setup of the project `api-server-1.33`. */
export default function setup(project: TestProject): Promise<() => Promise<void>> {
  return serve(project, "1.33");
}
