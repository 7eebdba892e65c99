import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mono } from '../time/instant.ts';
import { PLAIN_BEHAVIOUR, Rig } from './rig.test.helper.ts';

const PERIOD_MS = 100;
const ACK_TIMEOUT_MS = 250;

/** A client that never needs another token, and sends one command in each 100 ms. */
function rig(resend = true, ackTimeoutMs = ACK_TIMEOUT_MS): Rig {
  const made = new Rig({
    commands: { periodMs: PERIOD_MS, ackTimeoutMs, resend, beforeAuth: false },
    refresh: { ...PLAIN_BEHAVIOUR.refresh, clock: 'ttl', lead: { ms: 0 } },
  });
  made.machine.prepare(0, 0, mono(0), mono(1e9));
  return made;
}

const sendings = (made: Rig): string[] => made.asked.filter((line) => line.startsWith('send'));
const words = (made: Rig, word: string): string[] => made.seen.filter((line) => line.startsWith(word));

describe('the commands of a client', () => {
  it('are due once in each period from the arrival on', () => {
    const made = rig(true, 1e6)
      .ready()
      .until(10 * PERIOD_MS - 1e-6);
    expect(sendings(made)).toEqual(Array.from({ length: 10 }, (_, seq) => `send 0 ${seq}`));
  });

  it('are measured from their intended start, however late they are', () => {
    const made = rig().until(350);
    expect(sendings(made)).toEqual([]);
    made.machine.onOpen(0, made.now);
    expect(sendings(made)).toEqual(['send 0 0', 'send 0 1', 'send 0 2', ...sendings(made).slice(3)]);
    expect(words(made, 'sent').every((line) => line.endsWith('@350'))).toBe(true);
  });

  it('are skipped while there is no connection, where they are not resent', () => {
    const made = rig(false).until(300);
    expect(words(made, 'skipped').length).toBeGreaterThanOrEqual(3);
    made.machine.onOpen(0, made.now);
    expect(sendings(made)).toEqual([]);
  });

  it('are sent again, with the same id, when the connection is back', () => {
    const made = rig(true, 1e6)
      .ready()
      .until(PERIOD_MS)
      .close(1012)
      .fresh()
      .until(2 * PERIOD_MS);
    made.machine.onOpen(0, made.now);
    expect(sendings(made)).toEqual(['send 0 0 again', 'send 0 1']);
  });

  it('are given up with the connection where they are not resent', () => {
    const made = rig(false, 1e6).ready().until(PERIOD_MS).fresh().close(1012);
    expect(words(made, 'gave up')).toEqual([`gave up 0-0 @${PERIOD_MS} connection-lost`]);
  });

  it('are given up when no acknowledgement comes in time', () => {
    const made = rig()
      .ready()
      .until(PERIOD_MS + ACK_TIMEOUT_MS);
    expect(words(made, 'gave up')[0]).toMatch(/^gave up 0-0 .* ack-timeout$/);
  });

  it('ignore an acknowledgement that comes too late, twice, or for nothing', () => {
    const made = rig()
      .ready()
      .until(PERIOD_MS + ACK_TIMEOUT_MS);
    made.machine.onAck(0, 0, made.now);
    made.machine.onAck(0, 99, made.now);
    made.machine.onAck(0, 2, made.now);
    made.machine.onAck(0, 2, made.now);
    expect(words(made, 'acknowledged')).toEqual([`acknowledged 0-2 @${made.now}`]);
  });

  it('are given up or skipped when the client stops', () => {
    const made = rig(true, 1e6).ready().until(PERIOD_MS).close(1012).until(150).fresh();
    made.machine.windDown(0, made.now);
    expect(words(made, 'gave up')).toEqual([]);
    expect(words(made, 'command unfinished')).toHaveLength(1);
    const stopped = rig(true, 1e6).ready().until(PERIOD_MS).fresh().close(4403);
    expect(words(stopped, 'gave up')).toEqual([`gave up 0-0 @${PERIOD_MS} stopped`]);
  });

  it('may be under way in any number, each with its own time-out and answer', () => {
    const many = 700;
    const made = rig(true, 1e9)
      .ready()
      .until(many * PERIOD_MS);
    expect(sendings(made)).toHaveLength(many);
    expect(words(made, 'skipped')).toEqual([]);
    // The latest is answered first, as a parallel server may do.
    for (let seq = many - 1; seq >= 0; seq--) made.machine.onAck(0, seq, made.now);
    expect(words(made, 'acknowledged')).toHaveLength(many);
  });

  it('wait for a connection in any number, and are all sent over it', () => {
    const made = rig(true, 1e9)
      .ready()
      .close(1012)
      .until(700 * PERIOD_MS);
    expect(sendings(made)).toEqual([]);
    while (made.state() !== 'connecting') made.until(made.now + 1);
    made.fresh().machine.onOpen(0, made.now);
    expect(sendings(made)).toHaveLength(made.context.columns.nextSeq[0]!);
  });

  it('are skipped, not given up, when the client stops before they were sent', () => {
    const made = rig(true, 1e6).until(3 * PERIOD_MS);
    made.close(4403);
    expect(words(made, 'gave up')).toEqual([]);
    expect(words(made, 'skipped')).toEqual(Array.from({ length: 3 }, () => `skipped @${made.now} stopped`));
    made.until(10 * PERIOD_MS);
    expect(made.context.columns.nextSeq[0]).toBe(3);
  });

  it('end in exactly one way each, whatever happens to the connection', () => {
    const action = fc.constantFrom('close', 'open', 'ack', 'wait', 'long', 'stop');
    fc.assert(
      fc.property(fc.boolean(), fc.array(fc.tuple(action, fc.nat(400)), { maxLength: 60 }), (resend, actions) => {
        const made = rig(resend, 5000).ready();
        const endings = new Map<string, number>();
        for (const [step, n] of actions) {
          made.until(made.now + (step === 'long' ? 40 * n : n));
          if (step === 'close' && made.state() === 'ready') made.close(1012);
          if (step === 'stop' && n < 40 && made.state() === 'ready') made.close(4403);
          if (step === 'open' && made.state() === 'connecting') made.machine.onOpen(0, made.now);
          if (step === 'ack') made.machine.onAck(0, n % 40, made.now);
        }
        const sent = new Set(words(made, 'sent').map((line) => line.split(' ')[1]!));
        for (const line of [...words(made, 'acknowledged'), ...words(made, 'gave up')]) {
          const id = line.replace('gave up', 'gaveup').split(' ')[1]!;
          endings.set(id, (endings.get(id) ?? 0) + 1);
        }
        for (const [id, times] of endings) expect([id, times, sent.has(id)]).toEqual([id, 1, true]);
        const { nextSeq } = made.context.columns;
        let [inFlight, waiting] = [0, 0];
        for (let seq = 0; seq < nextSeq[0]!; seq++) {
          if (!made.machine.awaits(0, seq)) continue;
          if (sent.has(`0-${seq}`)) inFlight += 1;
          else waiting += 1;
        }
        expect(sent.size).toBe(endings.size + inFlight);
        expect(nextSeq[0]).toBe(endings.size + words(made, 'skipped').length + inFlight + waiting);
      }),
    );
  });
});
