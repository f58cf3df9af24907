import type { InputFile } from "../../arg.ts";
import { UsageError } from "../../usage-error.ts";

/** What `create infra aws` writes, as far as it is used here. */
interface AwsInfra {
  region: string;
  infraID: string;
  machineCIDR: string;
  vpcID: string;
  baseDomain: string;
  zones: { name: string; subnetID: string }[];
  publicZoneID?: string;
  privateZoneID?: string;
}

/** The roles that parts of the cluster take on at AWS. */
interface AwsRoles {
  ingressARN: string;
  imageRegistryARN: string;
  storageARN: string;
  networkARN: string;
  kubeCloudControllerARN: string;
  nodePoolManagementARN: string;
  controlPlaneOperatorARN: string;
}

/** What `create iam aws` writes, as far as it is used here. */
interface AwsIam {
  profileName: string;
  issuerURL: string;
  roles: AwsRoles;
  kmsKeyARN?: string;
  kmsProviderRoleARN?: string;
}

const roleNames: (keyof AwsRoles)[] = [
  "ingressARN",
  "imageRegistryARN",
  "storageARN",
  "networkARN",
  "kubeCloudControllerARN",
  "nodePoolManagementARN",
  "controlPlaneOperatorARN",
];

/** Reads the file of `--infra-json`. */
export function readInfra(input: InputFile): AwsInfra {
  const infra = readJson<AwsInfra>("--infra-json", input);
  demand("--infra-json", input, infra, ["region", "infraID", "machineCIDR", "vpcID", "baseDomain", "zones"]);
  if (
    !Array.isArray(infra.zones) ||
    infra.zones.length === 0 ||
    !infra.zones.every(({ name, subnetID }) => name && subnetID)
  ) {
    throw new UsageError(`--infra-json: ${input.path} has no zones with name and subnetID`);
  }
  return infra;
}

/** Reads the file of `--iam-json`. */
export function readIam(input: InputFile): AwsIam {
  const iam = readJson<AwsIam>("--iam-json", input);
  demand("--iam-json", input, iam, ["profileName", "issuerURL", "roles"]);
  demand("--iam-json", input, iam.roles, roleNames);
  const roles = Object.fromEntries(roleNames.map((name) => [name, iam.roles[name]])) as unknown as AwsRoles;
  return { ...iam, roles };
}

function readJson<T>(flag: string, { path, text }: InputFile): T {
  try {
    const content = JSON.parse(text);
    if (content !== null && typeof content === "object") return content as T;
  } catch {
    // Said below, as for any other content that is no object.
  }
  throw new UsageError(`${flag}: ${path} is not a JSON object`);
}

function demand<T extends object>(flag: string, { path }: InputFile, content: T, names: (keyof T & string)[]): void {
  const absent = names.filter((name) => !content[name]);
  if (absent.length > 0) throw new UsageError(`${flag}: ${path} has no ${absent.join(", ")}`);
}
