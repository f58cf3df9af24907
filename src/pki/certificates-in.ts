/** Each certificate (PEM) of a text that holds several, with its line ends as they are to be: a hand may have trimmed it. */
export function certificatesIn(text: string): string[] {
  const found = text.match(/-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g) ?? [];
  return found.map((each) => `${each.replaceAll("\r\n", "\n")}\n`);
}
