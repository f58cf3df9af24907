import { expect, test } from "vitest";
import { s3Credentials } from "./s3-credentials.ts";

test("the profile default of a credentials file is read, and no other", () => {
  const text = `[other]\naws_access_key_id = a\naws_secret_access_key = b\n\n[default]\r\naws_access_key_id=c\r\naws_secret_access_key = d=/+e\n`;
  expect(s3Credentials(text)).toEqual({ accessKeyId: "c", secretAccessKey: "d=/+e" });
});

test("a session token is taken along, and a file without profiles is one profile", () => {
  expect(s3Credentials("aws_access_key_id=a\naws_secret_access_key=b\naws_session_token=c")).toEqual({
    accessKeyId: "a",
    secretAccessKey: "b",
    sessionToken: "c",
  });
});

test("what is missing is named, and nothing of the file is", () => {
  expect(() => s3Credentials("[default]\naws_access_key_id = AKIA1\n")).toThrow(
    'The credentials have no aws_secret_access_key in the profile "default"; write them as an AWS credentials file.',
  );
  expect(() => s3Credentials("hunter2")).toThrow("have no aws_access_key_id");
});
