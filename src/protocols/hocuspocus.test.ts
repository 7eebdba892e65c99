import { describe, expect, it } from 'vitest';
import { Awareness, applyAwarenessUpdate } from 'y-protocols/awareness';
import { applyUpdate, Doc } from 'yjs';
import { NETWORK } from '../core/signal.ts';
import { codecFor, decoded, survivesAnything } from './decoded.test.helper.ts';
import type { ClientView, Codec } from './codec.ts';
import { newView } from './registry.ts';

const plain = codecFor('hocuspocus');
const rich = codecFor({
  hocuspocus: {
    document: 'page-{client}',
    token: 'Bearer {token}',
    providerVersion: '',
    map: 'notes',
    payload: '{"do":"{id}"}',
    reasons: { 'permission-denied': 'stop', moved: 'retry-now' },
    tokenRequested: 'present',
  },
});

const NAME = '\u0006squall';
/** A message of the server, as text of its bytes, which are all below 128. */
const text = (...bytes: readonly number[]): string => NAME + String.fromCharCode(...bytes);
const frame = (...bytes: readonly number[]): Buffer => Buffer.from(text(...bytes));
const said = (type: readonly number[], reason: string): Buffer =>
  Buffer.from(`${text(...type)}${String.fromCharCode(reason.length)}${reason}`);

const AUTHENTICATED = said([2, 2], 'read-write');
const STEP_1 = frame(0, 0, 1, 0);
const STEP_2 = frame(0, 1, 2, 0, 0);
const APPLIED = frame(8, 1);
const NOT_APPLIED = frame(8, 0);

function opened(codec: Codec): ClientView {
  const view = newView(7);
  codec.join(view);
  decoded(codec, AUTHENTICATED, view);
  codec.join(view);
  decoded(codec, STEP_2, view);
  return view;
}

/** The bytes after the document's name and the types, with their length before them. */
function nested(message: unknown, headBytes: number): Uint8Array {
  const bytes = message as Buffer;
  const length = bytes[headBytes]!;
  expect(bytes.length).toBe(headBytes + 1 + length);
  return bytes.subarray(headBytes + 1);
}

describe('a Hocuspocus codec', () => {
  it('presents its token, synchronises the document, and is ready', () => {
    const view = newView(7);
    view.holes.token = 'a.b';
    expect(plain.join(view)).toEqual(Buffer.from(`${text(2, 0)}\u0003a.b\u00054.8.0`));
    expect(decoded(plain, AUTHENTICATED, view)).toEqual([{ kind: 'joined' }]);
    expect(plain.join(view)).toEqual(frame(0, 0, 1, 0));
    // The server asks first, and is answered with an update without changes.
    expect(decoded(plain, STEP_1, view)).toEqual([{ kind: 'known', reply: frame(0, 1, 2, 0, 0) }]);
    expect(decoded(plain, STEP_2, view)).toEqual([{ kind: 'joined' }]);
    expect(plain.join(view)).toBe(null);
    expect(decoded(plain, APPLIED, view)).toEqual([{ kind: 'known' }]);
    expect(plain.shape).toMatchObject({ handshake: 'none', joins: 2, renewsInBand: true, acknowledges: true });
  });

  it('names its document, and writes its token as it is told, without a version', () => {
    const view = newView(7);
    view.holes.token = 'a.b';
    expect(rich.join(view)).toEqual(Buffer.from('\u0006page-7\u0002\u0000\u000aBearer a.b'));
  });

  it('writes commands that Yjs applies, each to the key of its connection', () => {
    const doc = new Doc();
    const views = [opened(rich), opened(rich)];
    for (const seq of [0, 1, 2]) {
      for (const view of views) applyUpdate(doc, nested(rich.command(view, seq, false), 9));
    }
    expect([...doc.getMap('notes').values()]).toEqual(['{"do":"7-2"}', '{"do":"7-2"}']);
    expect(doc.store.pendingStructs).toBe(null);
  });

  it('takes acknowledgements in the order of its updates', () => {
    const view = opened(plain);
    plain.command(view, 5, false);
    decoded(plain, STEP_1, view);
    plain.command(view, 3, true);
    expect(plain.renew('c.d', view)).toEqual(Buffer.from(`${text(2, 0)}\u0003c.d\u00054.8.0`));
    expect(plain.confirmRenewal?.(view)).toEqual(frame(0, 2, 2, 0, 0));
    plain.command(view, 6, false);
    const answers = [APPLIED, APPLIED, NOT_APPLIED, APPLIED, APPLIED, APPLIED];
    expect(answers.flatMap((answer) => decoded(plain, answer, view))).toEqual([
      { kind: 'ack', seq: 5 },
      { kind: 'known' },
      { kind: 'commandRefused', seq: 3 },
      { kind: 'renewed' },
      { kind: 'ack', seq: 6 },
      { kind: 'known' },
    ]);
  });

  it('writes awareness that y-protocols takes as newer each time', () => {
    const view = opened(plain);
    const awareness = new Awareness(new Doc());
    const changes: number[] = [];
    awareness.on('update', ({ added, updated }: { added: number[]; updated: number[] }) =>
      changes.push(added.length, updated.length),
    );
    for (let n = 0; n < 2; n++) applyAwarenessUpdate(awareness, nested(plain.ping(view), 8), null);
    expect(changes).toEqual([1, 0, 0, 1]);
    awareness.destroy();
  });

  it('opens a document again with its token, unless it was authenticated for it already', () => {
    const view = opened(plain);
    view.step = 0;
    expect(plain.join(view)).toEqual(frame(0, 0, 1, 0));
    expect(decoded(plain, said([7], 'Reset Connection'), { ...view, step: 4 })).toMatchObject([
      { kind: 'channelLost', signal: NETWORK.channelLost, advice: 'retry', remark: 'CLOSE Reset Connection' },
    ]);
    decoded(plain, said([7], 'Unauthorized'), view);
    expect(plain.join(view)).toMatchObject({ length: NAME.length + 9 });
  });

  it.each([
    [plain, 'Unauthorized', 'refresh'],
    [plain, 'Forbidden', 'stop'],
    [plain, '', 'retry'],
    [rich, 'moved', 'retry-now'],
  ])('takes the end of a document, %#, for what its reason means', (codec, reason, advice) => {
    expect(decoded(codec, said([7], reason), opened(codec))).toMatchObject([{ kind: 'channelLost', advice }]);
  });

  it.each([
    [plain, 'permission-denied', 'refresh'],
    [rich, 'permission-denied', 'stop'],
    [plain, 'Forbidden', 'stop'],
  ])('takes a denied permission, %#, for what its reason means', (codec, reason, advice) => {
    const view = newView(7);
    codec.join(view);
    expect(decoded(codec, said([2, 1], reason), view)).toMatchObject([
      { kind: 'joinRefused', signal: NETWORK.joinRefused, advice, remark: `PermissionDenied ${reason}` },
    ]);
  });

  it('gets another token when the server asks for it, or presents the one in hand', () => {
    expect(decoded(plain, frame(2, 0), opened(plain))).toEqual([{ kind: 'expiring', advice: 'refresh' }]);
    const view = opened(rich);
    view.holes.token = 't';
    expect(decoded(rich, frame(2, 0), view)).toEqual([
      { kind: 'known', reply: Buffer.from('\u0006page-7\u0002\u0000\u0008Bearer t') },
    ]);
  });

  it.each([
    [Buffer.from([9]), { kind: 'ping', reply: Buffer.from([10]) }],
    [frame(1, 1, 0), { kind: 'known' }],
    [frame(3), { kind: 'known' }],
    [said([5], 'hello'), { kind: 'known' }],
    [frame(0, 2, 2, 0, 0), { kind: 'known' }],
    [STEP_2, { kind: 'known' }],
    [AUTHENTICATED, { kind: 'known' }],
    [frame(0, 3), { kind: 'other' }],
    [frame(2, 3), { kind: 'other' }],
    [frame(6), { kind: 'other' }],
    [frame(8), { kind: 'other' }],
    [frame(), { kind: 'other' }],
    [Buffer.from([200, 1, 0]), { kind: 'other' }],
    [Buffer.alloc(0), { kind: 'other' }],
  ])('reads %j', (data, message) => {
    expect(decoded(plain, data, opened(plain))).toEqual([message]);
  });

  it('reads no text frames, and nothing of a document that it has not opened', () => {
    expect(decoded(plain, text(8, 1), opened(plain))).toEqual([{ kind: 'other' }]);
    expect(decoded(plain, said([7], 'Forbidden'), newView(7))).toEqual([{ kind: 'known' }]);
    expect(decoded(plain, STEP_1, newView(7))).toEqual([{ kind: 'known' }]);
  });

  it('neither throws nor stands still, whatever a server sends', () => {
    const frames = [AUTHENTICATED, STEP_1, STEP_2, APPLIED, said([7], 'Unauthorized'), frame(2, 0)].map(String);
    expect(survivesAnything(plain, frames)).toBe(true);
    expect(survivesAnything(rich, frames)).toBe(true);
  });
});
