import type { DialEvents, Dialler } from './dialler.ts';
import { RateCap } from './rate-cap.ts';

/**
 * A dialler that begins no more attempts than a foreign host may see.
 *
 * @param perSecond Infinity for no limit
 * @param nowMs a clock that never steps
 */
export function cappedDialler(dialler: Dialler, perSecond: number, nowMs: () => number): Dialler {
  return perSecond === Infinity ? dialler : new CappedDialler(dialler, perSecond, nowMs);
}

class CappedDialler implements Dialler {
  readonly #dialler: Dialler;
  readonly #cap: RateCap;

  constructor(dialler: Dialler, perSecond: number, nowMs: () => number) {
    this.#dialler = dialler;
    this.#cap = new RateCap(perSecond, (client) => dialler.dial(client), nowMs);
  }

  get delayed(): number {
    return this.#cap.delayed;
  }

  reportTo(events: DialEvents): void {
    this.#dialler.reportTo(events);
  }

  dial(client: number): void {
    this.#cap.ask(client);
  }

  hangUp(client: number): void {
    this.#cap.withdraw(client);
    this.#dialler.hangUp(client);
  }

  close(): Promise<void> {
    this.#cap.stop();
    return this.#dialler.close();
  }
}
