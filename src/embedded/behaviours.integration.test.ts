import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { AT_ONCE } from '../core/fault/planned.test.helper.ts';
import type { SessionMode } from '../core/fault/session.ts';
import { injected } from '../core/fault/occurrence.ts';
import { startRig, type Peer, type Rig } from './rig.test.helper.ts';

const ID = '1-1';
const ACK = { type: 'ack', id: ID };

const occurrence = (rig: Rig, mode: SessionMode) =>
  rig.target.begin(injected({ ...AT_ONCE, kind: 'session', mode }, 0, 0, 0));

/** Sends a command of client 1, and returns the gateway's `n`-th frame, which answers it. */
async function commandAnswered(peer: Peer, n = 1): Promise<unknown> {
  peer.send({ type: 'command', id: ID });
  return peer.frame(n);
}

async function bearer(rig: Rig, client: number, forMs?: number) {
  return { headers: { authorization: `Bearer ${await rig.token(client, forMs)}` } };
}

describe('revocation', () => {
  it('`none`: the connection stays open, and commands that should not take effect are counted', async () => {
    const rig = await startRig({ revocation: { kind: 'none' } });
    const peer = await rig.connect(1);
    occurrence(rig, 'compromised');
    expect(await commandAnswered(peer)).toEqual(ACK);
    await rig.connect(1);
    expect(rig.target.counts()).toMatchObject({ effects: 1, open: 2, unauthorized: { revoked: 1, expired: 0 } });
  });

  it('`push`: the connection is closed at once', async () => {
    const rig = await startRig({ revocation: { kind: 'push' } });
    const peer = await rig.connect(1);
    occurrence(rig, 'compromised');
    expect(await peer.ended).toBe(4403);
  });

  it('`poll`: the connection is closed when the gateway polls', async () => {
    const rig = await startRig({ revocation: { kind: 'poll', everyMs: 100 } });
    const peer = await rig.connect(1);
    occurrence(rig, 'compromised');
    expect(await peer.ended).toBe(4403);
  });

  it('`poll`: the connection and its commands go on until the gateway polls', async () => {
    const rig = await startRig({ revocation: { kind: 'poll', everyMs: 3_600_000 }, authorization: 'command' });
    const peer = await rig.connect(1);
    occurrence(rig, 'role-removed');
    expect(await commandAnswered(peer)).toEqual(ACK);
    expect(rig.target.counts()).toMatchObject({ downgraded: 1, unauthorized: { forbidden: 1 } });
  });

  it('a device that logs out is closed even without a revocation feed', async () => {
    const rig = await startRig({ revocation: { kind: 'none' }, perUser: 2 });
    const leaving = await rig.connect(0);
    const sibling = await rig.connect(1);
    occurrence(rig, 'logout');
    expect(await leaving.ended).toBe(4401);
    expect(await commandAnswered(sibling)).toEqual(ACK);
  });
});

describe('authorization', () => {
  it('`connect`: commands go on after a right is lost', async () => {
    const rig = await startRig({ authorization: 'connect' });
    const peer = await rig.connect(1);
    occurrence(rig, 'tenant-removed');
    expect(await commandAnswered(peer)).toEqual(ACK);
    expect(rig.target.counts().unauthorized).toEqual({ beforeAuth: 0, expired: 0, revoked: 0, forbidden: 1 });
  });

  it('`command`: each command is checked', async () => {
    const rig = await startRig({ authorization: 'command' });
    const peer = await rig.connect(1);
    occurrence(rig, 'tenant-removed');
    expect(await commandAnswered(peer)).toEqual({ type: 'error', code: 'forbidden', id: ID });
    expect(rig.target.counts()).toMatchObject({ effects: 0, unauthorized: { forbidden: 0 } });
  });
});

describe('re-authentication', () => {
  it('`replaces`: the connection lasts as long as the new token', async () => {
    const rig = await startRig({ reauthentication: 'replaces' });
    const peer = await rig.connect(1, 400);
    const old = await rig.connect(2, 400);
    peer.send({ type: 'authenticate', token: await rig.token(1, 3_600_000) });
    expect(await peer.frame(1)).toMatchObject({ type: 'authenticated' });
    expect(await old.ended).toBe(4401);
    expect(await commandAnswered(peer, 2)).toEqual(ACK);
  });

  it('`ignored`: the new token is acknowledged, but the connection ends at the expiry of the old one', async () => {
    const rig = await startRig({ reauthentication: 'ignored' });
    const peer = await rig.connect(1, 400);
    peer.send({ type: 'authenticate', token: await rig.token(1, 3_600_000) });
    expect(await peer.frame(1)).toMatchObject({ type: 'authenticated' });
    expect(await peer.ended).toBe(4401);
  });

  it('`ignored`: a command after the expiry of the old token is authorized by a newer one that was presented', async () => {
    const rig = await startRig({ reauthentication: 'ignored', onExpiry: { kind: 'ignore' } });
    const peer = await rig.connect(1, 100);
    peer.send({ type: 'authenticate', token: await rig.token(1, 3_600_000) });
    await peer.frame(1);
    await untilExpired(rig, 100);
    expect(await commandAnswered(peer, 2)).toEqual(ACK);
    expect(rig.target.counts()).toMatchObject({ effects: 1, unauthorized: { expired: 0 } });
  });
});

/** Waits until tokens made for `forMs` before this call have expired. */
async function untilExpired(rig: Rig, forMs: number): Promise<void> {
  const witness = await rig.token(9, forMs);
  const headers = { authorization: `Bearer ${witness}` };
  for (;;) {
    const peer = rig.dial({ headers });
    if ((await Promise.race([peer.ended, peer.opened()])) === 401) return;
    peer.socket.terminate();
  }
}

it('a command on a connection that outlives its token counts as unauthorized', async () => {
  const rig = await startRig({ onExpiry: { kind: 'ignore' } });
  const peer = await rig.connect(1, 100);
  await untilExpired(rig, 100);
  expect(await commandAnswered(peer)).toEqual(ACK);
  peer.send({ type: 'command', id: ID });
  expect(await peer.frame(2)).toEqual({ ...ACK, duplicate: true });
  expect(rig.target.counts()).toMatchObject({ effects: 1, unauthorized: { expired: 1, revoked: 0 } });
});

describe('commands before the token', () => {
  it('`refused`: the connection is closed', async () => {
    const rig = await startRig({ carrier: { kind: 'message' }, beforeAuth: 'refused' });
    const peer = rig.dial();
    await peer.opened();
    peer.send({ type: 'command', id: ID });
    expect(await peer.ended).toBe(4401);
    expect(rig.target.counts()).toMatchObject({ effects: 0, unauthorized: { beforeAuth: 0 } });
  });

  it('`accepted`: they take effect', async () => {
    const rig = await startRig({ carrier: { kind: 'message' }, beforeAuth: 'accepted' });
    const peer = rig.dial();
    await peer.opened();
    expect(await commandAnswered(peer)).toEqual(ACK);
    peer.send({ type: 'authenticate', token: await rig.token(1) });
    expect(await peer.frame(2)).toMatchObject({ type: 'authenticated' });
    expect(rig.target.counts()).toMatchObject({ effects: 1, unauthorized: { beforeAuth: 1 } });
  });
});

describe('a bad token', () => {
  it('`refused`: no connection opens', async () => {
    const rig = await startRig({ badToken: 'refused' });
    expect(await rig.dial(await bearer(rig, 1, -1000)).ended).toBe(401);
    expect(rig.target.counts()).toMatchObject({ anonymous: 0, open: 0 });
  });

  it('`anonymous`: the connection has no client and no deadline, and its commands are refused', async () => {
    const rig = await startRig({ badToken: 'anonymous' });
    const peer = rig.dial(await bearer(rig, 1, -1000));
    await peer.opened();
    expect(await commandAnswered(peer)).toEqual({ type: 'error', code: 'unauthenticated', id: ID });
    expect(rig.target.counts()).toMatchObject({ anonymous: 1, open: 1, effects: 0, refusedHandshakes: 0 });
  });

  it('`anonymous`, where commands before the token are accepted: they take effect', async () => {
    const rig = await startRig({ badToken: 'anonymous', beforeAuth: 'accepted' });
    const peer = rig.dial(await bearer(rig, 1, -1000));
    await peer.opened();
    expect(await commandAnswered(peer)).toEqual(ACK);
    expect(rig.target.counts().unauthorized.beforeAuth).toBe(1);
  });

  it('`anonymous`, in the first message: the gateway answers `authenticated`, and a later token is accepted', async () => {
    const rig = await startRig({ badToken: 'anonymous', carrier: { kind: 'message' } });
    const peer = rig.dial();
    await peer.opened();
    peer.send({ type: 'authenticate', token: await rig.token(1, -1000) });
    expect(await peer.frame(1)).toEqual({ type: 'authenticated', anonymous: true });
    peer.send({ type: 'authenticate', token: await rig.token(1) });
    expect(await peer.frame(2)).toHaveProperty('expiresAt');
    expect(await commandAnswered(peer, 3)).toEqual(ACK);
    expect(rig.target.counts()).toMatchObject({ anonymous: 1, unauthorized: { beforeAuth: 0 } });
  });
});

describe('closes', () => {
  it.each([
    ['guided', 4401],
    ['bare', 1006],
  ] as const)('`%s`: a token that runs out ends the connection with %d', async (closes, code) => {
    const rig = await startRig({ closes });
    expect(await (await rig.connect(1, 200)).ended).toBe(code);
  });

  it('`bare`: a revoked session ends without a close frame, and so does the target', async () => {
    const rig = await startRig({ closes: 'bare' });
    const [revoked, last] = [await rig.connect(1), await rig.connect(2)];
    rig.target.begin(
      injected({ ...AT_ONCE, kind: 'session', mode: 'compromised', cohort: { from: 0.1, to: 0.2 } }, 0, 0, 0),
    );
    expect(await revoked.ended).toBe(1006);
    await turn();
    expect(last.socket.readyState).toBe(1);
    rig.target.stop();
    expect(await last.ended).toBe(1006);
  });

  it('`bare`: a fault still closes with its code', async () => {
    const rig = await startRig({ closes: 'bare' });
    const peer = await rig.connect(1);
    const mode = { kind: 'close', code: 1012, reason: '' } as const;
    rig.target.begin(injected({ ...AT_ONCE, kind: 'drop', mode }, 0, 0, 0));
    expect(await peer.ended).toBe(1012);
  });
});
