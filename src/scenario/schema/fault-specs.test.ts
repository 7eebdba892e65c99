import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { Rejection } from '../../core/codec/reject.ts';
import { faultCodec } from '../../core/fault/codec.ts';
import { executorOf, whyUnsupported } from '../../core/fault/executor.ts';
import type { FaultKind } from '../../core/fault/fault.ts';
import { faultLabel } from '../../core/fault/label.ts';
import { FAULT_KINDS, specOf } from '../../core/fault/specs.ts';
import { problemsOf, LEAST } from '../../testing/expected-problems.ts';
import { spelledLike } from '../../testing/spelled.ts';

/** A kind's section as a scenario may write it; the reader may still refuse it. */
function spelled(kind: FaultKind): fc.Arbitrary<unknown> {
  const { [FAULT_KINDS.indexOf(kind)]: section } = faultCodec.parts.options ?? [];
  return spelledLike(section!.parts.schema);
}

/** The keys of a fault of the kind that are not about when and on whom. */
function ownKeys(kind: FaultKind): object {
  const { fields, presets } = specOf(kind);
  const own = spelledLike(fields.parts.schema).filter((keys) => !(fields.parts.read(keys) instanceof Rejection));
  if (presets[0] !== undefined) return { [kind]: presets[0].written };
  const [written] = fc.sample(own, { numRuns: 1, seed: 1 });
  return typeof written === 'object' && written !== null ? written : {};
}

describe.each(FAULT_KINDS)('a %s fault', (kind) => {
  it('reads what it prints, and has a label and an executor', () => {
    let taken = 0;
    fc.assert(
      fc.property(spelled(kind), (written) => {
        const fault = faultCodec.read(written);
        fc.pre(!(fault instanceof Rejection));
        taken += 1;
        expect(fault.kind).toBe(kind);
        expect(faultCodec.read(faultCodec.print(fault))).toEqual(fault);
        expect(faultLabel(fault)).toMatch(new RegExp(`^${kind} `));
        expect(executorOf(fault, 'embedded')).not.toBeNull();
        expect(whyUnsupported(fault)).not.toBe('');
      }),
      { numRuns: 50 },
    );
    expect(taken).toBeGreaterThan(25);
  });

  it('lasts if it has to, may if it can, and says so where it cannot', () => {
    const { lasts } = specOf(kind);
    const said = (keys: object): string =>
      problemsOf(LEAST + stringify({ faults: [{ at: '1s', ...ownKeys(kind), ...keys }] }))
        .filter((line) => line.includes('faults.0.for: '))
        .join();
    expect(said({ for: '1s' })).toMatch(lasts === 'never' ? `does not go with \`${kind}\`` : /^$|a rotation/);
    expect(said({})).toMatch(lasts === 'required' ? 'missing' : /^$/);
    expect(said({ for: '0s' })).toMatch(lasts === 'optional' ? /^$/ : /for: ./);
  });

  it('has a row in the README that names each of its modes', () => {
    const row = README.split('\n').find((line) => line.startsWith(`| \`${kind}\` `)) ?? '';
    for (const word of wordsOf(specOf(kind).fields.parts.keys?.[kind]?.parts.schema)) expect(row).toContain(word);
  });
});

const README = readFileSync(new URL('../../../README.md', import.meta.url), 'utf8');

/** The words and keys that may stand under a fault's own key. */
function wordsOf(schema: unknown): readonly string[] {
  if (typeof schema !== 'object' || schema === null) return [];
  const { anyOf = [], enum: words = [], properties = {} } = schema as Readonly<Record<string, unknown>>;
  return [...(anyOf as unknown[]).flatMap(wordsOf), ...(words as string[]), ...Object.keys(properties as object)];
}

describe('a fault', () => {
  it('says when, on whom and how often only where the file does', () => {
    expect(faultCodec.read({ at: '2s', drop: 'reset' })).toEqual({
      kind: 'drop',
      atMs: 2000,
      forMs: 0,
      spreadMs: 0,
      repeat: null,
      share: 1,
      cohort: null,
      atLeast: 1,
      mode: { kind: 'reset' },
    });
    const planned = {
      at: '2s',
      for: '3s',
      spread: '1s',
      every: '10s',
      share: '50%',
      cohort: ['25%', '75%'],
      atLeast: '90%',
    };
    expect(faultCodec.read({ ...planned, times: 4, link: 'silent' })).toEqual({
      kind: 'link',
      atMs: 2000,
      forMs: 3000,
      spreadMs: 1000,
      repeat: { everyMs: 10_000, times: 4 },
      share: 0.5,
      cohort: { from: 0.25, to: 0.75 },
      atLeast: 0.9,
      mode: { kind: 'silent' },
    });
  });

  it.each([
    [
      { refresh: { status: 429, retryAfter: 0 } },
      { mode: { kind: 'status', status: 429, retryAfter: { seconds: 0, as: 'seconds' } } },
    ],
    [
      { handshake: { status: 503, retryAfterDate: '1h' } },
      { mode: { kind: 'status', status: 503, retryAfter: { seconds: 3600, as: 'date' } } },
    ],
    [
      { refresh: { slow: { exponential: '1s' } } },
      { mode: { kind: 'slow', delay: { kind: 'exponential', floorMs: 0, meanMs: 1000 } } },
    ],
    [
      { handshake: { 'accept-then-close': {} } },
      { mode: { kind: 'accept-then-close', code: 4401, reason: '', afterMs: 50 } },
    ],
    [{ link: { bandwidth: '1.5kB/s' } }, { mode: { kind: 'bandwidth', bytesPerSecond: 1500 } }],
    [{ gateway: 'crash' }, { mode: { kind: 'crash', memory: 'kept' } }],
    [{ gateway: 'rolling' }, { mode: { kind: 'rolling', drainMs: 1000 } }],
    [{ gateway: { crash: { memory: 'lost' } } }, { mode: { kind: 'crash', memory: 'lost' } }],
  ])('%j is %j', (written, read) => {
    expect(faultCodec.read({ at: '1s', for: '1s', ...written })).toMatchObject(read);
  });

  it.each([
    [
      { drop: { code: 4000, reason: 'deploy: «neu»' } },
      { mode: { kind: 'close', code: 4000, reason: 'deploy: «neu»' } },
    ],
    [{ clock: '-30s' }, { of: 'clients', offsetMs: -30_000, driftPerMs: 0 }],
    [{ clock: { of: 'gateway', drift: '10ms/s' } }, { of: 'gateway', offsetMs: 0, driftPerMs: 0.01 }],
    [
      { exec: 'systemctl restart gateway' },
      { command: ['/bin/sh', '-c', 'systemctl restart gateway'], timeoutMs: 60_000 },
    ],
    [
      { exec: ['true'], timeout: '1s' },
      { command: ['true'], timeoutMs: 1000 },
    ],
  ])('%j is %j', (written, read) => {
    expect(faultCodec.read({ at: '1s', ...written })).toMatchObject(read);
  });
});
