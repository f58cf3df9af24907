import { StoreError } from "./store-error.ts";

/** What a request to S3 is signed with. */
export interface S3Credentials {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken?: string;
}

/** Reads the profile `default` of an AWS credentials file; one without profiles is all of that one. */
export function s3Credentials(text: string): S3Credentials {
  let profile = "default";
  const values: Record<string, string> = {};
  for (const line of text.split(/\r?\n/)) {
    profile = /^\s*\[\s*(.+?)\s*\]\s*$/.exec(line)?.[1] ?? profile;
    const [, name, value] = /^\s*(\w+)\s*=\s*(.*?)\s*$/.exec(line) ?? [];
    if (name && value && profile === "default") values[name.toLowerCase()] = value;
  }
  const { aws_access_key_id: accessKeyId, aws_secret_access_key: secretAccessKey, aws_session_token } = values;
  if (accessKeyId && secretAccessKey) {
    return { accessKeyId, secretAccessKey, ...(aws_session_token && { sessionToken: aws_session_token }) };
  }
  throw new StoreError(
    "InvalidLocation",
    `The credentials have no ${accessKeyId ? "aws_secret_access_key" : "aws_access_key_id"} in the profile "default"; write them as an AWS credentials file.`,
  );
}
