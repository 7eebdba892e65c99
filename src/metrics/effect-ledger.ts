/** Number of effects of each command, by client and sequence number. */
export class EffectLedger {
  readonly #byClient = new Map<number, Map<number, number>>();
  #ids = 0;
  #highestClient = -1;

  /** The number of commands with at least one effect. */
  get ids(): number {
    return this.#ids;
  }

  /** The highest number of a client with an effect; -1: there is none. */
  get highestClient(): number {
    return this.#highestClient;
  }

  /** The number of effects of one command. */
  count(client: number, seq: number): number {
    return this.#byClient.get(client)?.get(seq) ?? 0;
  }

  /** Numbers of effects of one client's commands, by sequence number. */
  of(client: number): ReadonlyMap<number, number> {
    return this.#byClient.get(client) ?? NONE;
  }

  /** Records an effect. @returns the command's number of effects so far */
  add(client: number, seq: number): number {
    let ofClient = this.#byClient.get(client);
    if (ofClient === undefined) {
      ofClient = new Map<number, number>();
      this.#byClient.set(client, ofClient);
      this.#highestClient = Math.max(this.#highestClient, client);
    }
    const count = (ofClient.get(seq) ?? 0) + 1;
    if (count === 1) this.#ids += 1;
    ofClient.set(seq, count);
    return count;
  }
}

const NONE: ReadonlyMap<number, number> = new Map();
