/** What a route throws when it refuses a request. */

export interface RefusalDetails {
  /** By field: why it was refused. */
  readonly errors?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
}

/** The message is shown to the client: it names the thing and the remedy. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly statusCode: number;
  readonly errors: Readonly<Record<string, string>> | undefined;
  readonly headers: Readonly<Record<string, string>>;

  constructor(statusCode: number, message: string, { errors, headers = {} }: RefusalDetails = {}) {
    super(message);
    this.statusCode = statusCode;
    this.errors = errors;
    this.headers = headers;
  }
}
