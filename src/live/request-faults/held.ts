interface Waiting {
  readonly resume: () => void;
  /** index of the occurrence whose end it waits for; null: it waits for a time */
  readonly occurrence: number | null;
  readonly timer: NodeJS.Timeout | null;
}

/** Requests that faults hold back for a time or until they end, at most one a client. */
export class HeldRequests {
  readonly #waiting = new Map<number, Waiting>();

  forMs(client: number, delayMs: number, resume: () => void): void {
    const timer = setTimeout(() => {
      this.#waiting.delete(client);
      resume();
    }, delayMs);
    this.#waiting.set(client, { resume, occurrence: null, timer });
  }

  /** @param occurrence index of the occurrence in the run */
  untilOver(client: number, occurrence: number, resume: () => void): void {
    this.#waiting.set(client, { resume, occurrence, timer: null });
  }

  /** Drops a client's held request without resuming it. */
  abandon(client: number): void {
    const timer = this.#waiting.get(client)?.timer ?? null;
    if (timer !== null) clearTimeout(timer);
    this.#waiting.delete(client);
  }

  /** Resumes the requests held until the occurrence's end. */
  release(occurrence: number): void {
    for (const [client, { resume, occurrence: by }] of this.#waiting) {
      if (by !== occurrence) continue;
      this.#waiting.delete(client);
      resume();
    }
  }
}
