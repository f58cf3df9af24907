const most = 300;

/** Why a program ended: the error in the last line that it logged, which may be JSON, or else the line. */
export function lastError(log = ""): string {
  const line = log.trim().split("\n").at(-1) ?? "";
  try {
    const { error, msg } = JSON.parse(line) as { error?: string; msg?: string };
    return error ?? msg ?? line;
  } catch {
    return line.slice(0, most);
  }
}
