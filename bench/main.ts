// npm run bench                  what a hosted control plane costs: control-planes.ts
// npm run bench -- recovery      how long backup and restore take: recovery.ts
await (process.argv[2] === "recovery" ? import("./recovery.ts") : import("./control-planes.ts"));
