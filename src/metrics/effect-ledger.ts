/** How often each command, by client and sequence number, had its effect. */
export class EffectLedger {
  readonly #byClient = new Map<number, Map<number, number>>();
  #ids = 0;
  #highestClient = -1;

  /** Command ids with at least one effect. */
  get ids(): number {
    return this.#ids;
  }

  /** The highest number among the clients with an effect; -1 without any. */
  get highestClient(): number {
    return this.#highestClient;
  }

  /** Effects of one command; 0 when it had none. */
  count(client: number, seq: number): number {
    return this.#byClient.get(client)?.get(seq) ?? 0;
  }

  /** Effects by sequence number of one client. */
  of(client: number): ReadonlyMap<number, number> {
    return this.#byClient.get(client) ?? NONE;
  }

  /** Records one more effect and returns how many the command has had. */
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
