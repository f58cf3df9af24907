import type { Component } from "../component.ts";
import { configKinds } from "./config-kinds.ts";
import { definition } from "./definition.ts";

/** The kinds of config.openshift.io. */
export const configApi: Component = {
  name: "config-api",
  manifests: configKinds.map((kind) => () => definition(kind)),
};
