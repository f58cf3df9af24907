/**
 * Aborts once this process is told to stop, however often it is told: `timeout` tells the whole group and npm tells it
 * again, and the second must not end what is still putting things back. Who cannot wait has SIGKILL.
 */
export function stopSignal(): AbortSignal {
  const stop = new AbortController();
  for (const name of ["SIGINT", "SIGTERM"] as const) process.on(name, () => stop.abort());
  return stop.signal;
}
