/** What a group of routes is: a function that adds them to the server. One file a group; app.ts has the list. */
import type { FastifyInstance } from 'fastify';
import type { ServedStore } from '../store/served.js';

export interface Served {
  readonly store: ServedStore;
  /** Rows of a page under /api/v1. */
  readonly pageSize: number;
}

/** Schemas are TypeBox: what validates is what the documents are generated from. */
export type Routes = (app: FastifyInstance, served: Served) => void;

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Who may ask: everybody, or a token with this scope. Without it, GET and HEAD need `read` and everything else `write`. */
    access?: 'public' | 'read' | 'write';
  }
}
