/** The uid of the account that a token was issued for, as the token itself tells it. */
export function accountUID(token = ""): string | undefined {
  const [, claims = ""] = token.split(".");
  try {
    const { "kubernetes.io": about } = JSON.parse(Buffer.from(claims, "base64url").toString()) as Claims;
    return about?.serviceaccount?.uid;
  } catch {
    return undefined;
  }
}

interface Claims {
  "kubernetes.io"?: { serviceaccount?: { uid?: string } };
}
