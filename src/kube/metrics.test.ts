import { expect, test } from "vitest";
import { createMetrics } from "./metrics.ts";

test("requests are counted by server, verb and resource", () => {
  const { requestsTo, text } = createMetrics();
  const [management, hosted] = ["management", "hosted"].map(requestsTo);
  management?.({ verb: "get", resource: "secrets" });
  management?.({ verb: "get", resource: "secrets" });
  hosted?.({ verb: "get", resource: "secrets" });
  expect(text().split("\n")).toEqual(
    expect.arrayContaining([
      'roost_requests_total{server="management",verb="get",resource="secrets"} 2',
      'roost_requests_total{server="hosted",verb="get",resource="secrets"} 1',
    ]),
  );
});
