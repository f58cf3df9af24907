import { expect, test } from "vitest";
import { countedIn } from "./requests-served.ts";

test("countedIn adds up the requests of all verbs and resources, and nothing else", () => {
  const metrics = [
    "# TYPE apiserver_request_total counter",
    'apiserver_request_total{code="200",resource="secrets",verb="GET"} 267',
    'apiserver_request_total{code="201",resource="pods",verb="POST"} 1.5e+01',
    'apiserver_request_terminations_total{code="429"} 7',
    "",
  ];
  expect(countedIn(metrics.join("\n"))).toBe(282);
});
