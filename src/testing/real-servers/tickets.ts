import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { bearerOf, type Access } from './access.ts';
import type { Counts } from './counts.ts';

const LIFETIME_SECONDS = 30;

/** Tickets for one upgrade each: `POST /ws-ticket` with a bearer token gives one. */
export class Tickets {
  readonly #check: (token: string) => Promise<Access>;
  readonly #counts: Counts;
  /** null: used */
  readonly #issued = new Map<string, { readonly access: Access; readonly expiresAt: number } | null>();

  constructor(check: (token: string) => Promise<Access>, counts: Counts) {
    this.#check = check;
    this.#counts = counts;
  }

  /** Answers a request for a ticket. */
  async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    request.resume();
    if (request.method !== 'POST' || request.url !== '/ws-ticket') return void response.writeHead(404).end();
    try {
      const access = await this.#check(bearerOf(request));
      const ticket = randomUUID();
      this.#issued.set(ticket, { access, expiresAt: Date.now() + LIFETIME_SECONDS * 1000 });
      this.#counts.add('ticketsIssued');
      response.writeHead(201, { 'Content-Type': 'application/json' });
      response.end(JSON.stringify({ data: { ticket, expiresIn: LIFETIME_SECONDS } }));
    } catch {
      this.#counts.add('ticketsRefused');
      response.writeHead(401, { 'Content-Type': 'application/json' }).end('{"message":"invalid token"}');
    }
  }

  /**
   * Uses the ticket in the query of an upgrade.
   * @throws Error when it is unknown, too old, or was used before
   */
  use(url = '/'): Access {
    const ticket = new URL(url, 'http://localhost').searchParams.get('ticket') ?? '';
    const issued = this.#issued.get(ticket);
    if (issued === null) this.#counts.add('ticketsUsedAgain');
    if (issued === undefined || issued === null || issued.expiresAt < Date.now()) throw new Error('no good ticket');
    this.#issued.set(ticket, null);
    this.#counts.add('ticketsUsed');
    return issued.access;
  }
}
