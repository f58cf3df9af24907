import type * as apps from "kubernetes-types/apps/v1.js";
import type * as batch from "kubernetes-types/batch/v1.js";
import type * as certificates from "kubernetes-types/certificates/v1.js";
import type * as coordination from "kubernetes-types/coordination/v1.js";
import type * as core from "kubernetes-types/core/v1.js";
import type * as discovery from "kubernetes-types/discovery/v1.js";
import type * as networking from "kubernetes-types/networking/v1.js";
import type * as policy from "kubernetes-types/policy/v1.js";
import type * as rbac from "kubernetes-types/rbac/v1.js";
import type * as scheduling from "kubernetes-types/scheduling/v1.js";
import type * as storage from "kubernetes-types/storage/v1.js";
import { clusterKind, kind } from "./kind.ts";
import type { Resource } from "./resource.ts";

/** The kinds of Kubernetes itself that Roost reads and writes; a kind's value and its type share the name. */
export type Pod = core.Pod & Resource;
export const Pod = kind<Pod>("v1", "Pod", "pods");
export type Service = core.Service & Resource;
export const Service = kind<Service>("v1", "Service", "services");
export type Secret = core.Secret & Resource;
export const Secret = kind<Secret>("v1", "Secret", "secrets");
export type ConfigMap = core.ConfigMap & Resource;
export const ConfigMap = kind<ConfigMap>("v1", "ConfigMap", "configmaps");
export type ServiceAccount = core.ServiceAccount & Resource;
export const ServiceAccount = kind<ServiceAccount>("v1", "ServiceAccount", "serviceaccounts");
export type PersistentVolumeClaim = core.PersistentVolumeClaim & Resource;
export const PersistentVolumeClaim = kind<PersistentVolumeClaim>(
  "v1",
  "PersistentVolumeClaim",
  "persistentvolumeclaims",
);
export type PersistentVolume = core.PersistentVolume & Resource;
export const PersistentVolume = clusterKind<PersistentVolume>("v1", "PersistentVolume", "persistentvolumes");
export type Event = core.Event & Resource;
export const Event = kind<Event>("v1", "Event", "events");
export type Endpoints = core.Endpoints & Resource;
export const Endpoints = kind<Endpoints>("v1", "Endpoints", "endpoints");
export type Node = core.Node & Resource;
export const Node = clusterKind<Node>("v1", "Node", "nodes");
export type Namespace = core.Namespace & Resource;
export const Namespace = clusterKind<Namespace>("v1", "Namespace", "namespaces");
export type Deployment = apps.Deployment & Resource;
export const Deployment = kind<Deployment>("apps/v1", "Deployment", "deployments");
export type ReplicaSet = apps.ReplicaSet & Resource;
export const ReplicaSet = kind<ReplicaSet>("apps/v1", "ReplicaSet", "replicasets");
export type StatefulSet = apps.StatefulSet & Resource;
export const StatefulSet = kind<StatefulSet>("apps/v1", "StatefulSet", "statefulsets");
export type DaemonSet = apps.DaemonSet & Resource;
export const DaemonSet = kind<DaemonSet>("apps/v1", "DaemonSet", "daemonsets");
export type Job = batch.Job & Resource;
export const Job = kind<Job>("batch/v1", "Job", "jobs");
export type CertificateSigningRequest = certificates.CertificateSigningRequest & Resource;
export const CertificateSigningRequest = clusterKind<CertificateSigningRequest>(
  "certificates.k8s.io/v1",
  "CertificateSigningRequest",
  "certificatesigningrequests",
);
export type Lease = coordination.Lease & Resource;
export const Lease = kind<Lease>("coordination.k8s.io/v1", "Lease", "leases");
export type EndpointSlice = discovery.EndpointSlice & Resource;
export const EndpointSlice = kind<EndpointSlice>("discovery.k8s.io/v1", "EndpointSlice", "endpointslices");
export type NetworkPolicy = networking.NetworkPolicy & Resource;
export const NetworkPolicy = kind<NetworkPolicy>("networking.k8s.io/v1", "NetworkPolicy", "networkpolicies");
export type PodDisruptionBudget = policy.PodDisruptionBudget & Resource;
export const PodDisruptionBudget = kind<PodDisruptionBudget>(
  "policy/v1",
  "PodDisruptionBudget",
  "poddisruptionbudgets",
);
export type Role = rbac.Role & Resource;
export const Role = kind<Role>("rbac.authorization.k8s.io/v1", "Role", "roles");
export type RoleBinding = rbac.RoleBinding & Resource;
export const RoleBinding = kind<RoleBinding>("rbac.authorization.k8s.io/v1", "RoleBinding", "rolebindings");
export type ClusterRole = rbac.ClusterRole & Resource;
export const ClusterRole = clusterKind<ClusterRole>("rbac.authorization.k8s.io/v1", "ClusterRole", "clusterroles");
export type ClusterRoleBinding = rbac.ClusterRoleBinding & Resource;
export const ClusterRoleBinding = clusterKind<ClusterRoleBinding>(
  "rbac.authorization.k8s.io/v1",
  "ClusterRoleBinding",
  "clusterrolebindings",
);
export type PriorityClass = scheduling.PriorityClass & Resource;
export const PriorityClass = clusterKind<PriorityClass>("scheduling.k8s.io/v1", "PriorityClass", "priorityclasses");
/** Blocks that Services get their addresses from; served since Kubernetes 1.33. */
export type ServiceCidr = Resource & { spec?: { cidrs?: string[] } };
export const ServiceCidr = clusterKind<ServiceCidr>("networking.k8s.io/v1", "ServiceCIDR", "servicecidrs");
export type StorageClass = storage.StorageClass & Resource;
export const StorageClass = clusterKind<StorageClass>("storage.k8s.io/v1", "StorageClass", "storageclasses");
export type CustomResourceDefinition = Resource & { spec: Record<string, unknown>; status?: Record<string, unknown> };
export const CustomResourceDefinition = clusterKind<CustomResourceDefinition>(
  "apiextensions.k8s.io/v1",
  "CustomResourceDefinition",
  "customresourcedefinitions",
);
