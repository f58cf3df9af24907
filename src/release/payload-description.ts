import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { parse } from "yaml";

/** What `payload/payload.yaml` says: how programs are compiled and which releases are made of them. */
export interface PayloadDescription {
  /** Package path to the name of its program, where that is not the last part of the path. */
  names: Record<string, string>;
  /** Required module to the packages that are told its version at link time. */
  versions: Record<string, string[]>;
  /** Folders of a module's source that are kept beside the programs. */
  share: { module: string; from: string; to: string }[];
  /** Packages of programs that are compiled with cgo and linked statically. */
  cgo: string[];
  /** Packages of programs that cannot be named in one call of `go build` with others. */
  apart: string[];
  /** Packages whose program is their test. */
  tests: string[];
  /** Packages of programs that no quick start needs. */
  later: string[];
  releases: ReleaseDescription[];
  /** Modules whose programs every release has. */
  common: string[];
}

/** One release: its version, the module with its Kubernetes, and the versions that may be updated to it. */
export interface ReleaseDescription {
  version: string;
  kubernetes: string;
  previous: string[];
}

/** Reads `payload/payload.yaml` of the checkout at `root`. */
export async function readPayloadDescription(root: string): Promise<PayloadDescription> {
  return parse(await readFile(join(root, "payload", "payload.yaml"), "utf8")) as PayloadDescription;
}

/** The release of that version, the newest one where none is named. */
export function findRelease(description: PayloadDescription, version?: string): ReleaseDescription {
  const found = version ? description.releases.find((r) => r.version === version) : description.releases[0];
  if (found) return found;
  const known = description.releases.map((r) => r.version).join(", ");
  throw new Error(`There is no release ${version} in payload/payload.yaml; it has ${known}.`);
}

/** The modules to compile for a release, in the order in which a first cluster needs them. */
export function modulesOf(description: PayloadDescription, release: ReleaseDescription): string[] {
  return [...new Set([...description.common, release.kubernetes])];
}
