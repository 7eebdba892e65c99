import type { Observer } from '../../core/client/observer.ts';
import { NETWORK } from '../../core/signal.ts';
import type { Codec } from '../../protocols/codec.ts';
import type { DialStep } from '../../protocols/dial-step.ts';
import type { DialEvents, Dialler } from '../socket/dialler.ts';
import type { TappedParts, Taps } from '../shard/taps.ts';
import type { NextToken, TokenSource } from '../tokens/token-source.ts';
import type { HttpTap } from '../http/http-requests.ts';
import type { WireTap } from '../socket/wire-tap.ts';
import type { Follower } from './follower.ts';
import { TappedCodec, tappedStep } from './tapped-codec.ts';
import { TappedObserver } from './tapped-observer.ts';

/** Lines of an upgrade that are the same for every client of WebSocket. */
const USUAL_LINES = /^(?:host|connection|upgrade|sec-websocket-key|sec-websocket-version|sec-websocket-accept|date):/i;
/** Most bytes of an answer's head that are read. */
const MAX_HEAD_BYTES = 16_384;

/** The taps of a probe, all of which lead to one follower. */
export class ProbeTaps implements Taps {
  readonly wire: WireTap;
  readonly http: HttpTap;
  readonly observer: Observer;
  readonly #follower: Follower;
  #parts: TappedParts | null = null;

  constructor(follower: Follower) {
    this.#follower = follower;
    this.wire = wireTo(follower);
    this.http = follower;
    this.observer = new TappedObserver(follower);
  }

  begin(parts: TappedParts): void {
    this.#parts = parts;
    const { clock, credentials, secrets } = parts;
    const now = (): number => clock.now();
    this.#follower.dialogue.begin(now, () => [...credentials.access, ...credentials.refresh, ...secrets()]);
  }

  /** The parts of the shard that is tapped; null before it begins. */
  get parts(): TappedParts | null {
    return this.#parts;
  }

  codec(codec: Codec): Codec {
    return new TappedCodec(codec, this.#follower);
  }

  step(step: DialStep): DialStep {
    return tappedStep(step, this.#follower);
  }

  dialler(dialler: Dialler): Dialler {
    const follower = this.#follower;
    return {
      get delayed() {
        return dialler.delayed;
      },
      reportTo: (events) => dialler.reportTo(tappedEvents(events, follower)),
      dial: (client) => dialler.dial(client),
      hangUp: (client) => dialler.hangUp(client),
      close: () => dialler.close(),
    };
  }

  tokens(source: TokenSource): TokenSource {
    const follower = this.#follower;
    const told = async (which: string, asked: Promise<NextToken>): Promise<NextToken> => {
      if (source.mints) follower.decide(`signs its ${which} token`, 'token');
      const answer = await asked;
      const wallNow = this.#parts?.clock.wallAt(this.#parts.clock.now()) ?? 0;
      follower.hasToken(answer, wallNow);
      return answer;
    };
    return {
      get delayed() {
        return source.delayed;
      },
      mints: source.mints,
      logsIn: source.logsIn,
      first: (client, abort) => told('first', source.first(client, abort)),
      next: (client, abort, flaw) => told('next', source.next(client, abort, flaw)),
      close: () => source.close(),
    };
  }
}

function tappedEvents(events: DialEvents, follower: Follower): DialEvents {
  return {
    opened(client: number): void {
      follower.opened();
      events.opened(client);
    },
    ended(client, signal, reason, retryAfter, advice): void {
      follower.hasEnded(signal, reason.toString(), follower.expectsEnd && signal === NETWORK.reset);
      events.ended(client, signal, reason, retryAfter, advice);
    },
  };
}

function wireTo(follower: Follower): WireTap {
  const { dialogue } = follower;
  return {
    request(text: string): void {
      const [first = '', ...lines] = text.split('\r\n').filter((line) => !USUAL_LINES.test(line) && line !== '');
      dialogue.add('client', 'upgrade', first);
      for (const line of lines) dialogue.add('client', '', line);
    },
    answer(bytes: Buffer): void {
      const [head = ''] = bytes.toString('latin1', 0, MAX_HEAD_BYTES).split('\r\n\r\n');
      const [first = '', ...lines] = head.split('\r\n').filter((line) => !USUAL_LINES.test(line));
      follower.answer = dialogue.clean(first);
      dialogue.add('server', 'upgrade', first);
      for (const line of lines.filter((each) => RELEVANT.test(each))) dialogue.add('server', '', line);
    },
    pinged(): void {
      follower.serverPings += 1;
      dialogue.add('server', 'ping', 'a ping frame');
      dialogue.add('client', 'pong', 'its pong frame');
      follower.touch();
    },
    ponged(): void {
      follower.clientPongs += 1;
      dialogue.add('server', 'pong', 'a pong frame');
      follower.touch();
    },
  };
}

/** Lines of an answer that say something about the connection. */
const RELEVANT = /^(?:sec-websocket-[a-z]+|server|location|retry-after|www-authenticate|content-type|via|x-[a-z-]+):/i;
