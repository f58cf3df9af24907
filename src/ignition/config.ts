/** The part of the Ignition configuration format (3.2.0) that Roost writes, and merges from what users write. */
export interface IgnitionConfig {
  ignition: {
    version: string;
    config?: { merge?: IgnitionResource[]; replace?: IgnitionResource };
    security?: { tls?: { certificateAuthorities?: IgnitionResource[] } };
    timeouts?: { httpResponseHeaders?: number; httpTotal?: number };
    proxy?: { httpProxy?: string; httpsProxy?: string; noProxy?: string[] };
  };
  passwd?: { users?: IgnitionUser[]; groups?: { name: string; [field: string]: unknown }[] };
  storage?: {
    files?: IgnitionFile[];
    directories?: IgnitionNode[];
    links?: (IgnitionNode & { target: string })[];
    disks?: unknown[];
    filesystems?: unknown[];
    luks?: unknown[];
    raid?: unknown[];
  };
  systemd?: { units?: IgnitionUnit[] };
}

export interface IgnitionResource {
  source?: string;
  compression?: string;
  httpHeaders?: { name: string; value: string }[];
  verification?: { hash?: string };
}

export interface IgnitionNode {
  path: string;
  overwrite?: boolean;
  mode?: number;
  user?: { id?: number; name?: string };
  group?: { id?: number; name?: string };
}

export interface IgnitionFile extends IgnitionNode {
  contents?: IgnitionResource;
  append?: IgnitionResource[];
}

export interface IgnitionUnit {
  name: string;
  enabled?: boolean;
  mask?: boolean;
  contents?: string;
  dropins?: { name: string; contents?: string }[];
}

export interface IgnitionUser {
  name: string;
  sshAuthorizedKeys?: string[];
  [field: string]: unknown;
}

/** The version of the format that Roost writes. The machine's ignition reads it and everything older in 3.x. */
export const ignitionVersion = "3.2.0";

/** A configuration of these files, units and users. */
export function ignitionConfig(parts: {
  files?: IgnitionFile[];
  units?: IgnitionUnit[];
  users?: IgnitionUser[];
}): IgnitionConfig {
  return {
    ignition: { version: ignitionVersion },
    ...(parts.users?.length ? { passwd: { users: parts.users } } : {}),
    ...(parts.files?.length ? { storage: { files: parts.files } } : {}),
    ...(parts.units?.length ? { systemd: { units: parts.units } } : {}),
  };
}

/** A file of this text; replaces one that the machine image has. */
export function ignitionFile(path: string, text: string, mode = 0o644): IgnitionFile {
  return { path, mode, overwrite: true, contents: { source: dataUrl(text) } };
}

/** The text in a URL, as Ignition takes it. */
export function dataUrl(text: string): string {
  return `data:;base64,${Buffer.from(text).toString("base64")}`;
}
