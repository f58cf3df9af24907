import { int32, intOrString, object, oneOf, optional, text } from "../field.ts";
import { localReference } from "../local-reference.ts";

const name = (description: string) => text(description, { maxLength: 255 });

/** An object of Power VS, by id or by name. */
const resource = (description: string) =>
  object({ id: optional(name("Its id.")), name: optional(name("Its name.")) }, description);

/** The Power VS platform of a hosted cluster. */
export const powerVSPlatform = object(
  {
    accountID: name("Account."),
    cisInstanceCRN: text("Instance of the DNS service, by its CRN.", { maxLength: 255, pattern: "^crn:" }),
    resourceGroup: name("Resource group."),
    region: name("Region."),
    zone: name("Zone."),
    subnet: resource("Network of the nodes."),
    serviceInstanceID: name("Workspace that the nodes are made in."),
    vpc: object(
      {
        name: name("Name of the network."),
        region: name("Its region."),
        zone: optional(name("Its zone.")),
        subnet: optional(name("Its subnet.")),
      },
      "Network of load balancers.",
    ),
    kubeCloudControllerCreds: localReference("Secret with credentials for the cloud controller."),
    nodePoolManagementCreds: localReference("Secret with credentials that make and remove nodes."),
    ingressOperatorCloudCreds: localReference("Secret with credentials for DNS records of the default ingress."),
    storageOperatorCloudCreds: localReference("Secret with credentials for volumes."),
    imageRegistryOperatorCloudCreds: localReference("Secret with credentials for the image registry's bucket."),
  },
  "Nodes are virtual servers in IBM Power VS. Set where type is `PowerVS`.",
);

/** The Power VS platform of a node pool. */
export const powerVSNodePoolPlatform = object(
  {
    systemType: optional(text("Kind of machine.", { default: "s922", maxLength: 255 })),
    processorType: optional(
      oneOf(["dedicated", "shared", "capped"], "Whether processors are shared with others.", { default: "shared" }),
    ),
    processors: optional(
      intOrString("Number of processors; fractions only where they are shared.", { default: "0.5" }),
    ),
    memoryGiB: optional(int32("Memory in GiB.", { default: 32 })),
    image: optional(resource("Image of the nodes; that of the release where absent.")),
    storageType: optional(oneOf(["tier1", "tier3"], "Kind of disk.", { default: "tier1" })),
    imageDeletePolicy: optional(
      oneOf(["delete", "retain"], "What becomes of an imported image when the pool goes.", { default: "delete" }),
    ),
  },
  "Size of the virtual servers.",
);
