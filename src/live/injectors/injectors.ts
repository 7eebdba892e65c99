import { type FaultKind, Tally } from '../../core/fault/fault.ts';
import type { Occurrence } from '../../core/fault/occurrence.ts';
import type { InjectionLog, Injector, Tallies } from './injector.ts';

/** What a command or a remote says may hold anything: of it only text is passed on. */
const UNPRINTABLE = /[\p{C}\p{Zl}\p{Zp}]+/gu;

/** The faults that the coordinator carries out itself, each kind by its driver, with their tallies. */
export class Injectors {
  readonly #drivers: ReadonlyMap<FaultKind, Injector>;
  readonly #tallies = new Map<number, Tally>();
  readonly #told: (tallies: Tallies) => void;
  readonly #warn: (message: string, faultIndex: number) => void;

  /**
   * @param told called whenever a tally has changed, with all of them
   * @param warn called when a occurrence has failed
   */
  constructor(
    makers: ReadonlyMap<FaultKind, (account: InjectionLog) => Injector>,
    told: (tallies: Tallies) => void,
    warn: (message: string, faultIndex: number) => void,
  ) {
    this.#told = told;
    this.#warn = warn;
    const account = this.#account();
    this.#drivers = new Map(Array.from(makers, ([kind, make]) => [kind, make(account)]));
  }

  begin(occurrence: Occurrence): void {
    this.#drivers.get(occurrence.fault.kind)?.begin(occurrence);
  }

  end(occurrence: Occurrence): void {
    this.#drivers.get(occurrence.fault.kind)?.end(occurrence);
  }

  /** Undoes what was done. */
  async close(): Promise<void> {
    await Promise.all(Array.from(this.#drivers.values(), (driver) => driver.close()));
  }

  #account(): InjectionLog {
    const change = ({ faultIndex }: Occurrence, how: (tally: Tally) => void): void => {
      const tally = this.#tallies.get(faultIndex) ?? new Tally();
      this.#tallies.set(faultIndex, tally);
      how(tally);
      this.#told(Object.fromEntries(this.#tallies));
    };
    return {
      planned: (occurrence, n) => change(occurrence, (tally) => (tally.planned += n)),
      hit: (occurrence, n = 1) => change(occurrence, (tally) => (tally.hit += n)),
      failed: (occurrence, why) => {
        change(occurrence, (tally) => tally.miss('failed'));
        this.#warn(`${occurrence.fault.kind} fault: ${why.replaceAll(UNPRINTABLE, ' ')}`, occurrence.faultIndex);
      },
      missed: (occurrence, why) => change(occurrence, (tally) => tally.miss(why)),
    };
  }
}
