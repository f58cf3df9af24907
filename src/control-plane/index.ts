import type { Component } from "./component.ts";
import { etcd } from "./etcd/component.ts";
import { ignitionServer } from "./ignition-server/component.ts";
import { kubeApiserver } from "./kube-apiserver/component.ts";
import { kubeControllerManager } from "./kube-controller-manager/component.ts";
import { kubeScheduler } from "./kube-scheduler/component.ts";

/** Everything that runs in a hosted control plane, in the order in which it is started. */
export const components: readonly Component[] = [
  etcd,
  kubeApiserver,
  kubeControllerManager,
  kubeScheduler,
  ignitionServer,
];
