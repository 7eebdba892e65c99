import { plainTallies, type FaultTally, type Miss, Tally } from '../core/fault/fault.ts';
import type { ClockFault } from '../core/fault/clock.ts';
import type { DropMode } from '../core/fault/drop.ts';
import type { HandshakeFault } from '../core/fault/handshake.ts';
import type { KeysFault } from '../core/fault/keys.ts';
import { RequestFaults, type RequestFault } from '../core/fault/request-faults.ts';
import type { RefreshFault } from '../core/fault/refresh.ts';
import { hitsOf, type Hits } from '../core/fault/select.ts';
import {
  isSessionOccurrence,
  loggingOut,
  sessionHits,
  type Devices,
  type SessionOccurrence,
} from '../core/fault/session-hits.ts';
import type { Occurrence } from '../core/fault/occurrence.ts';
import { Draws } from '../core/random/draws.ts';
import { LOSS } from '../core/server/accounts.ts';
import type { TrueAccounts } from './accounts.ts';
import type { SigningKeys } from './signing-keys.ts';
import type { TargetConfig } from './protocol.ts';
import type { WallServiceClock } from './service-clock.ts';
import type { Sessions } from './sessions.ts';
import { InjectionRun } from './injection-run.ts';

/** What faults act on. */
export interface FaultContext {
  readonly sessions: Sessions;
  readonly accounts: TrueAccounts;
  readonly keys: SigningKeys;
  readonly clocks: Readonly<Record<Exclude<ClockFault['of'], 'clients'>, WallServiceClock>>;
}

/** The faults of a run that are carried out here, where they really happen, each with its count of whom it hit. */
export class Faults {
  readonly #devices: Devices;
  readonly #draws: Draws;
  readonly #faultContext: FaultContext;
  readonly #tallies = new Map<number, Tally>();
  readonly #refresh: RequestFaults<RefreshFault>;
  readonly #handshake: RequestFaults<HandshakeFault>;
  /** those that go on */
  readonly #runs = new Set<InjectionRun>();

  constructor({ seed, count, perUser }: TargetConfig, faultContext: FaultContext) {
    this.#devices = { count, perUser };
    this.#draws = new Draws(seed);
    this.#faultContext = faultContext;
    this.#refresh = new RequestFaults(this.#draws, count);
    this.#handshake = new RequestFaults(this.#draws, count);
  }

  /** By the fault's place among those of the run. */
  get tallies(): Readonly<Record<number, FaultTally>> {
    return plainTallies(this.#tallies);
  }

  /** @param agoMs how long ago it began, where a process that has died had begun it; 0: it begins now */
  begin(occurrence: Occurrence, agoMs = 0): void {
    const { fault } = occurrence;
    if (isSessionOccurrence(occurrence)) return this.#beginSession(occurrence, agoMs);
    const tally = this.#tallyOf(occurrence);
    switch (fault.kind) {
      case 'refresh':
        return this.#refresh.begin(occurrence, fault.mode, tally, performance.now());
      case 'handshake':
        return this.#handshake.begin(occurrence, fault.mode, tally, performance.now());
      case 'drop': {
        const hits = hitsOf(this.#draws, occurrence, this.#devices.count, performance.now());
        return this.#run(hits, tally, (client) => this.#drop(client, fault.mode));
      }
      case 'keys':
        return this.#beginKeys(occurrence, fault.mode, agoMs === 0 ? tally : new Tally());
      case 'clock':
        return this.#beginClock(occurrence, fault, agoMs === 0 ? tally : new Tally(), agoMs);
      default:
        // The others are not carried out here: see placeOf.
        return;
    }
  }

  /** What hits clients one by one is carried through to the last of them all the same. */
  end(index: number): void {
    this.#refresh.end(index);
    this.#handshake.end(index);
    this.#faultContext.keys.end(index);
    this.#faultContext.clocks['token-service'].end(index);
    if (this.#faultContext.clocks.gateway.end(index)) this.#replan();
  }

  /** What stands in the way of a refresh by `client`. */
  refreshFault(client: number): RequestFault<RefreshFault['mode']> | undefined {
    return this.#refresh.meet(client, performance.now());
  }

  /** What stands in the way of an upgrade by `client`. */
  handshakeFault(client: number): RequestFault<HandshakeFault['mode']> | undefined {
    return this.#handshake.meet(client, performance.now());
  }

  close(): void {
    for (const run of this.#runs) run.close();
    this.#refresh.close();
    this.#handshake.close();
  }

  /** What is lost is lost for good: a process that takes the place of one that died loses it again, and counts nothing. */
  #beginSession(occurrence: SessionOccurrence, agoMs: number): void {
    const fromMs = performance.now() - agoMs;
    const loss = LOSS[occurrence.fault.mode];
    const tally = agoMs === 0 ? this.#tallyOf(occurrence) : new Tally();
    this.#run(sessionHits(this.#draws, occurrence, this.#devices, fromMs), tally, (client) =>
      this.#faultContext.accounts.take(client, loss) ? null : 'over-already',
    );
    // Whoever logs out is not hit: it is how the others are.
    this.#run(loggingOut(this.#draws, occurrence, this.#devices, fromMs), new Tally(), (client) =>
      this.#faultContext.accounts.take(client, loss, true) ? null : 'over-already',
    );
  }

  #beginKeys({ index }: Occurrence, mode: KeysFault['mode'], tally: Tally): void {
    tally.planned += 1;
    this.#faultContext.keys.begin(index, mode).then(
      () => (tally.hit += 1),
      () => tally.miss('failed'),
    );
  }

  #beginClock({ index }: Occurrence, { of, ...error }: ClockFault, tally: Tally, agoMs: number): void {
    // Clients have clocks of their own, in another process.
    if (of === 'clients') return;
    tally.planned += 1;
    this.#faultContext.clocks[of].begin(index, error, performance.now() - agoMs);
    if (of === 'gateway') this.#replan();
    tally.hit += 1;
  }

  /** A gateway's deadlines go by its clock. */
  #replan(): void {
    this.#faultContext.sessions.forEach((session) => session.replan());
  }

  #run(hits: Hits, tally: Tally, injectOne: (client: number) => Miss | null): void {
    const run = new InjectionRun(hits, tally, injectOne);
    for (const other of this.#runs) if (other.over) this.#runs.delete(other);
    this.#runs.add(run);
    run.go();
  }

  #drop(client: number, mode: DropMode): Miss | null {
    const session = this.#faultContext.sessions.ofClient(client);
    if (session?.ready !== true) return 'not-connected';
    session.drop(mode);
    return null;
  }

  #tallyOf({ faultIndex }: Occurrence): Tally {
    const tally = this.#tallies.get(faultIndex) ?? new Tally();
    this.#tallies.set(faultIndex, tally);
    return tally;
  }
}
