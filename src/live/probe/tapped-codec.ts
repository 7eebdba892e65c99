import type { AnswerHeaders, DialStep, HttpRequest } from '../../protocols/dial-step.ts';
import { type ClientView, type Codec, type Inbound, INBOUND, type Outgoing } from '../../protocols/codec.ts';
import { signalText } from './words.ts';
import type { Follower } from './follower.ts';

/** A codec that tells a follower what it writes and what it makes of what it reads. */
export class TappedCodec implements Codec {
  readonly shape: Codec['shape'];
  readonly subprotocols: readonly string[];
  readonly dialSteps: readonly DialStep[];
  readonly joinStep?: DialStep;
  readonly tokenSubprotocol?: NonNullable<Codec['tokenSubprotocol']>;
  readonly #codec: Codec;
  readonly #follower: Follower;

  constructor(codec: Codec, follower: Follower) {
    this.shape = codec.shape;
    this.subprotocols = codec.subprotocols;
    this.dialSteps = codec.dialSteps.map((step) => tappedStep(step, follower));
    if (codec.tokenSubprotocol !== undefined) this.tokenSubprotocol = codec.tokenSubprotocol.bind(codec);
    if (codec.joinStep !== undefined) this.joinStep = tappedStep(codec.joinStep, follower);
    this.#codec = codec;
    this.#follower = follower;
  }

  path(path: string, view: ClientView): string {
    return this.#codec.path(path, view);
  }

  authenticate(token: string, view: ClientView): Outgoing {
    this.#follower.presents();
    return this.#sent(this.#codec.authenticate(token, view));
  }

  renew(token: string, view: ClientView): Outgoing | null {
    return this.#sent(this.#codec.renew(token, view));
  }

  confirmRenewal(view: ClientView): Outgoing | null {
    return this.#sent(this.#codec.confirmRenewal?.(view) ?? null);
  }

  join(view: ClientView): Outgoing | null {
    return this.#sent(this.#codec.join(view));
  }

  command(view: ClientView, seq: number, again: boolean): Outgoing {
    return this.#sent(this.#codec.command(view, seq, again));
  }

  ping(view: ClientView): Outgoing | null {
    const message = this.#codec.ping(view);
    this.#follower.pings();
    return this.#sent(message);
  }

  decode(data: Buffer, isBinary: boolean, view: ClientView, into: Inbound, from: number): number {
    const next = this.#codec.decode(data, isBinary, view, into, from);
    this.#follower.heard(data.subarray(from, next), into.kind, meaningOf(into));
    if (into.silenceMs > 0) this.#follower.announced(into.silenceMs);
    if (into.pingEveryMs > 0) this.#follower.announcedPings(into.pingEveryMs);
    if (into.reply !== null) this.#follower.sends(into.reply);
    return next;
  }

  #sent<Message extends Outgoing | null>(message: Message): Message {
    if (message !== null) this.#follower.sends(message);
    return message;
  }
}

/** A request before the dial that tells a follower what is asked and answered. */
export function tappedStep(step: DialStep, follower: Follower): DialStep {
  return {
    ...step,
    request(token: string, view: ClientView, path: string): HttpRequest {
      const request = step.request(token, view, path);
      follower.asks(step.name, request);
      return request;
    },
    answer(status: number, body: string, view: ClientView, headers?: AnswerHeaders) {
      const outcome = step.answer(status, body, view, headers);
      follower.isAnswered(step.name, status, body, outcome !== null && 'signal' in outcome ? outcome : null);
      return outcome;
    },
  };
}

/** What a client takes a message as. */
function meaningOf({ kind, seq, advice, signal, remark }: Inbound): string {
  const advised = advice === null ? '' : `, advice ${advice}`;
  switch (kind) {
    case INBOUND.greeting:
      return 'taken as greeting';
    case INBOUND.authenticated:
      return 'taken as: the token is accepted';
    case INBOUND.renewed:
      return 'taken as: the newer token is accepted';
    case INBOUND.joined:
      return 'taken as: this step of the handshake is done';
    case INBOUND.refused:
      return `token refused (${signalText(signal)})${advised}`;
    case INBOUND.ack:
      return `taken as ack of command ${seq}`;
    case INBOUND.ackRecognised:
      return `taken as ack of command ${seq}, which the server had carried out before`;
    case INBOUND.commandRefused:
      return `taken as refusal of command ${seq}${advised}`;
    case INBOUND.expiring:
      return `taken as: the token is about to expire${advised}`;
    case INBOUND.ping:
      return 'taken as ping';
    case INBOUND.known:
      return 'taken as known, without consequences';
    case INBOUND.closing:
      return `taken as end of the session (${signalText(signal)})${advised}`;
    case INBOUND.joinRefused:
      return `taken as: the join is refused (${signalText(signal)})${advised}`;
    case INBOUND.channelLost:
      return `taken as: the channel has ended (${signalText(signal)})${advised}`;
    default:
      return remark === null ? 'not understood' : `not understood: ${remark}`;
  }
}
