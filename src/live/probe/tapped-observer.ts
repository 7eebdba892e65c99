import type { CommandFailure, CommandSkip, Observer } from '../../core/client/observer.ts';
import { STATE, STATE_NAMES, type State, type StopReason } from '../../core/client/states.ts';
import type { Signal } from '../../core/signal.ts';
import type { MonoMs } from '../../core/time/instant.ts';
import type { Follower } from './follower.ts';
import { signalText } from './words.ts';

const STOPPED: Readonly<Record<StopReason, string>> = {
  'gave-up': 'stopped: its retries are used up',
  'advised-to-stop': 'stopped for good, as advised',
  'logged-out': 'logged out: only a new login helps',
};

/** Tells a follower what the client decides. */
export class TappedObserver implements Observer {
  readonly #follower: Follower;

  constructor(follower: Follower) {
    this.#follower = follower;
  }

  moved(from: State, to: State): void {
    const { stage } = this.#follower;
    if (to === STATE.connecting) this.#follower.stage = 'opening';
    if (to === STATE.authenticating) this.#follower.decide('open, not ready: the token is presented in a message');
    if (to === STATE.joining) this.#follower.decide('open and authenticated, not ready: channels are joined');
    if (from === STATE.renewing && to === STATE.ready && stage === 'ready') this.#renewed();
    if (to === STATE.waiting) this.#follower.decide('waits for its backoff delay, then connects again');
  }

  ready(): void {
    this.#follower.becameReady();
    this.#renewed();
  }

  #renewed(): void {
    if (this.#follower.renewal !== 'token') return;
    this.#follower.renewal = 'works';
    this.#follower.decide('renewed');
  }

  stopped(_now: MonoMs, reason: StopReason): void {
    this.#follower.decide(STOPPED[reason]);
  }

  refreshed(): void {
    if (this.#follower.renewal === 'asked') this.#follower.renewal = 'token';
  }

  refreshFailed(_now: MonoMs, signal: Signal): void {
    if (this.#follower.renewal === 'asked') {
      this.#follower.renewal = 'failed';
      this.#follower.renewalDetail = signalText(signal);
    }
    this.#follower.touch();
  }

  sent(): void {
    if (this.#follower.command === 'none') this.#follower.command = 'sent';
    this.#follower.touch();
  }

  acknowledged(): void {
    this.#follower.command = 'works';
    this.#follower.touch();
  }

  gaveUp(_client: number, seq: number, _now: MonoMs, reason: CommandFailure): void {
    if (this.#follower.command !== 'works') {
      this.#follower.command = 'failed';
      this.#follower.commandDetail = reason;
    }
    this.#follower.decide(`command ${seq} failed: ${reason}`);
  }

  skipped(_now: MonoMs, reason: CommandSkip): void {
    this.#follower.decide(`a command that came due is not sent: ${reason}`);
  }

  unexpectedEvent(_now: MonoMs, state: State): void {
    this.#follower.decide(`ignored: unexpected in the state ${STATE_NAMES[state]}`);
  }

  rejoined(): void {
    this.#follower.decide('ready again over the same connection');
  }

  attempt(): void {}
  join(): void {}
  joined(): void {}
  attemptFailed(): void {}
  lost(): void {}
  condition(): void {}
  notBack(): void {}
  refresh(): void {}
  happened(): void {}
  count(): void {}
  timed(): void {}
  failed(): void {}
  unfinished(): void {}
}
