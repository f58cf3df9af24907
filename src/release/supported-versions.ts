/** The minor versions of releases that this version of Roost can run, newest first. */
export const supportedVersions: readonly string[] = ["1.34", "1.33"];
