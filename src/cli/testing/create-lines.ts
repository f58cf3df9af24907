/** Command lines whose output is kept in fixtures/ and tried on a real API server: at least one for each command. */
export const files = {
  "pull.json": JSON.stringify({ auths: { "registry.example.com": { auth: "dXNlcjpwYXNz" } } }),
  "list.json": JSON.stringify({ auths: [] }),
  "word.json": JSON.stringify({ auths: { "r.example.com": "secret" } }),
  "id.pub": "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE somebody@example.com\n",
  "ca.pem": "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n",
  "mirrors.yaml": "- source: registry.example.com\n  mirrors: [mirror.example.com/registry]\n",
  "infra.kubeconfig": "apiVersion: v1\nkind: Config\n",
  "infra.json": JSON.stringify({
    region: "eu-west-1",
    infraID: "demo-x1y2z",
    machineCIDR: "10.0.0.0/16",
    vpcID: "vpc-0a1b2c3d",
    baseDomain: "example.com",
    publicZoneID: "Z0PUBLIC",
    privateZoneID: "Z0PRIVATE",
    zones: [
      { name: "eu-west-1a", subnetID: "subnet-0a" },
      { name: "eu-west-1b", subnetID: "subnet-0b" },
    ],
  }),
  "iam.json": JSON.stringify({
    profileName: "demo-x1y2z-worker",
    issuerURL: "https://oidc.example.com/demo-x1y2z",
    roles: Object.fromEntries(
      [
        "ingress",
        "imageRegistry",
        "storage",
        "network",
        "kubeCloudController",
        "nodePoolManagement",
        "controlPlaneOperator",
      ].map((role) => [`${role}ARN`, `arn:aws:iam::123456789012:role/demo-${role}`]),
    ),
  }),
};

const common = "--name demo --pull-secret pull.json --release-image registry.example.com/roost/release:1.34.4 --render";

export const lines: Record<string, string> = {
  "cluster-none": `create cluster none ${common} --external-api-server-address 192.0.2.1`,
  "cluster-none-load-balancer": `create cluster none ${common} --expose-through-load-balancer --render-sensitive`,
  "cluster-agent": `create cluster agent ${common} --agent-namespace hosts --base-domain example.com --external-dns-domain example.com --node-pool-replicas 2`,
  "cluster-agent-everything": `create cluster agent ${common} --agent-namespace hosts --agentLabelSelector size=big,zone_in_(a,b) --api-server-address api.example.com --render-sensitive --base-domain example.com --base-domain-prefix none --ssh-key id.pub --additional-trust-bundle ca.pem --image-content-sources mirrors.yaml --control-plane-availability-policy HighlyAvailable --infra-availability-policy HighlyAvailable --node-pool-replicas 3 --node-upgrade-type Replace --node-drain-timeout 5m --node-volume-detach-timeout 10m --auto-repair --arch arm64 --network-type Other --cluster-cidr 10.0.0.0/16 --service-cidr 10.1.0.0/16 --machine-cidr 192.168.0.0/16 --allocate-node-cidrs --disable-multi-network --kas-dns-name kube.example.com --etcd-storage-class fast --etcd-storage-size 16Gi --infra-id demo-abcde --annotations example.com/note=a,b --labels team=x --pods-labels team=x --node-selector role=control-plane --toleration key=infra,operator=Exists,effect=NoSchedule --fips --feature-set TechPreviewNoUpgrade --olm-catalog-placement guest --olm-disable-default-sources --disable-cluster-capabilities ImageRegistry --control-plane-operator-image registry.example.com/cpo:1 --pausedUntil true`,
  "cluster-kubevirt": `create cluster kubevirt ${common} --node-pool-replicas 2`,
  "cluster-kubevirt-everything": `create cluster kubevirt ${common} --render-sensitive --base-domain example.com --service-publishing-strategy NodePort --api-server-address 192.0.2.1 --infra-kubeconfig-file infra.kubeconfig --infra-namespace machines --infra-storage-class-mapping fast/gold,group=a --infra-storage-class-mapping slow/silver --infra-volumesnapshot-class-mapping fast/gold,group=a --memory 8Gi --cores 4 --qos-class Guaranteed --root-volume-size 64 --root-volume-storage-class fast --root-volume-access-modes ReadWriteMany --root-volume-volume-mode Block --root-volume-cache-strategy PVC --containerdisk registry.example.com/disk:1 --network-multiqueue Disable --additional-network name:machines/extra --attach-default-network=false --vm-node-selector role=worker --host-device-name nvidia.com/gpu,count:2 --default-dual --ovn-kubernetes-mtu 1400`,
  "cluster-aws": `create cluster aws ${common} --infra-json infra.json --iam-json iam.json --node-pool-replicas 1`,
  "cluster-aws-everything": `create cluster aws ${common} --render-sensitive --infra-json infra.json --iam-json iam.json --zones eu-west-1b --endpoint-access PublicAndPrivate --multi-arch --additional-tags team=x --kms-key-arn arn:aws:kms:eu-west-1:123456789012:key/abc --sa-token-issuer-private-key-path id.pub --instance-type m6i.large --root-volume-type io1 --root-volume-iops 3000 --root-volume-size 200 --root-volume-kms-key arn:aws:kms:eu-west-1:123456789012:key/def --external-dns-domain example.com`,
  "nodepool-agent":
    "create nodepool agent --name extra --cluster-name demo --replicas 3 --agentLabelSelector size=big --release-image registry.example.com/roost/release:1.34.4 --render",
  "nodepool-none":
    "create nodepool none --name gpu --cluster-name demo --release-image registry.example.com/roost/release:1.34.4 --render",
  "nodepool-kubevirt":
    "create nodepool kubevirt --name extra --cluster-name demo --node-count 3 --memory 16Gi --auto-repair --release-image registry.example.com/roost/release:1.34.4 --render",
  "nodepool-aws":
    "create nodepool aws --name extra --cluster-name demo --subnet-id subnet-0a --securitygroup-id sg-1 --instance-profile worker --arch arm64 --release-image registry.example.com/roost/release:1.34.4 --render",
  backup: "create backup --cluster demo --location store --name before-update --render",
  "backup-schedule":
    "create backup-schedule --cluster demo --location store --every 1h --keep 24 --keep-for 30d --continuous --drill-every 7d --render",
};

/** A line as the shell would split it; `_` stands for a space inside a word. */
export function words(line: string): string[] {
  return line.split(" ").map((word) => word.replaceAll("_in_", " in "));
}
