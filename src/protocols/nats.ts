/**
 * The client protocol of NATS (https://docs.nats.io/reference/reference-protocols/nats-protocol) over WebSocket: binary
 * frames that carry a stream, whose lines and payloads need not end where frames do.
 *
 * Command `seq` is published with the reply subject `INBOX.seq`, to which one subscription of the connection listens.
 */
import { randomBytes } from 'node:crypto';
import { isMapping } from '../core/codec/object.ts';
import { authTokenOf, type NatsProtocol } from '../core/protocol/nats.ts';
import type { ProtocolShape } from '../core/protocol/shape.ts';
import { NETWORK } from '../core/signal.ts';
import { asIs, type Escape, fill, inJson, type Template } from '../core/template/template.ts';
import { type ClientView, type Codec, type Inbound, INBOUND, type Outgoing } from './codec.ts';
import { digitsEnd, numberIn } from './digits.ts';
import { isJsonTemplate } from './json-frame.ts';
import { natsError } from './nats-errors.ts';
import { lineEnd, natsLength } from './nats-length.ts';
import { signNonce } from './nkeys.ts';
import { parseJson, parseJsonText } from './parse-json.ts';
import { BROKEN, StreamCutter, UNKNOWN } from './stream.ts';

const PING = Buffer.from('PING\r\n');
const PONG = Buffer.from('PONG\r\n');
const SPACE = 0x20;
const DOT = 0x2e;
/** First bytes of what a server says. */
const FIRST = { message: 0x4d, headed: 0x48, info: 0x49, ok: 0x2b, error: 0x2d, p: 0x50 } as const;
const UPPER_I = 0x49;
const MAX_SEQ_DIGITS = 10;
/** Bytes of the largest error that is read. */
const MAX_ERROR_BYTES = 512;
const RANDOM_BYTES = 9;

/** Places of a connection in its handshake: `view.step`. */
const STEP = { dialled: 0, greeted: 1, presented: 2, ready: 3 } as const;

export function natsCodec(protocol: NatsProtocol, shape: ProtocolShape): Codec {
  return new NatsCodec(protocol, shape);
}

class NatsCodec implements Codec {
  readonly shape: ProtocolShape;
  readonly subprotocols: readonly string[] = [];
  readonly dialSteps = [];
  readonly #protocol: NatsProtocol;
  readonly #authToken: Template | null;
  readonly #escape: Escape;
  /** beginning of inboxes and message ids, which no other run has */
  readonly #unique = randomBytes(RANDOM_BYTES).toString('base64url');
  readonly #cutter = new StreamCutter(natsLength);

  constructor(protocol: NatsProtocol, shape: ProtocolShape) {
    this.shape = shape;
    this.#protocol = protocol;
    this.#authToken = authTokenOf(protocol);
    this.#escape = isJsonTemplate(protocol.payload) ? inJson : asIs;
  }

  path(path: string): string {
    return path;
  }

  /** CONNECT, the subscription of the inbox, and the PING whose PONG says that both were accepted. */
  authenticate(token: string, view: ClientView): Outgoing {
    view.holes.token = token;
    view.step = STEP.presented;
    const connect = JSON.stringify({
      verbose: false,
      pedantic: false,
      name: 'squall',
      lang: 'squall',
      version: '0.1.0',
      protocol: 1,
      headers: true,
      no_responders: true,
      ...this.#credentials(view),
    });
    return Buffer.from(`CONNECT ${connect}\r\nSUB ${this.#inbox(view)}.* 1\r\nPING\r\n`);
  }

  #credentials(view: ClientView): object {
    const { user, pass, jwt, seed } = this.#protocol;
    const filled = (template: Template): string => fill(template, view.holes);
    return {
      ...(this.#authToken === null ? {} : { auth_token: filled(this.#authToken) }),
      ...(user.text === '' ? {} : { user: filled(user) }),
      ...(pass.text === '' ? {} : { pass: filled(pass) }),
      ...(jwt.text === '' ? {} : { jwt: filled(jwt) }),
      ...(seed.text === '' ? {} : signNonce(filled(seed), view.session)),
    };
  }

  #inbox(view: ClientView): string {
    return `_INBOX.${this.#unique}.${view.holes.client}`;
  }

  renew(): Outgoing | null {
    return null;
  }

  join(): Outgoing | null {
    return null;
  }

  command(view: ClientView, seq: number): Outgoing {
    const { holes } = view;
    holes.seq = seq;
    const payload = fill(this.#protocol.payload, holes, this.#escape);
    const subject = fill(this.#protocol.subject, holes);
    const bytes = Buffer.byteLength(payload);
    if (!this.#protocol.jetStream)
      return Buffer.from(`PUB ${subject} ${this.#inbox(view)}.${seq} ${bytes}\r\n${payload}\r\n`);
    const headers = `NATS/1.0\r\nNats-Msg-Id: ${this.#unique}-${holes.client}-${seq}\r\n\r\n`;
    return Buffer.from(
      `HPUB ${subject} ${this.#inbox(view)}.${seq} ${headers.length} ${headers.length + bytes}\r\n${headers}${payload}\r\n`,
    );
  }

  ping(): Outgoing | null {
    return PING;
  }

  decode(data: Buffer, _isBinary: boolean, view: ClientView, into: Inbound, from: number): number {
    const cutter = this.#cutter;
    const length = cutter.cut(data, from, view);
    if (length === UNKNOWN) into.kind = INBOUND.known;
    else if (length === BROKEN) {
      into.kind = INBOUND.closing;
      into.signal = NETWORK.badFrame;
      into.remark = 'a line that is none of NATS, or more than 1 MiB';
    } else this.#understand(cutter.data, cutter.from, cutter.to, view, into);
    return cutter.next;
  }

  #understand(data: Buffer, from: number, to: number, view: ClientView, into: Inbound): void {
    switch (data[from]) {
      case FIRST.message:
      case FIRST.headed:
        return this.#answered(data, from, to, into);
      case FIRST.p:
        return pinged(data[from + 1] === UPPER_I, view, into);
      case FIRST.info:
        return informed(parseJson(data, from + 'INFO'.length, to), view, into);
      case FIRST.ok:
        into.kind = INBOUND.known;
        return;
      case FIRST.error:
        return failed(data.toString('utf8', from, Math.min(to, from + MAX_ERROR_BYTES)), view, into);
      default:
    }
  }

  /** Reads the answer to a command: MSG or HMSG, subject, sid, sizes, and the payload on a line of its own. */
  #answered(data: Buffer, from: number, to: number, into: Inbound): void {
    const subjectEnd = data.indexOf(SPACE, data.indexOf(SPACE, from) + 1);
    const seqAt = data.lastIndexOf(DOT, subjectEnd) + 1;
    const digits = digitsEnd(data, seqAt) - seqAt;
    if (seqAt <= from || digits === 0 || digits > MAX_SEQ_DIGITS || seqAt + digits !== subjectEnd) return;
    const payloadAt = lineEnd(data, from, to) + 2;
    into.seq = numberIn(data, seqAt, subjectEnd);
    const isRefused = data[from] === FIRST.headed ? isFailure(data, payloadAt) : false;
    if (isRefused) into.kind = INBOUND.commandRefused;
    else if (this.#protocol.jetStream) stored(data.toString('utf8', payloadAt, to), into);
    else into.kind = INBOUND.ack;
  }
}

/** Reads the acknowledgement of a stream; `duplicate` means that the message had been stored before. */
function stored(text: string, into: Inbound): void {
  const answer = parseJsonText(text);
  if (!isMapping(answer)) return;
  if (isMapping(answer.error)) into.kind = INBOUND.commandRefused;
  else if (typeof answer.stream === 'string')
    into.kind = answer.duplicate === true ? INBOUND.ackRecognised : INBOUND.ack;
}

/** Whether headers have a status, such as 503: nobody listens to the subject. */
function isFailure(data: Buffer, at: number): boolean {
  return /^NATS\/1\.0 +[45]\d\d/.test(data.toString('latin1', at, at + 'NATS/1.0 503'.length));
}

function pinged(isPing: boolean, view: ClientView, into: Inbound): void {
  if (isPing) {
    into.kind = INBOUND.ping;
    into.reply = PONG;
  } else if (view.step === STEP.presented) {
    view.step = STEP.ready;
    into.kind = INBOUND.authenticated;
  } else into.kind = INBOUND.known;
}

/** The server's greeting, and later news: other servers, or that this one is about to stop (`ldm`). */
function informed(info: object | null, view: ClientView, into: Inbound): void {
  if (!isMapping(info)) return;
  if (view.step !== STEP.dialled) {
    into.kind = INBOUND.known;
    return;
  }
  view.step = STEP.greeted;
  view.session = typeof info.nonce === 'string' ? info.nonce : '';
  into.kind = INBOUND.greeting;
}

function failed(line: string, view: ClientView, into: Inbound): void {
  const text = /^-ERR\s+'?(.*?)'?\s*$/s.exec(line)?.[1] ?? '';
  const error = natsError(text);
  into.remark = `-ERR ${text}`;
  if (error === null) return;
  const isRefusal = error.refuses && view.step !== STEP.ready;
  into.kind = isRefusal ? INBOUND.refused : INBOUND.closing;
  into.signal = isRefusal ? NETWORK.authRefused : NETWORK.serverDisconnect;
  into.advice = error.refuses && !isRefusal ? 'refresh' : error.advice;
}
