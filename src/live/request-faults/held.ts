interface Waiting {
  readonly goOn: () => void;
  /** the occurrence whose end it waits for; null where it waits for a time */
  readonly occurrence: number | null;
  readonly timer: NodeJS.Timeout | null;
}

/** What faults hold back, at most one thing of each client: for a time, or until they are over. */
export class Held {
  readonly #waiting = new Map<number, Waiting>();

  forMs(client: number, delayMs: number, goOn: () => void): void {
    const timer = setTimeout(() => {
      this.#waiting.delete(client);
      goOn();
    }, delayMs);
    this.#waiting.set(client, { goOn, occurrence: null, timer });
  }

  /** @param occurrence the occurrence's number in the run */
  untilOver(client: number, occurrence: number, goOn: () => void): void {
    this.#waiting.set(client, { goOn, occurrence, timer: null });
  }

  /** What the client waits for it does not want any more. */
  abandon(client: number): void {
    const timer = this.#waiting.get(client)?.timer ?? null;
    if (timer !== null) clearTimeout(timer);
    this.#waiting.delete(client);
  }

  /** The occurrence is over, and whatever waited for that goes on. */
  release(occurrence: number): void {
    for (const [client, { goOn, occurrence: by }] of this.#waiting) {
      if (by !== occurrence) continue;
      this.#waiting.delete(client);
      goOn();
    }
  }
}
