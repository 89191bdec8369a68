/** URLs of servers. */

/** What may be shown and stored. It ends without a slash. */
export function withoutCredentials(given: string): string {
  const { protocol, host, pathname, searchParams } = new URL(given);
  // PostgreSQL's sockets are a parameter.
  return `${protocol}//${host || (searchParams.get('host') ?? '')}${pathname.replace(/\/+$/, '')}`;
}

/** The same of a history, which may be a path. */
export function placeWithoutCredentials(place: string): string {
  const [scheme] = /^[a-z][a-z0-9+.-]*:\/\//i.exec(place) ?? [];
  if (scheme === undefined) return place;
  return URL.canParse(place) ? withoutCredentials(place) : scheme;
}
