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

describe('commands in the model', () => {
  it('are acknowledged after a round trip, each once', async () => {
    const { ledger, timings } = await measuredIn(scenarioOf(BUSY, 'model.latency=100ms'));
    expectMs(timings.command.quantileMs(0.5), 200);
    expect(ledger).toMatchObject({ lost: 0, unexpected: 0, duplicated: 0, gaveUp: 0 });
    expect(ledger.acknowledged).toBe(timings.command.count);
    expect(ledger.sent).toBe(ledger.acknowledged + ledger.inFlight);
  });

  it('take effect again when they are resent to a gateway that does not know them', async () => {
    const { ledger, curves } = await measuredIn(scenarioOf(DROPPED, 'model.latency=100ms'));
    expect(ledger.duplicated).toBeGreaterThan(0);
    expect(ledger.duplicated).toBe(curves.total('duplicated'));
    // A command sent while the reset travels reaches nobody: its resending is its first effect.
    expect(ledger.duplicated).toBeLessThan(curves.total('resent'));
    expect(ledger).toMatchObject({ lost: 0, unexpected: 0, duplicatedBy: { resend: ledger.duplicated } });
  });

  it('take effect once at a gateway that remembers them', async () => {
    const idempotent = 'target.embedded.idempotent=true';
    const { ledger, curves } = await measuredIn(scenarioOf(DROPPED, 'model.latency=100ms', idempotent));
    expect(curves.total('resent')).toBeGreaterThan(0);
    expect(ledger).toMatchObject({ lost: 0, unexpected: 0, duplicated: 0 });
  });

  it('are lost or unexpected when they are given up, by whether they had their effect', async () => {
    const drop = 'clients.commands.onReconnect=drop';
    const measured = await measuredIn(scenarioOf(DROPPED, 'model.latency=100ms', drop));
    const { ledger } = measured;
    expect(ledger.unexpected).toBeGreaterThan(0);
    expect(ledger.lost).toBeGreaterThan(0);
    expect(ledger.duplicated).toBe(0);
    expect(failuresOf(measured, 'command')).toEqual({ 'connection-lost': ledger.lost! + ledger.unexpected! });
  });

  it('are all given up, and all have had their effect, when patience ends before an answer can be there', async () => {
    const sets = ['model.latency=150ms', 'clients.commands.ackTimeout=250ms'];
    const measured = await measuredIn(scenarioOf(BUSY, ...sets));
    const { ledger } = measured;
    expect(ledger).toMatchObject({ acknowledged: 0, lost: 0, unexpected: ledger.gaveUp, duplicated: 0 });
    expect(ledger.gaveUp).toBeGreaterThan(3000);
    expect(failuresOf(measured, 'command')).toEqual({ 'ack-timeout': ledger.gaveUp });
  });
});
