/** Instants in UTC: a picture is the same wherever it is drawn. */

/** `2026-03-14` */
export function dayOf(microseconds: number): string {
  return new Date(microseconds / 1000).toISOString().slice(0, 10);
}

/** `2026-03-14 15:09:26 UTC` */
export function timeOf(microseconds: number): string {
  return `${new Date(microseconds / 1000).toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}

/** `15:09:26 UTC` */
export function clockOf(microseconds: number): string {
  return timeOf(microseconds).slice(11);
}
