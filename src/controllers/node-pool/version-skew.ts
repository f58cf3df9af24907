/** What is wrong with nodes of one version in a cluster of another, in a sentence that says what to do, or nothing. */
export function versionSkew(pool: string, cluster: string): string | undefined {
  const [poolMajor = 0, poolMinor = 0, poolPatch = 0] = numbers(pool);
  const [major = 0, minor = 0, patch = 0] = numbers(cluster);
  const newer =
    poolMajor > major || (poolMajor === major && (poolMinor > minor || (poolMinor === minor && poolPatch > patch)));
  if (newer) return `the pool's release ${pool} is newer than the cluster's ${cluster}: update the cluster first`;
  if (poolMajor < major || poolMinor < minor - 3) {
    return `the pool's release ${pool} is more than three minor versions older than the cluster's ${cluster}: update the pool`;
  }
  return undefined;
}

function numbers(version: string): number[] {
  return version.replace(/^v/, "").split(/[.+-]/).slice(0, 3).map(Number);
}
