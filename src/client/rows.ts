/** What a store hands out, for the rooms above: they know rows, and no store. */
export type { KindTotals, SessionSummary, StoredReading, StoredSession } from '../store/contract.js';
