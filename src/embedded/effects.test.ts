import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { EffectLedger } from '../metrics/effect-ledger.ts';
import { readJournal } from '../metrics/journal.ts';
import { Effects } from './effects.ts';
import { openEffects } from './open-effects.ts';

function onBroken(error: unknown): never {
  throw error;
}

function effects(ackDelayMs: number, idempotent = false): Effects {
  const alone = { journal: undefined, others: undefined, forgotten: undefined };
  return new Effects({ ...alone, ledger: new EffectLedger(), idempotent, ackDelayMs, onBroken });
}

/** A gateway among several, with the journal that they share. */
function gateway(file: string, memory: 'kept' | 'lost' = 'kept', idempotent = true) {
  const config = { journalFile: file, memory, gateways: 2, idempotent, ackDelayMs: 0 };
  const opened = openEffects(config, onBroken);
  onTestFinished(() => opened.close());
  return {
    opened,
    command: (client: number, seq: number) => opened.command(client, seq, `${client}-${seq}`, () => {}),
  };
}

describe('the effects of commands over several gateways', () => {
  let file = '';
  beforeEach(() => {
    const folder = mkdtempSync(join(tmpdir(), 'squall-effects-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    file = join(folder, 'effects');
  });

  it('happen once, whichever gateways a command is sent to, even in the same turn', () => {
    const [one, other] = [gateway(file), gateway(file)];
    expect(one.command(1, 0)).toBe('effect');
    expect(other.command(1, 0)).toBe('duplicate');
    expect(other.command(1, 1)).toBe('effect');
    expect(one.command(1, 1)).toBe('duplicate');
    expect(one.command(1, 0)).toBe('duplicate');
    expect(readJournal(file).ids).toBe(2);
    expect([one.opened.effects, other.opened.effects]).toEqual([1, 1]);
  });

  it('count as duplicated at the gateway that repeats them, where none is idempotent', () => {
    const [one, other] = [gateway(file, 'kept', false), gateway(file, 'kept', false)];
    for (const each of [one, other, one]) each.command(1, 0);
    expect([one.opened.duplicated, other.opened.duplicated]).toEqual([1, 1]);
    expect(readJournal(file).count(1, 0)).toBe(3);
  });

  it('are remembered by a gateway that is started again, unless its memory is lost', () => {
    const one = gateway(file);
    one.command(1, 0);
    expect(gateway(file).command(1, 0)).toBe('duplicate');
    const forgetful = gateway(file, 'lost');
    expect(forgetful.command(1, 0)).toBe('effect');
    expect(forgetful.opened.duplicated).toBe(1);
    expect(forgetful.command(1, 0)).toBe('duplicate');
    one.command(1, 1);
    expect(forgetful.command(1, 1)).toBe('duplicate');
    expect(readJournal(file).count(1, 0)).toBe(2);
  });
});

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
