/** A name and password at a registry. */
export interface Credentials {
  username: string;
  password: string;
}

interface DockerConfig {
  auths?: Record<string, { auth?: string; username?: string; password?: string }>;
}

/**
 * The credentials that a pull secret (the text of its `.dockerconfigjson`) has for a repository. The entry that names
 * most of the path wins: `host/organisation` before `host`.
 */
export function credentialsFor(pullSecret: string, registry: string, repository: string): Credentials | undefined {
  const auths = parsePullSecret(pullSecret).auths ?? {};
  const entries = Object.entries(auths).map(
    ([key, entry]) => [key.replace(/^https?:\/\//, "").replace(/\/(v[12]\/?)?$/, ""), entry] as const,
  );
  const full = `${registry}/${repository}`;
  const best = entries
    .filter(([key]) => full === key || full.startsWith(`${key}/`))
    .sort(([a], [b]) => b.length - a.length)[0]?.[1];
  if (!best) return undefined;
  if (best.username !== undefined) return { username: best.username, password: best.password ?? "" };
  const [username = "", ...password] = Buffer.from(best.auth ?? "", "base64")
    .toString()
    .split(":");
  return username ? { username, password: password.join(":") } : undefined;
}

function parsePullSecret(text: string): DockerConfig {
  try {
    const config: unknown = JSON.parse(text);
    if (typeof config === "object" && config !== null) return config;
  } catch {
    // JSON.parse quotes what it read, and that is a secret.
  }
  throw new Error(
    'The pull secret is not JSON; its key .dockerconfigjson must hold {"auths": {"host": {"auth": "..."}}}.',
  );
}
