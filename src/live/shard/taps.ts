import type { Machine } from '../../core/client/machine.ts';
import type { Observer } from '../../core/client/observer.ts';
import type { EventQueue } from '../../core/time/event-queue.ts';
import type { Codec } from '../../protocols/codec.ts';
import type { DialStep } from '../../protocols/dial-step.ts';
import type { RunClock } from '../time/clock.ts';
import type { Credentials } from '../tokens/credentials.ts';
import type { Dialler } from '../socket/dialler.ts';
import type { HttpTap } from '../http/http-requests.ts';
import type { Sockets } from '../dial/sockets.ts';
import type { TokenSource } from '../tokens/token-source.ts';
import type { WireTap } from '../socket/wire-tap.ts';

/** Listeners between the parts of a shard, by which `squall probe` follows one client. A run has none. */
export interface Taps {
  readonly wire: WireTap;
  readonly http: HttpTap;
  /** takes the place of the recorder */
  readonly observer: Observer;
  codec(codec: Codec): Codec;
  /** a request before the dial that is not the codec's */
  step(step: DialStep): DialStep;
  dialler(dialler: Dialler): Dialler;
  tokens(source: TokenSource): TokenSource;
  /** Receives the parts of the shard, before its first token is asked for. */
  begin(parts: TappedParts): void;
}

export interface TappedParts {
  readonly machine: Machine;
  readonly sockets: Sockets;
  readonly queue: EventQueue;
  readonly clock: RunClock;
  readonly credentials: Credentials;
  /** texts beside the tokens that nothing may quote */
  readonly secrets: () => readonly string[];
  /** called after a change from outside, since alarms may have been set */
  readonly nudge: () => void;
}
