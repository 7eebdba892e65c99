/** What a server counts itself. A test holds squall's figures against these. */
export const COUNT_NAMES = [
  /** connections accepted by the server's library, authenticated or not */
  'connections',
  /** connections whose token was accepted */
  'authenticated',
  /** newer tokens accepted on a connection that had one */
  'renewals',
  /** tokens presented to the gateway and refused */
  'refused',
  /** upgrades refused because of the Origin header */
  'originsRefused',
  /** upgrades refused because of the tenant header */
  'tenantsRefused',
  /** TLS handshakes that failed at the server */
  'tlsRefused',
  /** connections that the server ended because their token expired */
  'expiries',
  /** channels that clients were let into, where a connection is authenticated before */
  'joins',
  /** channels that clients were not let into */
  'joinsRefused',
  /** connections that the server ended because no answer to its ping came */
  'pingTimeouts',
  /** pings of clients, by a message of the protocol */
  'clientPings',
  /** commands received, with those received again */
  'commands',
  /** commands received again, by user and id */
  'duplicateCommands',
  /** commands that their client marked as sent again */
  'markedAgain',
  /** pings of clients */
  'clientPings',
  /** messages of the server that clients acknowledged */
  'clientAcknowledgements',
  /** commands refused because the connection's token had expired, or its channel had ended */
  'commandsRefused',
  /** messages that are none of the server's protocol */
  'strangeMessages',
  /** requests for a first token, by password */
  'passwordGrants',
  'refreshGrants',
  'clientCredentialsGrants',
  /** token requests of a client that was not the one it said, HTTP 401 */
  'clientsRefused',
  /** token requests refused for another reason */
  'grantsRefused',
  /** requests to authorise a channel that were granted */
  'channelsAuthorised',
  'ticketsIssued',
  /** requests for a ticket whose token was refused */
  'ticketsRefused',
  'ticketsUsed',
  /** upgrades with a ticket that was used before */
  'ticketsUsedAgain',
  /** negotiate requests, with those refused */
  'negotiations',
  'negotiationsRefused',
  /** pings of clients by a message of the protocol */
  'clientPings',
  /** channels, rooms or groups that clients joined */
  'joins',
  /** answers of clients to calls of the server */
  'completions',
] as const;

export type CountName = (typeof COUNT_NAMES)[number];

export type ServerCounts = Readonly<Record<CountName, number>>;

/** Counters of one server process. */
export class Counts {
  readonly #counts: Record<string, number> = Object.fromEntries(COUNT_NAMES.map((name) => [name, 0]));
  /** commands by user and id */
  readonly #seen = new Set<string>();

  add(name: CountName): void {
    this.#counts[name] = this.of(name) + 1;
  }

  of(name: CountName): number {
    return this.#counts[name] ?? 0;
  }

  /** Takes over what another process has counted. */
  set(name: CountName, value: number): void {
    this.#counts[name] = value;
  }

  /** Counts a command of `user`, and a duplicate where its id came before. */
  command(user: string, id: unknown): void {
    this.add('commands');
    const key = JSON.stringify([user, id]);
    if (this.#seen.has(key)) this.add('duplicateCommands');
    this.#seen.add(key);
  }

  toJSON(): ServerCounts {
    return { ...this.#counts } as ServerCounts;
  }
}
