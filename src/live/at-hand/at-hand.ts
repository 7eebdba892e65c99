import { type FaultKind, Tally } from '../../core/fault/fault.ts';
import type { Strike } from '../../core/fault/strike.ts';
import type { Account, Driver, Tallies } from './driver.ts';

/** What a command or a remote says may hold anything: of it only text is passed on. */
const UNPRINTABLE = /[\p{C}\p{Zl}\p{Zp}]+/gu;

/** The faults that the coordinator carries out itself, each kind by its driver, with their tallies. */
export class AtHand {
  readonly #drivers: ReadonlyMap<FaultKind, Driver>;
  readonly #tallies = new Map<number, Tally>();
  readonly #told: (tallies: Tallies) => void;
  readonly #warn: (message: string, faultIndex: number) => void;

  /**
   * @param told called whenever a tally has changed, with all of them
   * @param warn called when a strike has failed
   */
  constructor(
    makers: ReadonlyMap<FaultKind, (account: Account) => Driver>,
    told: (tallies: Tallies) => void,
    warn: (message: string, faultIndex: number) => void,
  ) {
    this.#told = told;
    this.#warn = warn;
    const account = this.#account();
    this.#drivers = new Map(Array.from(makers, ([kind, make]) => [kind, make(account)]));
  }

  begin(strike: Strike): void {
    this.#drivers.get(strike.fault.kind)?.begin(strike);
  }

  end(strike: Strike): void {
    this.#drivers.get(strike.fault.kind)?.end(strike);
  }

  /** Undoes what was done. */
  async close(): Promise<void> {
    await Promise.all(Array.from(this.#drivers.values(), (driver) => driver.close()));
  }

  #account(): Account {
    const change = ({ faultIndex }: Strike, how: (tally: Tally) => void): void => {
      const tally = this.#tallies.get(faultIndex) ?? new Tally();
      this.#tallies.set(faultIndex, tally);
      how(tally);
      this.#told(Object.fromEntries(this.#tallies));
    };
    return {
      planned: (strike, n) => change(strike, (tally) => (tally.planned += n)),
      hit: (strike, n = 1) => change(strike, (tally) => (tally.hit += n)),
      failed: (strike, why) => {
        change(strike, (tally) => tally.miss('failed'));
        this.#warn(`${strike.fault.kind} fault: ${why.replaceAll(UNPRINTABLE, ' ')}`, strike.faultIndex);
      },
      missed: (strike, why) => change(strike, (tally) => tally.miss(why)),
    };
  }
}
