/** What is known of a connection that ended in the middle of a request. */
export interface CutFacts {
  /** With which code the peer reset the stream. */
  rstCode?: number;
  /** With which code the peer said goodbye. */
  goawayCode?: number;
  /** What the operating system said: `ECONNRESET` and the like. */
  socketError?: string;
  /** How long the connection had been there. */
  ageMs?: number;
  /** Whether the peer had acknowledged our SETTINGS. */
  settled?: boolean;
}

/** The codes of HTTP/2, in their order: https://www.rfc-editor.org/rfc/rfc9113#section-7 */
const codes = [
  "NO_ERROR",
  "PROTOCOL_ERROR",
  "INTERNAL_ERROR",
  "FLOW_CONTROL_ERROR",
  "SETTINGS_TIMEOUT",
  "STREAM_CLOSED",
  "FRAME_SIZE_ERROR",
  "REFUSED_STREAM",
  "CANCEL",
  "COMPRESSION_ERROR",
  "CONNECT_ERROR",
  "ENHANCE_YOUR_CALM",
  "INADEQUATE_SECURITY",
  "HTTP_1_1_REQUIRED",
];

/** The connection, or its stream, ended before the answer was complete. The request may or may not have been heard. */
export class ConnectionCut extends Error {
  readonly facts: CutFacts;

  constructor(facts: CutFacts) {
    super(`the connection was cut (${whatThePeerSaid(facts)})`);
    this.name = "ConnectionCut";
    this.facts = facts;
  }

  /** For the log only: this differs each time, and a condition that did so would be written anew each time. */
  get details(): string {
    const { ageMs, settled } = this.facts;
    const acknowledged = settled ? "our SETTINGS were acknowledged" : "our SETTINGS were not acknowledged";
    return ageMs === undefined ? "" : `${Math.round(ageMs)} ms old, ${acknowledged}`;
  }
}

function whatThePeerSaid({ rstCode, goawayCode, socketError }: CutFacts): string {
  if (goawayCode) return `GOAWAY with ${codes[goawayCode] ?? goawayCode}`;
  if (socketError) return socketError;
  if (rstCode !== undefined) return `RST_STREAM with ${codes[rstCode] ?? rstCode}`;
  return "closed without a word";
}
