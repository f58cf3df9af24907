import { expect, test } from "vitest";
import { requestName } from "./request-name.ts";

test.each([
  ["GET", "/api/v1/namespaces/n/secrets/pull-secret", "get secrets"],
  ["GET", "/api/v1/namespaces/n/secrets?limit=500", "list secrets"],
  ["GET", "/api/v1/secrets?watch=true&resourceVersion=1", "watch secrets"],
  ["GET", "/api/v1/namespaces/n", "get namespaces"],
  ["GET", "/api/v1/namespaces", "list namespaces"],
  ["PUT", "/api/v1/namespaces/n/finalize", "update namespaces/finalize"],
  ["POST", "/apis/apps/v1/namespaces/n/deployments?fieldManager=a", "create deployments"],
  ["DELETE", "/apis/apps/v1/namespaces/n/deployments/a", "delete deployments"],
  ["DELETE", "/apis/apps/v1/namespaces/n/deployments", "deletecollection deployments"],
  ["PATCH", "/apis/example.com/v1/namespaces/n/boxes/a/status", "patch boxes/status"],
  ["GET", "/api/v1/namespaces/n/pods/a/log?container=b", "get pods/log"],
  ["GET", "/readyz?verbose", "get /readyz"],
  ["GET", "/api/v1", "get /api/v1"],
  ["GET", "/apis/apps/v1", "get /apis"],
])("%s %s is counted as %s", (method, path, expected) => {
  const { verb, resource } = requestName({ method, path });
  expect(`${verb} ${resource}`).toBe(expected);
});

test("an apply is told from other patches by its content", () => {
  const headers = { "content-type": "application/apply-patch+yaml" };
  const path = "/api/v1/namespaces/n/configmaps/a?fieldManager=a";
  expect(requestName({ method: "PATCH", path, headers })).toEqual({ verb: "apply", resource: "configmaps" });
});
