export interface ServerOptions {
  /** Settings of postgresql.conf, in addition to those of a test. */
  readonly settings?: Readonly<Record<string, string>>;
}

export class PostgresServer {
  static readonly installed: boolean;
  static start(options?: ServerOptions): Promise<PostgresServer>;
  readonly port: number;
  readonly password: string;
  /** What the server logged. */
  readonly log: string;
  url(database?: string): string;
  /** @returns the URL of a new and empty database */
  database(): Promise<string>;
  /** Ends it; `immediate` is a crash, after which the next start recovers. */
  halt(mode?: 'fast' | 'immediate'): Promise<void>;
  /** Starts it again after `halt`, at the same port with the same data. */
  resume(): Promise<void>;
  /** Ends it and removes its folder. */
  close(): Promise<void>;
}
