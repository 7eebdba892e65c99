import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { protocol } from '../core/protocol/specs.ts';
import type { ProtocolUse } from '../core/protocol/spec.ts';
import { signalName } from '../core/signal.ts';
import { type ClientView, type Codec, INBOUND } from './codec.ts';
import { newInbound, resetInbound } from './inbound.ts';
import { codecMaker, newView } from './registry.ts';

const USE: ProtocolUse = { carrier: 'message', renewal: 'in-band', commands: true, heartbeat: true };
const MAKE_JSON = await codecMaker('json');
const NUMBER = 7;
const NAMES = Object.fromEntries(Object.entries(INBOUND).map(([name, kind]) => [kind, name]));

/** One connection, as the port drives it: what it sends and what it makes of frames. */
class Dialogue {
  readonly codec: Codec;
  readonly view: ClientView = newView(NUMBER);
  readonly sent: string[] = [];
  ready = false;

  constructor(keys: object, use: Partial<ProtocolUse> = {}) {
    this.codec = MAKE_JSON(protocol.parse({ json: keys }), { ...USE, ...use });
    this.view.holes.token = 'T';
    this.view.holes.user = { room: 'r"1' };
    const { handshake } = this.codec.shape;
    this.ready = handshake === 'none';
    if (handshake === 'client-first') this.#say(this.codec.authenticate('T', this.view));
  }

  /** What the messages of a frame are taken for, in order, with the number of a command, advice or signal. */
  hear(frame: unknown, isBinary = false): string[] {
    const data = Buffer.from(typeof frame === 'string' ? frame : JSON.stringify(frame));
    const into = newInbound();
    const heard: string[] = [];
    for (let from = 0; ;) {
      resetInbound(into);
      const next = this.codec.decode(data, isBinary, this.view, into, from);
      const isCommand = into.kind === INBOUND.ack || into.kind === INBOUND.commandRefused;
      const ends = into.kind === INBOUND.closing || into.kind === INBOUND.refused;
      const words = [
        NAMES[into.kind],
        isCommand ? String(into.seq) : null,
        ends ? signalName(into.signal) : null,
        into.advice,
      ];
      heard.push(words.filter((word) => word !== null).join(' '));
      if (into.reply !== null) this.#say(into.reply);
      if (into.kind === INBOUND.authenticated || into.kind === INBOUND.joined) this.#join();
      if (next < from) throw new Error(`went back from ${from} to ${next}`);
      if (next >= data.length) return heard;
      from = next;
    }
  }

  #join(): void {
    const step = this.codec.join(this.view);
    if (step === null) this.ready = true;
    else this.#say(step);
  }

  #say(message: string | Buffer): void {
    this.sent.push(typeof message === 'string' ? message : `binary ${message.toString()}`);
  }
}

const COMMANDS = { command: '{"do":{seq}}', ack: { ok: true }, ackId: 'ref', refused: { ok: false } };

describe('a handshake of several steps', () => {
  const hello = { send: '{"op":"hello"}', expect: { op: 'hi' } };
  const login = { send: '{token}', expect: { op: 'in' } };
  const join = { send: '{"op":"join"}', expect: { op: 'joined' } };
  const keys = {
    handshake: [
      { expect: { op: 'hello' } },
      { send: '{"op":"auth","token":"{token}"}', expect: { op: 'welcome' } },
      { send: '{"op":"join","room":"{user.room}"}', expect: { op: 'joined' } },
      { expect: { op: 'synced' } },
    ],
    ...COMMANDS,
  };

  it('goes on with each answer in its turn, and escapes what it fills in', () => {
    const dialogue = new Dialogue(keys);
    expect(dialogue.codec.shape).toMatchObject({ handshake: 'server-first', joins: 1 });
    expect(dialogue.sent).toEqual([]);
    expect(dialogue.hear({ op: 'welcome' })).toEqual(['other']);
    expect(dialogue.hear({ op: 'hello' })).toEqual(['joined']);
    expect(dialogue.sent).toEqual(['{"op":"auth","token":"T"}']);
    expect(dialogue.hear({ op: 'welcome' })).toEqual(['authenticated']);
    expect(dialogue.sent.slice(1)).toEqual(['{"op":"join","room":"r\\"1"}']);
    expect(dialogue.hear({ op: 'joined' })).toEqual(['known']);
    expect(dialogue.ready).toBe(false);
    expect(dialogue.hear({ op: 'synced' })).toEqual(['joined']);
    expect(dialogue.ready).toBe(true);
    expect(dialogue.sent).toHaveLength(2);
  });

  it.each([
    [[hello, login, join], { handshake: 'client-first', authenticationTrips: 2, joins: 1 }],
    [[{ expect: { op: 'hello' } }, hello, login, join, join], { authenticationTrips: 2, joins: 2 }],
    [[login, { expect: { op: 'session' } }, join], { authenticationTrips: 1, joins: 1 }],
    [[{ send: '{token}' }, { expect: { op: 'in' } }, join], { authenticationTrips: 1, joins: 1 }],
    [[{ send: '{token}' }, join], { authenticationTrips: 1, joins: 0 }],
    [[login], { authenticationTrips: 1, joins: 0 }],
    [[login, { send: 'presence' }], { authenticationTrips: 1, joins: 0 }],
  ])('counts what follows the acceptance of the token as joins: %j', (handshake, shape) => {
    expect(new Dialogue({ handshake }).codec.shape).toMatchObject(shape);
  });

  it('joins nothing where no step presents the token', () => {
    const use = { carrier: 'header', renewal: 'reconnect' } as const;
    const shapeOf = (...handshake: readonly object[]): object => new Dialogue({ handshake }, use).codec.shape;
    expect(shapeOf(hello, join)).toMatchObject({ authenticationTrips: 2, joins: 0 });
    expect(shapeOf({ expect: { op: 'hello' } })).toMatchObject({
      handshake: 'server-first',
      authenticationTrips: 0,
      joins: 0,
    });
  });

  it('has the token accepted with the message that the server sends after the answer', () => {
    const dialogue = new Dialogue({ handshake: [login, { expect: { op: 'session' } }, join] });
    expect(dialogue.hear({ op: 'in' })).toEqual(['known']);
    expect(dialogue.hear({ op: 'session' })).toEqual(['authenticated']);
    expect(dialogue.hear({ op: 'joined' })).toEqual(['joined']);
    expect(dialogue.ready).toBe(true);
  });

  it('takes the answer to a step for no acknowledgement, although it looks like one', () => {
    const dialogue = new Dialogue({ ...COMMANDS, handshake: [{ send: '{"join":"{token}"}', expect: { ok: true } }] });
    expect(dialogue.hear({ ok: true, ref: 0 })).toEqual(['authenticated']);
    expect(dialogue.hear({ ok: true, ref: 0 })).toEqual(['ack 0']);
  });

  it('sends a frame that nothing answers with the next one, or as the last', () => {
    const handshake = [
      { send: '{"init":"{token}"}', expect: { ack: true } },
      { send: '{"subscribe":1}' },
      { send: '{"join":1}', expect: { joined: true } },
      { send: '{"presence":1}' },
    ];
    const dialogue = new Dialogue({ handshake });
    expect(dialogue.codec.shape).toMatchObject({ handshake: 'client-first', joins: 1 });
    dialogue.hear({ ack: true });
    expect(dialogue.sent).toEqual(['{"init":"T"}', '{"subscribe":1}', '{"join":1}']);
    dialogue.hear({ joined: true });
    expect(dialogue.ready).toBe(true);
    expect(dialogue.sent.slice(3)).toEqual(['{"presence":1}']);
  });

  it('stands also where the token travels in the upgrade', () => {
    const signalR = {
      framing: 'record-separator',
      handshake: [{ send: '{"protocol":"json","version":1}', expect: '\\{\\}$' }],
    };
    const dialogue = new Dialogue({ ...signalR, ...COMMANDS }, { carrier: 'query', renewal: 'reconnect' });
    expect(dialogue.sent).toEqual(['{"protocol":"json","version":1}\u001e']);
    expect(dialogue.hear('{}\u001e{"ok":true,"ref":"3"}\u001e{}\u001e')).toEqual(['joined', 'ack 3', 'other']);
    expect(dialogue.ready).toBe(true);
  });
});

describe('a token that is presented in band', () => {
  it('has a frame and an answer of its own, awaited only after it was sent', () => {
    const dialogue = new Dialogue({
      authenticate: '{"connect":"{token}"}',
      authenticated: { connected: true },
      reauthenticate: '{"refresh":"{token}"}',
      reauthenticated: { ok: true, ref: 'refresh' },
      ...COMMANDS,
    });
    dialogue.hear({ connected: true });
    expect(dialogue.codec.renew('T2', dialogue.view)).toBe('{"refresh":"T2"}');
    expect(dialogue.hear({ ok: true, ref: 4 })).toEqual(['ack 4']);
    expect(dialogue.hear({ ok: true, ref: 'refresh' })).toEqual(['authenticated']);
    expect(dialogue.hear({ connected: true })).toEqual(['other']);
  });

  it('is presented as the first one was, where nothing else is said', () => {
    const handshake = [
      { send: '{"hello":1}', expect: { hi: 1 } },
      { send: '{"t":"{token}"}', expect: { in: true } },
    ];
    const dialogue = new Dialogue({ handshake });
    dialogue.hear({ hi: 1 });
    dialogue.hear({ in: true });
    expect(dialogue.codec.renew('T2', dialogue.view)).toBe('{"t":"T2"}');
    expect(dialogue.hear({ in: true })).toEqual(['authenticated']);
    expect(dialogue.ready).toBe(true);
  });
});

describe('the id of a command', () => {
  const session = { authenticate: '{token}', authenticated: 'in' };
  const open = (keys: object) => {
    const dialogue = new Dialogue({ ...session, ...keys });
    dialogue.hear('in');
    return dialogue;
  };

  it('is a number, or its text, where the frame has {seq}', () => {
    const dialogue = open({ ...COMMANDS, firstSeq: 100 });
    expect(dialogue.codec.command(dialogue.view, 3, false)).toBe('{"do":103}');
    expect(dialogue.hear({ ok: true, ref: 103 })).toEqual(['ack 3']);
    expect(dialogue.hear({ ok: true, ref: '103' })).toEqual(['ack 3']);
    expect(dialogue.hear({ ok: false, ref: 104 })).toEqual(['commandRefused 4']);
    expect(dialogue.hear({ ok: true, ref: '7-103' })).toEqual(['ack 3']);
    for (const ref of [99, -1, 1.5, 2 ** 60, '8-103', '', ' 103', '0x67', null, [103]])
      expect(dialogue.hear({ ok: true, ref })).toEqual(['other']);
  });

  it('is refused with advice to refresh where the refusal says that the token has expired', () => {
    const dialogue = open({ ...COMMANDS, expired: { ok: false, why: 'expired' } });
    expect(dialogue.hear({ ok: false, why: 'expired', ref: 4 })).toEqual(['commandRefused 4 refresh']);
    expect(dialogue.hear({ ok: false, why: 'full', ref: 4 })).toEqual(['commandRefused 4']);
    expect(dialogue.hear({ ok: false, why: 'expired', ref: '8-4' })).toEqual(['other']);
  });

  it('is text with the number of the client where the frame has {id}', () => {
    const dialogue = open({ ...COMMANDS, command: '{"do":"{id}"}' });
    expect(dialogue.codec.command(dialogue.view, 3, false)).toBe('{"do":"7-3"}');
    expect(dialogue.hear({ ok: true, ref: '7-3' })).toEqual(['ack 3']);
    for (const ref of [3, '3', '8-3']) expect(dialogue.hear({ ok: true, ref })).toEqual(['other']);
  });

  it('is the first group of a regular expression on the text', () => {
    const dialogue = open({ command: 'do {seq}', ack: 'ok (\\d+)', refused: 'no (\\d+)' });
    expect(dialogue.codec.command(dialogue.view, 3, false)).toBe('do 3');
    expect(dialogue.hear('ok 12')).toEqual(['ack 12']);
    expect(dialogue.hear('no 12')).toEqual(['commandRefused 12']);
    expect(dialogue.hear('well, ok 12')).toEqual(['other']);
  });
});

describe('frames', () => {
  const keys = { authenticate: '{"t":"{token}"}', authenticated: { in: true }, ...COMMANDS };

  it.each([
    ['newline', '\n'],
    ['record-separator', '\u001e'],
  ])('hold several messages with framing %s', (framing, separator) => {
    const dialogue = new Dialogue({ ...keys, framing });
    expect(dialogue.sent).toEqual([`{"t":"T"}${separator}`]);
    const messages = ['{"in":true}', '{"ok":true,"ref":1}', '', '{"ok":true,"ref":2}'];
    const heard = ['authenticated', 'ack 1', 'other', 'ack 2'];
    expect(dialogue.hear(messages.join(separator))).toEqual(heard);
    dialogue.view.step = 0;
    expect(dialogue.hear(messages.join(separator) + separator)).toEqual(heard);
  });

  it('have a prefix before JSON, and none before other text', () => {
    const dialogue = new Dialogue({ ...keys, prefix: '42', replies: [{ to: '2$', send: '3' }] });
    expect(dialogue.sent).toEqual(['42{"t":"T"}']);
    expect(dialogue.hear('42{"in":true}')).toEqual(['authenticated']);
    expect(dialogue.hear('{"ok":true,"ref":1}')).toEqual(['other']);
    expect(dialogue.hear('2')).toEqual(['ping']);
    expect(dialogue.sent[1]).toBe('3');
  });

  it('are sent as binary ones on request, and understood either way', () => {
    const dialogue = new Dialogue({ ...keys, binary: true });
    expect(dialogue.sent).toEqual(['binary {"t":"T"}']);
    expect(dialogue.hear({ in: true }, true)).toEqual(['authenticated']);
    expect(dialogue.hear({ ok: true, ref: 5 }, false)).toEqual(['ack 5']);
  });
});

function dialogueWith(keys: object): Dialogue {
  return new Dialogue({ handshake: [], ...keys }, { carrier: 'header', renewal: 'reconnect' });
}

describe('messages beside commands', () => {
  it('are answered at once, by rule', () => {
    const dialogue = dialogueWith({
      replies: [
        { to: { type: 'ping' }, send: '{"type":"pong","of":{client}}' },
        { to: '2$', send: '3' },
      ],
    });
    expect(dialogue.hear({ type: 'ping' })).toEqual(['ping']);
    expect(dialogue.hear('2')).toEqual(['ping']);
    expect(dialogue.hear('22')).toEqual(['other']);
    expect(dialogue.sent).toEqual(['{"type":"pong","of":7}', '3']);
  });

  it('end the session, with the advice of the message before that of the rule', () => {
    const dialogue = dialogueWith({
      ends: [{ on: { type: 7, allowReconnect: true } }, { on: { type: 7 }, then: 'stop' }, { on: '41', then: 'login' }],
    });
    expect(dialogue.hear({ type: 7 })).toEqual(['closing server-disconnect stop']);
    expect(dialogue.hear({ type: 7, allowReconnect: true })).toEqual(['closing server-disconnect']);
    expect(dialogue.hear({ type: 7, advice: 'retry' })).toEqual(['closing server-disconnect retry']);
    expect(dialogue.hear('41')).toEqual(['closing server-disconnect login']);
  });

  it('refuse a token, with advice where it is looked for, or else by rule', () => {
    const dialogue = dialogueWith({
      authRefused: { error: { exists: true } },
      refusedAdvice: 'error.then',
      afterRefusal: 'stop',
    });
    expect(dialogue.hear({ error: 'no' })).toEqual(['refused auth-refused stop']);
    expect(dialogue.hear({ error: { then: 'login' } })).toEqual(['refused auth-refused login']);
    expect(dialogue.hear({ error: { then: 'dance' } })).toEqual(['refused auth-refused stop']);
  });

  it('announce an expiry, with advice where it is looked for', () => {
    const dialogue = dialogueWith({ expiring: { 'error.code': 109 }, advice: 'error.advice' });
    expect(dialogue.hear({ error: { code: 109, advice: 'login' } })).toEqual(['expiring login']);
  });

  it('are ignored where the scenario knows them, and counted where it does not', () => {
    const dialogue = dialogueWith({ ignore: [{ push: { exists: true } }, 'pong'] });
    expect([...dialogue.hear({ push: null }), ...dialogue.hear('pong'), ...dialogue.hear({ pop: 1 })]).toEqual([
      'known',
      'known',
      'other',
    ]);
  });

  it('are matched by what is absent, too, and in lists', () => {
    const dialogue = dialogueWith({ ignore: [{ '3': 'phx_reply', error: { exists: false } }] });
    expect(dialogue.hear([null, '9', 'phoenix', 'phx_reply', {}])).toEqual(['known']);
    expect(dialogue.hear({ '3': 'phx_reply', error: 1 })).toEqual(['other']);
  });

  it('ping for the client where a heartbeat is spelled', () => {
    const { codec, view } = dialogueWith({ heartbeat: '{"op":1,"of":{client}}' });
    expect(codec.ping(view)).toBe('{"op":1,"of":7}');
    expect(dialogueWith({}).codec.ping(view)).toBeNull();
  });
});

describe('a hostile server', () => {
  it('gets neither an exception nor an endless loop out of any codec', () => {
    const keys = {
      handshake: [{ expect: { a: 1 } }, { send: '{token}', expect: '(x+)y' }],
      framing: 'newline',
      prefix: '4',
      ...COMMANDS,
      ends: [{ on: { 'b.c': 1 } }],
      replies: [{ to: 'p', send: 'q' }],
    };
    const piece = fc.oneof(
      fc.json(),
      fc.string(),
      fc.constantFrom('4{"a":1}', 'xxxxy', 'p', '{"ok":true,"ref":{}}', '{"b":{"c":1}}', '\n', '4'),
    );
    fc.assert(
      fc.property(fc.array(fc.array(piece)), (frames) => {
        const dialogue = new Dialogue(keys);
        for (const pieces of frames) {
          const heard = dialogue.hear(pieces.join('\n'));
          expect(heard.length).toBeLessThanOrEqual(pieces.join('\n').split('\n').length);
        }
      }),
    );
  });

  it('shows only the beginning of a message to a regular expression, and no long one to any match', () => {
    const dialogue = new Dialogue({ handshake: [], ignore: ['x*y', { a: 1 }] }, { carrier: 'header' });
    expect(dialogue.hear(`${'x'.repeat(511)}y`)).toEqual(['known']);
    expect(dialogue.hear(`${'x'.repeat(512)}y`)).toEqual(['other']);
    expect(dialogue.hear(`{"a":1,"b":"${'x'.repeat(65_536)}"}`)).toEqual(['other']);
  });
});
