import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { EffectLedger } from '../metrics/effect-ledger.ts';
import { Effects } from './effects.ts';

function onBroken(error: unknown): never {
  throw error;
}

function effects(ackDelayMs: number, idempotent = false): Effects {
  return new Effects({ ledger: new EffectLedger(), journal: undefined, idempotent, ackDelayMs, onBroken });
}

describe('the effects of commands', () => {
  it('are acknowledged in a later turn of the event loop, in order', async () => {
    const acknowledged: string[] = [];
    const ledger = effects(0);
    for (const seq of [0, 1, 2]) ledger.command(7, seq, `7-${seq}`, (id) => acknowledged.push(id));
    expect(acknowledged).toEqual([]);
    await turn();
    expect(acknowledged).toEqual(['7-0', '7-1', '7-2']);
  });

  it('are acknowledged no earlier than their delay, in order', async () => {
    const began = performance.now();
    const ledger = effects(30);
    const tookMs = await new Promise<number[]>((resolve) => {
      const took: number[] = [];
      const acknowledge = (): void => {
        if (took.push(performance.now() - began) === 2) resolve(took);
      };
      ledger.command(1, 0, '1-0', acknowledge);
      setImmediate(() => ledger.command(1, 1, '1-1', acknowledge));
    });
    expect(Math.min(...tookMs)).toBeGreaterThanOrEqual(30);
  });

  it('are never acknowledged once the gateway is closed', async () => {
    const acknowledged: string[] = [];
    const ledger = effects(5);
    ledger.command(1, 0, '1-0', (id) => acknowledged.push(id));
    ledger.close();
    const later = performance.now() + 20;
    while (performance.now() < later) await turn();
    expect(acknowledged).toEqual([]);
  });

  it('happen once more for an id that was seen, unless the gateway is idempotent', () => {
    for (const [idempotent, duplicated] of [
      [false, 1],
      [true, 0],
    ] as const) {
      const ledger = effects(0, idempotent);
      ledger.command(1, 0, '1-0', () => {});
      ledger.command(1, 0, '1-0', () => {});
      expect([ledger.effects, ledger.duplicated]).toEqual([1 + duplicated, duplicated]);
    }
  });
});
