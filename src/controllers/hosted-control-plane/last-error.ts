const most = 300;

/** Why a program ended: the error in the last line that it logged, which may be JSON, or else the line. */
export function lastError(log = ""): string {
  const line = log.trim().split("\n").at(-1) ?? "";
  return (errorIn(line) ?? line).slice(0, most);
}

function errorIn(line: string): string | undefined {
  try {
    const { error, msg } = JSON.parse(line) as { error?: unknown; msg?: unknown };
    // Programs are free to log objects and numbers there.
    return [error, msg].find((each) => typeof each === "string");
  } catch {
    return undefined;
  }
}
