import { rule, text } from "./field.ts";

/** Whether and how long the operators leave an object alone. An empty string means: not paused. */
export function pausedUntil(description: string) {
  return text(description, {
    maxLength: 35,
    rules: [
      rule(
        "self in ['', 'true', 'false', 'True', 'False'] || self.matches('^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}')",
        "write true, false, an empty string, or a time such as 2026-01-31T18:00:00Z",
      ),
    ],
  });
}
