import { publicKeyOf } from "../../pki/certificate.ts";
import { kubeconfig } from "../../pki/kubeconfig.ts";
import type { ConfigFile, ConfigUnit, MachineConfig } from "../machine/ignition-config.ts";
import type { Client, ClusterKeys } from "./certificates.ts";
import { type Cluster, dnsServiceAddress, serverOf } from "./cluster.ts";
import { containerdFiles } from "./containerd.ts";

/** Where the programs of Kubernetes and etcd are mounted. */
export const programs = { kubernetes: "/opt/kubernetes", etcd: "/opt/etcd" };

const pki = "/etc/kubernetes/pki";
const kubeletConfiguration = "/etc/kubernetes/kubelet.yaml";

/** What the machine of a management cluster runs: a whole Kubernetes of one node. `pause` is the image that holds pods. */
export function machineConfig(cluster: Cluster, keys: ClusterKeys, pause: string): MachineConfig {
  return {
    files: [
      ...keyFiles(keys),
      ...(["kubelet", "kube-controller-manager", "kube-scheduler", "kube-proxy", "admin"] as const).map((client) =>
        kubeconfigFile(cluster, keys, client),
      ),
      { path: kubeletConfiguration, text: kubeletText(cluster) },
      { path: "/etc/cni/net.d/10-bridge.conflist", text: podNetworkText(cluster) },
      ...containerdFiles({ pause, registry: cluster.services.registry, ca: cluster.services.authority.certificate }),
      { path: "/etc/profile.d/kubernetes.sh", text: profile },
    ],
    units: [
      { name: "containerd.service" },
      addressesUnit(cluster),
      etcdUnit(),
      apiServerUnit(cluster),
      controllerManagerUnit(cluster),
      unit("kube-scheduler", "kubernetes", {
        kubeconfig: kubeconfigPath("kube-scheduler"),
        "authentication-kubeconfig": kubeconfigPath("kube-scheduler"),
        "authorization-kubeconfig": kubeconfigPath("kube-scheduler"),
        "bind-address": "127.0.0.1",
        "leader-elect": "false",
      }),
      unit(
        "kubelet",
        "kubernetes",
        {
          config: kubeletConfiguration,
          kubeconfig: kubeconfigPath("kubelet"),
          "hostname-override": cluster.name,
          "node-ip": cluster.address,
        },
        "Requires=containerd.service\nAfter=containerd.service",
      ),
      unit("kube-proxy", "kubernetes", {
        kubeconfig: kubeconfigPath("kube-proxy"),
        "proxy-mode": "iptables",
        "hostname-override": cluster.name,
        "cluster-cidr": cluster.podNetwork,
        // Machines lack the right to change these limits of the computer.
        "conntrack-max-per-core": "0",
        "conntrack-tcp-timeout-established": "0s",
        "conntrack-tcp-timeout-close-wait": "0s",
      }),
    ],
  };
}

function etcdUnit(): ConfigUnit {
  return unit("etcd", "etcd", {
    "data-dir": "/var/lib/etcd",
    "listen-client-urls": "http://127.0.0.1:2379",
    "advertise-client-urls": "http://127.0.0.1:2379",
    // No peer ever connects.
    "listen-peer-urls": "http://127.0.0.1:2380",
    "auto-compaction-mode": "periodic",
    "auto-compaction-retention": "30m",
  });
}

function apiServerUnit(cluster: Cluster): ConfigUnit {
  return unit(
    "kube-apiserver",
    "kubernetes",
    {
      "advertise-address": cluster.address,
      "bind-address": cluster.address,
      "allow-privileged": "true",
      "authorization-mode": "Node,RBAC",
      "client-ca-file": `${pki}/ca.crt`,
      "enable-admission-plugins": "NodeRestriction",
      "etcd-servers": "http://127.0.0.1:2379",
      "kubelet-certificate-authority": `${pki}/ca.crt`,
      "kubelet-client-certificate": `${pki}/apiServerToKubelet.crt`,
      "kubelet-client-key": `${pki}/apiServerToKubelet.key`,
      "kubelet-preferred-address-types": "InternalIP",
      "proxy-client-cert-file": `${pki}/aggregationClient.crt`,
      "proxy-client-key-file": `${pki}/aggregationClient.key`,
      "requestheader-allowed-names": "front-proxy-client",
      "requestheader-client-ca-file": `${pki}/aggregation-ca.crt`,
      "requestheader-extra-headers-prefix": "X-Remote-Extra-",
      "requestheader-group-headers": "X-Remote-Group",
      "requestheader-username-headers": "X-Remote-User",
      "service-account-issuer": "https://kubernetes.default.svc.cluster.local",
      "service-account-key-file": `${pki}/service-account.pub`,
      "service-account-signing-key-file": `${pki}/service-account.key`,
      "service-cluster-ip-range": cluster.serviceNetwork,
      "tls-cert-file": `${pki}/apiServer.crt`,
      "tls-private-key-file": `${pki}/apiServer.key`,
    },
    "Wants=etcd.service\nAfter=etcd.service",
  );
}

function controllerManagerUnit(cluster: Cluster): ConfigUnit {
  const own = kubeconfigPath("kube-controller-manager");
  return unit("kube-controller-manager", "kubernetes", {
    kubeconfig: own,
    "authentication-kubeconfig": own,
    "authorization-kubeconfig": own,
    "bind-address": "127.0.0.1",
    // The only node has the whole network of pods, and says so.
    "allocate-node-cidrs": "true",
    "cluster-cidr": cluster.podNetwork,
    "node-cidr-mask-size": cluster.podNetwork.split("/")[1] ?? "",
    // Several control planes made at once are hundreds of objects, and the default is 20 writes a second.
    "kube-api-qps": "100",
    "kube-api-burst": "200",
    "cluster-signing-cert-file": `${pki}/ca.crt`,
    "cluster-signing-key-file": `${pki}/ca.key`,
    "leader-elect": "false",
    "root-ca-file": `${pki}/ca.crt`,
    "service-account-private-key-file": `${pki}/service-account.key`,
    "service-cluster-ip-range": cluster.serviceNetwork,
    "use-service-account-credentials": "true",
  });
}

/** All addresses of the pool belong to the machine, so that it answers for those that Services get. */
function addressesUnit(cluster: Cluster): ConfigUnit {
  return {
    name: "load-balancer-addresses.service",
    text: `[Unit]
Description=Addresses of Services of type LoadBalancer
[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=/usr/sbin/ip route replace local ${cluster.pool} dev lo
[Install]
WantedBy=multi-user.target
`,
  };
}

function unit(name: string, from: keyof typeof programs, flags: Record<string, string>, order = ""): ConfigUnit {
  const command = [
    `${programs[from]}/${name}`,
    ...Object.entries(flags).map(([flag, value]) => `  --${flag}=${value}`),
  ].join(" \\\n");
  const text = `[Unit]
Description=${name}
${order}
StartLimitIntervalSec=0
[Service]
ExecStart=${command}
Restart=always
RestartSec=1
LimitNOFILE=20000
[Install]
WantedBy=multi-user.target
`;
  return { name: `${name}.service`, text: text.replace("\n\n", "\n") };
}

function keyFiles(keys: ClusterKeys): ConfigFile[] {
  const { authority, aggregationAuthority, serviceAccountKey, clients, ...pairs } = keys;
  return [
    { path: `${pki}/ca.crt`, text: authority.certificate },
    { path: `${pki}/ca.key`, text: authority.key, mode: 0o600 },
    { path: `${pki}/aggregation-ca.crt`, text: aggregationAuthority.certificate },
    { path: `${pki}/service-account.key`, text: serviceAccountKey, mode: 0o600 },
    { path: `${pki}/service-account.pub`, text: publicKeyOf(serviceAccountKey) },
    ...Object.entries(pairs).flatMap(([name, pair]) => [
      { path: `${pki}/${name}.crt`, text: pair.certificate },
      { path: `${pki}/${name}.key`, text: pair.key, mode: 0o600 },
    ]),
  ];
}

function kubeconfigPath(client: Client): string {
  return `/etc/kubernetes/${client}.kubeconfig`;
}

function kubeconfigFile(cluster: Cluster, keys: ClusterKeys, client: Client): ConfigFile {
  return { path: kubeconfigPath(client), text: clientKubeconfig(cluster, keys, client), mode: 0o600 };
}

/** A kubeconfig for one of the cluster's clients; `admin` is the user's. */
export function clientKubeconfig(cluster: Cluster, keys: ClusterKeys, client: Client): string {
  const { certificate, key } = keys.clients[client];
  const authority = keys.authority.certificate;
  return kubeconfig({ cluster: cluster.name, user: client, server: serverOf(cluster), authority, certificate, key });
}

function kubeletText(cluster: Cluster): string {
  return json({
    apiVersion: "kubelet.config.k8s.io/v1beta1",
    kind: "KubeletConfiguration",
    authentication: { anonymous: { enabled: false }, x509: { clientCAFile: `${pki}/ca.crt` } },
    authorization: { mode: "Webhook" },
    cgroupDriver: "cgroupfs",
    clusterDNS: [dnsServiceAddress(cluster)],
    clusterDomain: "cluster.local",
    containerRuntimeEndpoint: "unix:///run/containerd/containerd.sock",
    // The computer's disk is shared with everything else: how full it is says nothing about this machine.
    evictionHard: { "nodefs.available": "0%", "nodefs.inodesFree": "0%", "imagefs.available": "0%" },
    imageGCHighThresholdPercent: 100,
    failCgroupV1: false,
    failSwapOn: false,
    maxPods: 500,
    podPidsLimit: -1,
    // Many control planes start at once here.
    registryPullQPS: 0,
    serializeImagePulls: false,
    maxParallelImagePulls: 4,
    tlsCertFile: `${pki}/kubeletServing.crt`,
    tlsPrivateKeyFile: `${pki}/kubeletServing.key`,
    // A Secret or ConfigMap that changed is seen soon.
    syncFrequency: "10s",
  });
}

function podNetworkText(cluster: Cluster): string {
  return json({
    cniVersion: "0.4.0",
    name: "pods",
    plugins: [
      {
        type: "bridge",
        bridge: "cni0",
        isGateway: true,
        ipMasq: true,
        hairpinMode: true,
        ipam: { type: "host-local", ranges: [[{ subnet: cluster.podNetwork }]], routes: [{ dst: "0.0.0.0/0" }] },
      },
      { type: "portmap", capabilities: { portMappings: true } },
    ],
  });
}

const profile = `export PATH="$PATH:${programs.kubernetes}:${programs.etcd}" KUBECONFIG=/etc/kubernetes/admin.kubeconfig
`;

function json(value: object): string {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}
