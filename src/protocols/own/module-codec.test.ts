import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NETWORK } from '../../core/signal.ts';
import { protocol, shapeOf } from '../../core/protocol/specs.ts';
import { decoded } from '../decoded.test.helper.ts';
import { newView } from '../registry.ts';
import { ModuleCodec } from './module-codec.ts';

const USE = { carrier: 'message', renewal: 'reconnect', commands: true, heartbeat: false } as const;

function codecOf(connection: unknown, failures: string[] = []): ModuleCodec {
  const read = protocol.parse({ module: { file: './ours.mjs', options: { room: 'a', n: 1, on: true } } });
  if (read.kind !== 'module') throw new Error('it is no module');
  const connect = typeof connection === 'function' ? (connection as () => unknown) : () => connection;
  const shape = { handshake: 'client-first', joins: 0, acknowledges: true, renewsInBand: false } as const;
  const own = { shape: { ...shape, keepAlive: { client: null, server: null } }, subprotocols: ['x'], connect };
  return new ModuleCodec(own, read, shapeOf(read, USE), (method, what) => failures.push(`${method} ${what}`));
}

describe('a protocol of the user’s own', () => {
  it('is named by a path alone, or with options', () => {
    expect(protocol.parse('./ours.mjs')).toEqual({ kind: 'module', file: './ours.mjs', options: {} });
    expect(protocol.print(protocol.parse('./ours.mjs'))).toEqual({ module: { file: './ours.mjs', options: {} } });
    expect(() => protocol.parse('./ours.py')).toThrow('./ours.py');
  });

  it('has one connection object for each dial, which gets the client and the options', () => {
    const seen: unknown[] = [];
    const codec = codecOf((...given: readonly unknown[]) => {
      seen.push(given);
      return {
        n: 0,
        join(this: { n: number }) {
          this.n += 1;
          return this.n > 1 ? null : new Uint8Array([this.n]);
        },
        command: ({ seq, id, again }: { seq: number; id: string; again: boolean }) => `${seq} ${id} ${again}`,
        receive: () => null,
      };
    });
    const view = newView(7, { room: 'r' });
    expect(codec.join(view)).toEqual(Buffer.from([1]));
    expect(codec.join(view)).toBe(null);
    expect(codec.command(view, 3, true)).toBe('3 7-3 true');
    expect(codec.ping(view)).toBe(null);
    expect(codec.join(newView(8))).toEqual(Buffer.from([1]));
    const options = { room: 'a', n: 1, on: true };
    expect(seen).toEqual([
      [{ number: 7, user: { room: 'r' } }, options],
      [{ number: 8, user: {} }, options],
    ]);
  });

  it('may mean several things by one frame', () => {
    const codec = codecOf({
      receive: () => [
        { is: 'ping', reply: 'p', silenceMs: 500 },
        { is: 'ack', seq: 4 },
        { is: 'refused', advice: 'stop' },
      ],
    });
    expect(decoded(codec, 'abc', newView(7))).toEqual([
      { kind: 'ping', reply: 'p', silenceMs: 500, signal: NETWORK.serverDisconnect },
      { kind: 'ack', seq: 4, signal: NETWORK.serverDisconnect },
      { kind: 'refused', advice: 'stop', signal: NETWORK.authRefused },
    ]);
    expect(decoded(codecOf({ receive: () => null }), 'abc', newView(7))).toEqual([{ kind: 'other' }]);
    expect(decoded(codecOf({ receive: () => [] }), 'abc', newView(7))).toEqual([{ kind: 'other' }]);
  });

  it.each<[string, unknown, string]>([
    ['nothing', undefined, 'connect returned no object with a method `receive`'],
    ['no function', { receive: () => null, join: 1 }, 'join is no function'],
    ['no kind', { receive: () => ({ is: 'toString' }) }, 'receive returned a message whose `is` is no kind of message'],
    ['text', { receive: () => 'ack' }, 'receive returned a message that is no object'],
    ['no number', { receive: () => ({ is: 'ack' }) }, 'receive returned a message `ack` whose `seq`'],
    ['no advice', { receive: () => ({ is: 'closing', advice: 'go' }) }, 'receive returned a message whose `advice`'],
    ['no reply', { receive: () => ({ is: 'ping', reply: 1 }) }, 'receive returned a message whose `reply`'],
    ['no time', { receive: () => ({ is: 'ping', silenceMs: NaN }) }, 'receive returned a message whose `silenceMs`'],
    [
      'too many',
      { receive: () => Array.from({ length: 9 }, () => ({ is: 'known' })) },
      'receive returned more messages',
    ],
    ['an error', { receive: () => ({}) as never, ...thrower() }, 'receive threw'],
  ])('that returns %s fails once, and says nothing more', (_what, connection, failure) => {
    const failures: string[] = [];
    const codec = codecOf(connection, failures);
    const view = newView(7);
    for (let n = 0; n < 3; n++) decoded(codec, 'abc', view);
    expect(codec.authenticate('t', view)).toBe('');
    expect(codec.renew('t', view)).toBe(null);
    expect(failures).toEqual([expect.stringContaining(failure)]);
  });

  it('never throws, whatever the module returns', () => {
    fc.assert(
      fc.property(fc.anything({ maxDepth: 3 }), fc.anything({ maxDepth: 2 }), (returned, sent) => {
        const codec = codecOf({ receive: () => returned, authenticate: () => sent, join: () => sent }, []);
        const view = newView(7);
        codec.authenticate('t', view);
        codec.join(view);
        decoded(codec, 'abcdef', view);
        decoded(codec, Buffer.from('abc'), view);
      }),
    );
  });
});

/** A method that throws something that has no text. */
function thrower(): object {
  return {
    receive: () => {
      throw Object.create(null);
    },
  };
}
