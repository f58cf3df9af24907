import { choice, file, flag, list, pairs, text } from "../../arg.ts";
import { command } from "../../command.ts";
import { UsageError } from "../../usage-error.ts";
import { awsPool, awsPoolArgs } from "../nodepool/aws-pool.ts";
import { readIam, readInfra } from "./aws-outputs.ts";
import { commonArgs, commonFlagsNotServed } from "./common-args.ts";
import { createCluster } from "./create-cluster.ts";

export default command({
  summary: "Create a hosted cluster whose nodes are EC2 instances",
  description: `
The network and the IAM roles have to be there: --infra-json and --iam-json name the outputs of "hypershift create infra
aws" and "hypershift create iam aws". One NodePool is made for each zone.`,
  examples: [
    "create cluster aws --name demo --pull-secret pull.json --release-image IMAGE --infra-json infra.json --iam-json iam.json --render",
  ],
  notServed: [
    ...commonFlagsNotServed,
    ..."secret-creds role-arn sts-creds aws-creds enable-proxy enable-secure-proxy proxy-vpc-endpoint-service-name vpc-cidr vpc-owner-aws-creds private-zones-in-cluster-account public-only single-nat-gateway use-rosa-managed-policies shared-role auto-node oidc-issuer-url".split(
      " ",
    ),
  ],
  args: {
    ...commonArgs,
    ...awsPoolArgs,
    region: text("The region; that of --infra-json where absent", { placeholder: "REGION" }),
    zones: list("Only these zones of --infra-json", { separator: ",", placeholder: "ZONE" }),
    infraJson: file("The network, as `create infra aws` writes it"),
    iamJson: file("The IAM roles, as `create iam aws` writes them"),
    endpointAccess: choice(["Public", "PublicAndPrivate", "Private"], "From where the API can be reached", {
      default: "Public",
    }),
    additionalTags: pairs("A tag for everything that is made at AWS"),
    kmsKeyArn: text("ARN of the KMS key that Secrets are encrypted with in etcd", { placeholder: "ARN" }),
    saTokenIssuerPrivateKeyPath: file("The private key that service account tokens are signed with"),
    multiArch: flag("Nodes of several architectures"),
  },
  async run(run) {
    const { args } = run;
    if (!args.infraJson || !args.iamJson) {
      throw new UsageError(
        "--infra-json and --iam-json are required: making networks and roles at AWS is not served yet",
      );
    }
    const infra = readInfra(args.infraJson);
    const iam = readIam(args.iamJson);
    const unknown = args.zones.find((zone) => !infra.zones.some(({ name }) => name === zone));
    if (unknown) throw new UsageError(`--zones ${unknown}: ${args.infraJson.path} has no such zone`);
    const zones = infra.zones.filter(({ name }) => args.zones.length === 0 || args.zones.includes(name));
    const key = args.kmsKeyArn ?? iam.kmsKeyARN;
    const region = args.region ?? infra.region;
    const signingKey = args.saTokenIssuerPrivateKeyPath;
    const pools = zones.map(({ name, subnetID }) => ({
      name: `${args.name}-${name}`,
      platform: awsPool(args, { subnet: subnetID, instanceProfile: iam.profileName, arch: args.arch }),
    }));
    const common = {
      ...args,
      infraId: args.infraId ?? infra.infraID,
      baseDomain: args.baseDomain ?? infra.baseDomain,
      machineCidr: args.machineCidr.length > 0 ? args.machineCidr : [infra.machineCIDR],
    };
    await createCluster({ ...run, args: common }, () => ({
      platform: {
        type: "AWS",
        aws: {
          region,
          rolesRef: iam.roles,
          cloudProviderConfig: {
            vpc: infra.vpcID,
            zone: zones[0]?.name ?? "",
            subnet: { id: zones[0]?.subnetID ?? "" },
          },
          endpointAccess: args.endpointAccess,
          multiArch: args.multiArch,
          resourceTags: [
            { key: `kubernetes.io/cluster/${infra.infraID}`, value: "owned" },
            ...Object.entries(args.additionalTags).map(([tag, value]) => ({ key: tag, value })),
          ],
        },
      },
      publishing: { type: "Ingress", domain: args.externalDnsDomain },
      pools,
      upgradeType: "Replace",
      more: signingKey
        ? [
            {
              apiVersion: "v1",
              kind: "Secret",
              metadata: { name: `${args.name}-sa-signing-key`, namespace: args.namespace },
              type: "Opaque",
              data: { key: Buffer.from(signingKey.text).toString("base64") },
            } as never,
          ]
        : [],
      spec: {
        issuerURL: iam.issuerURL,
        ...(signingKey ? { serviceAccountSigningKey: { name: `${args.name}-sa-signing-key` } } : {}),
        dns: {
          baseDomain: common.baseDomain,
          ...(infra.publicZoneID ? { publicZoneID: infra.publicZoneID } : {}),
          ...(infra.privateZoneID ? { privateZoneID: infra.privateZoneID } : {}),
        },
        ...(key
          ? {
              secretEncryption: {
                type: "kms" as const,
                kms: {
                  provider: "AWS" as const,
                  aws: { region, activeKey: { arn: key }, auth: { awsKms: iam.kmsProviderRoleARN ?? "" } },
                },
              },
            }
          : {}),
      },
    }));
  },
});
