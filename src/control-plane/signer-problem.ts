/** What is known from before of the signers and of the key of service accounts' tokens, by the name of their Secret. */
export interface SignerHistory {
  /** What the durable record says; nothing where it was not written yet. */
  record?: Record<string, { fingerprints: string[] }>;
  /** Whether this control plane has been at work before, as far as that can be told without a record. */
  established: boolean;
}

/** Why nothing can be signed in a signer's name. The reasons are those of SigningKeysAvailable. */
export interface SignerProblem {
  secret: string;
  reason: "SignerMissing" | "SignerReplaced";
  message: string;
}

/** What is there of one signer. */
export interface PresentSigner {
  secret: string;
  namespace: string;
  /** What is wrong with the Secret; nothing where it is whole. */
  defect?: string;
  /** Of the certificate or public key; there where the Secret is whole. */
  fingerprint?: string;
  /** Names of Secrets whose certificates name it as their signer, and that it did not sign. */
  strangers: string[];
  /** Whether certificates that it signed are there. */
  hasSigned: boolean;
  /** Whether no control plane ever had it without saying so in the record: it is younger than that. */
  isRecorded: boolean;
}

/**
 * Why a signer that is missing must not be made, or one that is there must not be used: this control plane has been
 * something before, and what trusts its signers trusts no others. Nothing where it is the right one, or none has been.
 */
export function signerProblem(present: PresentSigner, history: SignerHistory): SignerProblem | undefined {
  const { secret, namespace, defect, fingerprint, strangers, hasSigned, isRecorded } = present;
  const known = history.record?.[secret]?.fingerprints;
  const restore = `put it back from a backup with "kubectl apply -n ${namespace} -f ${secret}.yaml"`;
  if (fingerprint === undefined) {
    const isOlder = history.record === undefined && history.established && !isRecorded;
    if (!known && !hasSigned && !isOlder) return;
    const message = `Cannot sign with the Secret ${secret}: ${defect}, and what this control plane signed with it trusts no other; ${restore}`;
    return { secret, reason: "SignerMissing", message };
  }
  if (known && !known.includes(fingerprint)) {
    const message = `Cannot sign with the Secret ${secret}: it holds another key (SHA-256 ${short(fingerprint)}) than this control plane was made with (${known.map(short).join(", ")}); ${restore}`;
    return { secret, reason: "SignerReplaced", message };
  }
  if (!known && strangers.length > 0) {
    const message = `Cannot sign with the Secret ${secret}: it did not sign what is in the Secret ${strangers[0]}; ${restore}, or delete ${strangers.join(", ")} where this one is the right one`;
    return { secret, reason: "SignerReplaced", message };
  }
}

const short = (fingerprint: string) => `${fingerprint.slice(0, 16)}...`;
