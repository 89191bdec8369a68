/** URLs of servers. */

/** What may be shown and stored. It ends without a slash. */
export function withoutCredentials(given: string): string {
  const url = new URL(given);
  return `${url.origin}${url.pathname.replace(/\/+$/, '')}`;
}
