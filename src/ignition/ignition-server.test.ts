import { expect, test } from "vitest";
import { ignitionConfig } from "./config.ts";
import type { HttpRequest } from "./https-server.ts";
import { type IgnitionSource, ignitionServer, NotReady } from "./ignition-server.ts";

const config = ignitionConfig({ files: [{ path: "/etc/motd" }] });

function server(changes: Partial<IgnitionSource<string>> = {}) {
  const reached: string[] = [];
  const serve = ignitionServer({
    ready: () => true,
    holderOf: (token) => (["new-token", "old-token"].includes(token) ? "holder" : undefined),
    payload: async () => config,
    reached: async (each) => {
      reached.push(each);
    },
    ...changes,
  });
  return { serve, reached };
}

function request(token?: string, changes: Partial<HttpRequest> = {}): HttpRequest {
  const authorization = token === undefined ? undefined : `Bearer ${Buffer.from(token).toString("base64")}`;
  return {
    method: "GET",
    path: "/ignition",
    query: new URLSearchParams(),
    headers: { authorization },
    body: async () => "",
    recognized: () => {},
    ...changes,
  };
}

test.each(["new-token", "old-token"])("a machine gets its configuration for the %s", async (token) => {
  const { serve, reached } = server();
  const response = await serve(request(token));
  expect(response.status).toBe(200);
  expect(JSON.parse(response.body ?? "")).toEqual(config);
  expect(reached).toEqual(["holder"]);
});

test("a request without a token, or with something else, is refused for good", async () => {
  const { serve, reached } = server();
  expect((await serve(request())).status).toBe(401);
  expect((await serve(request(undefined, { headers: { authorization: "Basic bmV3LXRva2Vu" } }))).status).toBe(401);
  expect((await serve(request(undefined, { headers: { authorization: "Bearer not base64" } }))).status).toBe(401);
  expect(reached).toEqual([]);
});

test("a token that is not known yet may be tried again", async () => {
  expect((await server().serve(request("unknown"))).status).toBe(511);
});

test("a token that is known and stands in no Secret gets nothing", async () => {
  const { serve, reached } = server({ payload: async () => undefined });
  expect((await serve(request("new-token"))).status).toBe(511);
  expect(reached).toEqual([]);
});

test("a configuration that lacks a piece may be tried again, and says which", async () => {
  const { serve, reached } = server({
    payload: async () => {
      throw new NotReady("Secret bootstrap-kubeconfig is not there yet");
    },
  });
  const response = await serve(request("new-token"));
  expect([response.status, response.body]).toEqual([503, expect.stringContaining("bootstrap-kubeconfig")]);
  expect(reached).toEqual([]);
});

test("the server is ready once it has listed the tokens, and healthy also while there is no API server to list them", async () => {
  const status = async (path: string, ready: boolean) =>
    (await server({ ready: () => ready }).serve(request(undefined, { path }))).status;
  expect([await status("/readyz", true), await status("/readyz", false)]).toEqual([200, 503]);
  expect([await status("/healthz", true), await status("/healthz", false)]).toEqual([200, 200]);
});

test("other paths and methods get nothing", async () => {
  expect((await server().serve(request("new-token", { path: "/ignition/etc" }))).status).toBe(404);
  expect((await server().serve(request("new-token", { method: "POST" }))).status).toBe(405);
});
