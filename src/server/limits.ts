/** What one client, and all of them together, may ask of a server. Each is an option of `serve`. */

export interface Limits {
  /** Bytes of a body. */
  readonly body: number;
  /** Bytes of a batch as it is sent, and what it may inflate to. */
  readonly batch: number;
  readonly inflated: number;
  /** Requests of one address in a minute. */
  readonly rate: number;
  /** Requests that are worked on at one time; more are asked to come back. */
  readonly concurrent: number;
  /** Batches among them: their bodies are large. */
  readonly batches: number;
  readonly connections: number;
  /** Seconds: for a request to arrive as a whole, and for a connection on which nothing moves. */
  readonly timeout: number;
  /** Seconds for the head of a request. */
  readonly headTimeout: number;
  /** Seconds that a shutdown gives to what was accepted. */
  readonly grace: number;
}

const MIB = 2 ** 20;

/** Far above what a team's CI sends, far below what would take the machine away from others. */
export const DEFAULT_LIMITS: Limits = {
  body: MIB,
  batch: 16 * MIB,
  inflated: 128 * MIB,
  rate: 600_000,
  concurrent: 256,
  batches: 64,
  connections: 2000,
  timeout: 60,
  headTimeout: 10,
  grace: 30,
};

declare module 'fastify' {
  interface FastifyInstance {
    /** What this server was started with: routes take their own limits from here. */
    readonly limits: Limits;
  }
}
