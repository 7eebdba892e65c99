/**
 * Hocuspocus (https://tiptap.dev/docs/hocuspocus; @hocuspocus/provider 4.8.0, @hocuspocus/server 4.7.0), with documents of
 * Yjs 13 (y-protocols 1.0.7, sync.js and awareness.js).
 *
 * A message is a binary frame in the encoding of lib0: the document's name, a type, and what belongs to the type. A client
 * presents its token for a document, and synchronises it. A command is an update of the document, which the server
 * acknowledges by SyncStatus, without an id and in the order of updates. A message is small, and no frame holds two.
 */
import type { Advice } from '../core/policy/advice.ts';
import type { HocuspocusProtocol } from '../core/protocol/hocuspocus.ts';
import type { ProtocolShape } from '../core/protocol/shape.ts';
import { NETWORK } from '../core/signal.ts';
import { asIs, type Escape, fill, inJson } from '../core/template/template.ts';
import { type ClientView, type Codec, type Inbound, INBOUND, type Outgoing } from './codec.ts';
import { isJsonTemplate } from './json-frame.ts';
import { Lib0Reader, Lib0Writer } from './lib0.ts';
import { OF, SyncQueue } from './sync-queue.ts';

/** Types of messages (server: src/types.ts, `MessageType`). */
const TYPE = {
  sync: 0,
  awareness: 1,
  auth: 2,
  queryAwareness: 3,
  syncReply: 4,
  stateless: 5,
  close: 7,
  syncStatus: 8,
  ping: 9,
  pong: 10,
} as const;
const AUTH = { token: 0, permissionDenied: 1, authenticated: 2 } as const;
const SYNC = { step1: 0, step2: 1, update: 2 } as const;

/** A ping of a server of version 4.0 has no document. */
const PONG = Buffer.from([TYPE.pong]);
/** Bytes of the longest reason that is read. */
const MAX_REASON_BYTES = 200;

/** An item of Yjs that holds any values, with a key in its map, and with the item before it (yjs: src/structs/Item.js). */
const ANY_WITH_KEY = 0x28;
const AFTER_ANOTHER = 0x80;
/** A string among any values (lib0: encoding.js, `writeAny`). */
const ANY_STRING = 119;
const YES = 1;

/** Places of a connection: `view.step`. `view.presented` says whether the server lets it use the document. */
const STEP = { open: 0, authenticating: 1, authenticated: 2, syncing: 3, synced: 4 } as const;

export function hocuspocusCodec(protocol: HocuspocusProtocol, shape: ProtocolShape): Codec {
  return new HocuspocusCodec(protocol, shape);
}

class HocuspocusCodec implements Codec {
  readonly shape: ProtocolShape;
  readonly subprotocols: readonly string[] = [];
  readonly dialSteps = [];
  readonly #protocol: HocuspocusProtocol;
  readonly #advice: ReadonlyMap<string, Advice>;
  readonly #escape: Escape;
  readonly #reader = new Lib0Reader();
  readonly #writer = new Lib0Writer();
  readonly #inner = new Lib0Writer();
  readonly #queue = new SyncQueue();
  /** the clock of awareness, which the server wants to grow */
  #pings = 0;

  constructor(protocol: HocuspocusProtocol, shape: ProtocolShape) {
    this.shape = shape;
    this.#protocol = protocol;
    this.#advice = new Map(Object.entries(protocol.reasons));
    this.#escape = isJsonTemplate(protocol.payload) ? inJson : asIs;
  }

  path(path: string): string {
    return path;
  }

  /** The token is presented for the document, by the first join. */
  authenticate(): Outgoing {
    return '';
  }

  renew(token: string, view: ClientView): Outgoing | null {
    view.holes.token = token;
    return this.#token(view);
  }

  /** A newer token has no answer; an update without changes has. */
  confirmRenewal(view: ClientView): Outgoing | null {
    this.#queue.push(view, OF.renewal);
    return this.#nothing(view, SYNC.update);
  }

  join(view: ClientView): Outgoing | null {
    if (view.step === STEP.synced) return null;
    // A token after the one that was accepted would have no answer.
    if (view.step === STEP.open && !view.presented) {
      view.step = STEP.authenticating;
      this.#queue.begin(view);
      return this.#token(view);
    }
    view.step = STEP.syncing;
    // The state vector of an empty document, which asks for all of it.
    this.#inner.uint(0);
    return this.#message(view, TYPE.sync).uint(SYNC.step1).nested(this.#inner).take();
  }

  command(view: ClientView, seq: number): Outgoing {
    const queue = this.#queue;
    view.holes.seq = seq;
    const id = queue.clientId(view);
    const clock = queue.tick(view);
    queue.push(view, seq);
    // One client of Yjs with one item.
    const update = this.#inner.uint(1).uint(1).uint(id).uint(clock);
    if (clock > 0)
      update
        .byte(ANY_WITH_KEY | AFTER_ANOTHER)
        .uint(id)
        .uint(clock - 1);
    else update.byte(ANY_WITH_KEY).uint(YES).text(this.#protocol.map).text(String(id));
    update
      .uint(1)
      .byte(ANY_STRING)
      .text(fill(this.#protocol.payload, view.holes, this.#escape));
    // Nothing is deleted.
    update.uint(0);
    return this.#message(view, TYPE.sync).uint(SYNC.update).nested(update).take();
  }

  ping(view: ClientView): Outgoing | null {
    this.#pings += 1;
    const awareness = this.#inner.uint(1).uint(this.#queue.clientId(view)).uint(this.#pings).text('{}');
    return this.#message(view, TYPE.awareness).nested(awareness).take();
  }

  #message(view: ClientView, type: number): Lib0Writer {
    return this.#writer.text(fill(this.#protocol.document, view.holes)).uint(type);
  }

  #token(view: ClientView): Buffer {
    const { token, providerVersion } = this.#protocol;
    const message = this.#message(view, TYPE.auth).uint(AUTH.token).text(fill(token, view.holes));
    return (providerVersion === '' ? message : message.text(providerVersion)).take();
  }

  /** An update without structs and deletions. */
  #nothing(view: ClientView, kind: number): Buffer {
    this.#inner.uint(0).uint(0);
    return this.#message(view, TYPE.sync).uint(kind).nested(this.#inner).take();
  }

  decode(data: Buffer, isBinary: boolean, view: ClientView, into: Inbound): number {
    if (!isBinary) return data.length;
    if (data.length === 1 && data[0] === TYPE.ping) {
      into.kind = INBOUND.ping;
      into.reply = PONG;
      return data.length;
    }
    this.#reader.begin(data);
    if (this.#reader.skip()) this.#understand(this.#reader.uint(), view, into);
    return data.length;
  }

  #understand(type: number, view: ClientView, into: Inbound): void {
    switch (type) {
      case TYPE.sync:
      case TYPE.syncReply:
        return this.#synchronises(this.#reader.uint(), view, into);
      case TYPE.syncStatus:
        return this.#acknowledged(this.#reader.uint(), view, into);
      case TYPE.auth:
        return this.#answersToken(this.#reader.uint(), view, into);
      case TYPE.close:
        return this.#closes(view, into);
      case TYPE.awareness:
      case TYPE.queryAwareness:
      case TYPE.stateless:
        into.kind = INBOUND.known;
        return;
      default:
    }
  }

  #synchronises(kind: number, view: ClientView, into: Inbound): void {
    if (kind < SYNC.step1 || kind > SYNC.update) return;
    into.kind = INBOUND.known;
    if (kind === SYNC.step1 && view.step >= STEP.syncing) {
      // The server asks for what it lacks: nothing. It acknowledges the answer, too.
      this.#queue.push(view, OF.synchronisation);
      into.reply = this.#nothing(view, SYNC.step2);
    } else if (kind === SYNC.step2 && view.step === STEP.syncing) {
      view.step = STEP.synced;
      into.kind = INBOUND.joined;
    }
  }

  #acknowledged(status: number, view: ClientView, into: Inbound): void {
    if (status < 0) return;
    into.kind = INBOUND.known;
    const what = this.#queue.shift(view);
    if (what === OF.nothing || what === OF.synchronisation) return;
    if (what === OF.renewal) {
      into.kind = INBOUND.renewed;
      return;
    }
    // A connection that may only read has its updates refused.
    into.kind = status === YES ? INBOUND.ack : INBOUND.commandRefused;
    into.seq = what;
  }

  #answersToken(kind: number, view: ClientView, into: Inbound): void {
    if (kind < AUTH.token || kind > AUTH.authenticated) return;
    into.kind = INBOUND.known;
    if (kind === AUTH.token) {
      if (this.#protocol.tokenRequested === 'present') into.reply = this.#token(view);
      else {
        into.kind = INBOUND.expiring;
        into.advice = 'refresh';
      }
    } else if (view.step !== STEP.authenticating) return;
    else if (kind === AUTH.authenticated) {
      view.step = STEP.authenticated;
      view.presented = true;
      into.kind = INBOUND.joined;
    } else this.#ends(INBOUND.joinRefused, 'PermissionDenied', 'refresh', view, into);
  }

  /** The server closes the document; the socket stays open. */
  #closes(view: ClientView, into: Inbound): void {
    const isLoss = view.step === STEP.synced;
    if (view.step === STEP.open) into.kind = INBOUND.known;
    else this.#ends(isLoss ? INBOUND.channelLost : INBOUND.joinRefused, 'CLOSE', 'retry', view, into);
  }

  #ends(
    kind: typeof INBOUND.joinRefused | typeof INBOUND.channelLost,
    message: string,
    otherwise: Advice,
    view: ClientView,
    into: Inbound,
  ): void {
    const reason = this.#reader.text(MAX_REASON_BYTES);
    view.step = STEP.open;
    view.presented = false;
    into.kind = kind;
    into.signal = kind === INBOUND.channelLost ? NETWORK.channelLost : NETWORK.joinRefused;
    into.advice = this.#advice.get(reason) ?? USUAL_ADVICE.get(reason) ?? otherwise;
    into.remark = `${message} ${reason}`;
  }
}

/** Reasons of `Unauthorized` and `Forbidden` (@hocuspocus/common, CloseEvents.ts). */
const USUAL_ADVICE: ReadonlyMap<string, Advice> = new Map([
  ['Unauthorized', 'refresh'],
  ['Forbidden', 'stop'],
]);
