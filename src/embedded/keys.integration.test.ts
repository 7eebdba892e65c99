import { describe, expect, it, vi } from 'vitest';
import { AT_ONCE } from '../core/fault/planned.test.helper.ts';
import type { KeysMode } from '../core/fault/keys.ts';
import { shippedTestJwk } from '../jwt/keys.ts';
import { hit, startFaultRig, type FaultRig } from './fault-rig.test.helper.ts';

const KEYS_PATH = '/.well-known/jwks.json';

async function occurrence(rig: FaultRig, mode: KeysMode): Promise<void> {
  const forMs = mode.startsWith('rotate') ? 0 : 60_000;
  rig.begin({ kind: 'keys', mode }, { forMs });
  // Making an RSA key may take seconds on a busy machine.
  await vi.waitFor(() => expect(rig.tally()).toEqual(hit(1)), 10_000);
}

async function refreshed(rig: FaultRig, client: number): Promise<string> {
  const response = await rig.ask(client);
  expect(response.status).toBe(200);
  return ((await response.json()) as { access_token: string }).access_token;
}

/** The gateway's answer to a token: 101, or the flaw that it found. */
async function answerTo(rig: FaultRig, token: string): Promise<string> {
  const peer = rig.dial({ headers: { authorization: `Bearer ${token}` } });
  const seen = await Promise.race([peer.opened().then(() => '101'), peer.ended]);
  if (seen === '101') return seen;
  return String((JSON.parse(peer.response?.body ?? '{}') as { flaw?: string }).flaw);
}

async function published(rig: FaultRig): Promise<number | string> {
  const response = await fetch(new URL(KEYS_PATH, rig.target.tokenUrl));
  return response.status === 200 ? ((await response.json()) as { keys: unknown[] }).keys.length : `${response.status}`;
}

describe('a rotation of keys', () => {
  it.each(['ES256', 'RS256', 'EdDSA'] as const)(
    'with overlap leaves old and new tokens good (%s)',
    async (algorithm) => {
      const rig = await startFaultRig({ algorithm, privateJwk: await shippedTestJwk(algorithm) });
      const old = await refreshed(rig, 1);
      await occurrence(rig, 'rotate');
      expect(await published(rig)).toBe(2);
      expect(await answerTo(rig, await refreshed(rig, 2))).toBe('101');
      expect(await answerTo(rig, old)).toBe('101');
    },
  );

  it('without overlap invalidates old tokens once the gateway has fetched the new key', async () => {
    const rig = await startFaultRig();
    const old = await refreshed(rig, 1);
    await occurrence(rig, 'rotate-without-overlap');
    expect(await published(rig)).toBe(1);
    expect(await answerTo(rig, old)).toBe('101');
    expect(await answerTo(rig, await refreshed(rig, 2))).toBe('101');
    expect(await answerTo(rig, old)).toBe('unknown-key');
    expect(await answerTo(rig, await refreshed(rig, 3))).toBe('101');
  });

  it('stays after the end of its occurrence', async () => {
    const rig = await startFaultRig();
    await occurrence(rig, 'rotate');
    rig.end();
    expect(await published(rig)).toBe(2);
  });
});

describe('a key set that cannot be fetched', () => {
  it('matters only to a gateway that needs it, and counts each refused request', async () => {
    const rig = await startFaultRig();
    await occurrence(rig, 'jwks-down');
    expect(await published(rig)).toBe('503');
    expect(await answerTo(rig, await refreshed(rig, 1))).toBe('101');
    expect(rig.target.counts().keyFetchesRefused).toBe(1);
    rig.end();
    expect(await published(rig)).toBe(1);
  });

  it('makes new tokens invalid after a rotation, until it can be fetched again', async () => {
    const rig = await startFaultRig();
    await occurrence(rig, 'rotate');
    rig.target.begin({
      index: 8,
      faultIndex: 5,
      ordinal: 0,
      atMs: 0,
      fault: { ...AT_ONCE, kind: 'keys', mode: 'jwks-down', forMs: 60_000 },
    });
    const token = await refreshed(rig, 1);
    expect(await answerTo(rig, token)).toBe('keys-unavailable');
    expect(rig.target.counts()).toMatchObject({ keyFetchesRefused: 1, faults: { 5: hit(1) } });
    rig.target.end(8);
    expect(await answerTo(rig, token)).toBe('101');
  });
});

describe('an unknown key', () => {
  it('signs tokens that no published key verifies, while it lasts', async () => {
    const rig = await startFaultRig();
    await occurrence(rig, 'unknown-key');
    expect(await published(rig)).toBe(1);
    const token = await refreshed(rig, 1);
    expect(await answerTo(rig, token)).toBe('unknown-key');
    rig.end();
    expect(await answerTo(rig, await refreshed(rig, 2))).toBe('101');
    expect(await answerTo(rig, token)).toBe('unknown-key');
  });
});

it('a rotation fails where tokens are signed with a shared secret', async () => {
  const rig = await startFaultRig({ algorithm: 'HS256', privateJwk: await shippedTestJwk('HS256') });
  rig.begin({ kind: 'keys', mode: 'rotate' });
  await vi.waitFor(() => expect(rig.tally()).toEqual({ planned: 1, hit: 0, missed: { failed: 1 } }), 20_000);
});
