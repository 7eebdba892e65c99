import { describe, expect, it } from 'vitest';
import { expectMs, failuresOf, measuredIn, scenarioOf } from '../testing/simulated.ts';

const BUSY = `
duration: 20s
target: { embedded: { idempotent: false } }
tokens: { lifetime: 10m, issued: together }
clients:
  count: 200
  arrive: { over: 1s }
  backoff: { first: 500ms }
  commands: { rate: 5/s, ackTimeout: 2s }
`;
const DROPPED = `${BUSY}\nfaults: [{ at: 5s, drop: reset }, { at: 8s, drop: reset }]`;
const DROPS = 2;
const SENT_PER_SECOND = 200 * 5;
const SLOW_ANSWER = 'target.embedded.ackDelay=50ms';
const SLOW_ANSWER_SECONDS = 0.05;

/** A count of independent commands that is expected to be `mean`: four standard deviations of a Poisson count. */
function expectAbout(count: number, mean: number): void {
  expect(Math.abs(count - mean)).toBeLessThan(4 * Math.sqrt(mean));
}

describe('commands in the model', () => {
  it('are acknowledged after a round trip, each once', async () => {
    const { ledger, timings } = await measuredIn(scenarioOf(BUSY, 'model.latency=100ms'));
    expectMs(timings.command.quantileMs(0.5), 200);
    expect(ledger).toMatchObject({ lost: 0, unexpected: 0, duplicated: 0, gaveUp: 0 });
    expect(ledger.acknowledged).toBe(timings.command.count);
    expect(ledger.sent).toBe(ledger.acknowledged + ledger.inFlight);
  });

  it.each(['1ms', '20ms', '200ms'])(
    'take effect again where the gateway had not acknowledged them yet, over trips of %s',
    async (latency) => {
      const { ledger, curves } = await measuredIn(scenarioOf(DROPPED, SLOW_ANSWER, `model.latency=${latency}`));
      // Commands under way at the close are lost; acknowledgements sent before it arrive.
      expectAbout(ledger.duplicated!, DROPS * SENT_PER_SECOND * SLOW_ANSWER_SECONDS);
      expect(ledger.duplicated).toBe(curves.total('duplicated'));
      expect(ledger).toMatchObject({ lost: 0, unexpected: 0, duplicatedBy: { resend: ledger.duplicated } });
    },
  );

  it.each(['reset', '{ code: 1012 }'])('never do so at a gateway that acknowledges at once: %s', async (drop) => {
    const scenario = scenarioOf(`${BUSY}\nfaults: [{ at: 5s, drop: ${drop} }]`, 'model.latency=100ms');
    const { ledger, curves } = await measuredIn(scenario);
    // Sent in the trip before the close and the trip after it, until the client hears of it.
    expectAbout(curves.total('resent'), SENT_PER_SECOND * 0.2);
    expect(ledger).toMatchObject({ lost: 0, unexpected: 0, duplicated: 0 });
  });

  it('take effect again when the client hangs up before their acknowledgement', async () => {
    const renewed = BUSY.replace('lifetime: 10m, issued: together', 'lifetime: 20s, issued: spread');
    const { ledger, curves } = await measuredIn(scenarioOf(renewed, SLOW_ANSWER, 'model.latency=100ms'));
    const [renewals, answerSeconds] = [curves.total('lostRenewal'), 0.2 + SLOW_ANSWER_SECONDS];
    expect(renewals).toBeGreaterThan(100);
    expectAbout(ledger.duplicated!, renewals * 5 * answerSeconds);
    expect(ledger.duplicated).toBe(curves.total('resent'));
  });

  it('take effect once at a gateway that remembers them', async () => {
    const idempotent = 'target.embedded.idempotent=true';
    const { ledger, curves } = await measuredIn(scenarioOf(DROPPED, SLOW_ANSWER, 'model.latency=100ms', idempotent));
    expect(curves.total('resent')).toBeGreaterThan(0);
    expect(ledger).toMatchObject({ lost: 0, unexpected: 0, duplicated: 0 });
  });

  it('count as lost or unexpected when they are given up without or with an effect', async () => {
    const drop = 'clients.commands.onReconnect=drop';
    const measured = await measuredIn(scenarioOf(DROPPED, SLOW_ANSWER, 'model.latency=100ms', drop));
    const { ledger } = measured;
    expectAbout(ledger.unexpected!, DROPS * SENT_PER_SECOND * SLOW_ANSWER_SECONDS);
    expectAbout(ledger.lost!, DROPS * SENT_PER_SECOND * 0.2);
    expect(ledger.duplicated).toBe(0);
    expect(failuresOf(measured, 'command')).toEqual({
      'connection-lost': ledger.lost! + ledger.unexpected!,
      'not-connected': ledger.skipped,
    });
  });

  it.each([
    ['before an answer can be there', '250ms'],
    ['while they are still on their way', '100ms'],
  ])('are all given up and all take effect when the timeout ends %s', async (_when, ackTimeout) => {
    const sets = ['model.latency=150ms', `clients.commands.ackTimeout=${ackTimeout}`];
    const measured = await measuredIn(scenarioOf(BUSY, ...sets));
    const { ledger } = measured;
    expect(ledger).toMatchObject({ acknowledged: 0, lost: 0, unexpected: ledger.gaveUp, duplicated: 0 });
    expect(ledger.gaveUp).toBeGreaterThan(3000);
    expect(failuresOf(measured, 'command')).toEqual({ 'ack-timeout': ledger.gaveUp });
  });
});
