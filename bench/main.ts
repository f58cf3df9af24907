// npm run bench                  what a hosted control plane costs: control-planes.ts
// npm run bench -- recovery      how long backup and restore take: recovery.ts
// npm run bench -- requests      who asks the management API for what while a control plane is made: requests.ts
const others: Record<string, () => Promise<unknown>> = {
  recovery: () => import("./recovery.ts"),
  requests: () => import("./requests.ts"),
};
await (others[process.argv[2] ?? ""] ?? (() => import("./control-planes.ts")))();
