/** How large a batch may be: servers refuse more, and clients split before. */

/** Stored in one transaction, and decoded without a pause: some 10 ms. */
export const BATCH_ROWS = 5000;
/** Bytes before gzip at which a client ends a batch; one record may be longer than that. */
export const BATCH_BYTES = 4 * 2 ** 20;
/** Sessions or readings of one answer. */
export const PAGE_ROWS = 5000;
