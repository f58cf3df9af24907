import type { RequestName } from "./request-name.ts";
import type { Pass } from "./run-controllers.ts";

/** Counts passes and requests, for `/metrics`. */
export interface Metrics {
  onPass: (pass: Pass) => void;
  /** Counts the requests to one API server, which is called so. */
  requestsTo: (server: string) => (request: RequestName) => void;
  /** Adds lines in Prometheus' text format, asked for each time. */
  also: (lines: () => string) => void;
  /** In Prometheus' text format. */
  text: () => string;
}

interface Totals {
  count: number;
  seconds: number;
}

/** Metrics of one process: passes by controller and result, the time spent in them, and requests to API servers. */
export function createMetrics(): Metrics {
  const passes = new Map<string, Totals>();
  const requests = new Map<string, number>();
  const others: (() => string)[] = [];
  return {
    also: (lines) => void others.push(lines),
    onPass({ controller, result, ms }) {
      const labels = `controller="${controller}",result="${result}"`;
      const totals = passes.get(labels) ?? { count: 0, seconds: 0 };
      passes.set(labels, { count: totals.count + 1, seconds: totals.seconds + ms / 1000 });
    },
    requestsTo: (server) => (request) => {
      const labels = `server="${server}",verb="${request.verb}",resource="${request.resource}"`;
      requests.set(labels, (requests.get(labels) ?? 0) + 1);
    },
    text() {
      const { rss, heapUsed } = process.memoryUsage();
      const { user, system } = process.cpuUsage();
      return [
        "# HELP roost_passes_total Passes over objects, by controller and result.",
        "# TYPE roost_passes_total counter",
        ...lines(passes, ({ count }) => `roost_passes_total{} ${count}`),
        "# HELP roost_pass_seconds_total Time spent in passes.",
        "# TYPE roost_pass_seconds_total counter",
        ...lines(passes, ({ seconds }) => `roost_pass_seconds_total{} ${seconds}`),
        "# HELP roost_requests_total Requests sent to API servers, by server, verb and resource.",
        "# TYPE roost_requests_total counter",
        ...[...requests].map(([labels, count]) => `roost_requests_total{${labels}} ${count}`),
        "# TYPE process_resident_memory_bytes gauge",
        `process_resident_memory_bytes ${rss}`,
        "# TYPE nodejs_heap_size_used_bytes gauge",
        `nodejs_heap_size_used_bytes ${heapUsed}`,
        "# TYPE process_cpu_seconds_total counter",
        `process_cpu_seconds_total ${(user + system) / 1e6}`,
        ...others.map((lines) => lines()),
        "",
      ].join("\n");
    },
  };
}

const lines = (passes: Map<string, Totals>, line: (totals: Totals) => string) =>
  [...passes].map(([labels, totals]) => line(totals).replace("{}", `{${labels}}`));
