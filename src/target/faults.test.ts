import { describe, expect, it, vi } from 'vitest';
import type { DropFault, RefreshFault } from '../core/fault/fault.ts';
import { isDrawn } from '../core/fault/select.ts';
import { Draws } from '../core/random/draws.ts';
import { REFRESH_TOKENS, startRig } from './rig.test.helper.ts';

const CLIENTS = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9];
const INDEX = 4;
const seal = (client: number) => REFRESH_TOKENS.seal({ client, session: client, generation: 0 });

const refreshFault = (mode: RefreshFault['mode'], share = 1): RefreshFault => ({
  kind: 'refresh',
  atMs: 0,
  forMs: 1000,
  share,
  mode,
});
const dropFault = (mode: DropFault['mode'], share = 1, spreadMs = 0): DropFault => ({
  kind: 'drop',
  atMs: 0,
  spreadMs,
  share,
  mode,
});
const rigWith = (fault: RefreshFault | DropFault) => startRig({ faults: [{ index: INDEX, fault }] });

const drawn = (share: number) => CLIENTS.filter((client) => isDrawn(new Draws(1), INDEX, client, share));

describe('a fault of the token endpoint', () => {
  it('answers with its status while it lasts, and leaves the session where it was', async () => {
    const rig = await rigWith(refreshFault({ status: 503 }));
    rig.target.beginFault(INDEX);
    expect((await rig.refresh(seal(1))).status).toBe(503);
    expect((await rig.refresh(seal(1))).status).toBe(503);
    rig.target.endFault(INDEX);
    const response = await rig.refresh(seal(1));
    expect(response.status).toBe(200);
    const { refresh_token } = (await response.json()) as { refresh_token: string };
    expect(REFRESH_TOKENS.open(refresh_token)?.generation).toBe(1);
    expect(rig.target.counts()).toMatchObject({ refreshes: 1, faults: { [INDEX]: { planned: 2, hit: 2 } } });
  });

  it('hits the drawn clients and no others', async () => {
    const rig = await rigWith(refreshFault({ status: 500 }, 0.5));
    rig.target.beginFault(INDEX);
    const statuses = await Promise.all(CLIENTS.map(async (client) => (await rig.refresh(seal(client))).status));
    expect(CLIENTS.filter((client) => statuses[client] === 500)).toEqual(drawn(0.5));
    const hit = drawn(0.5).length;
    expect(rig.target.counts().faults).toEqual({ [INDEX]: { planned: hit, hit } });
  });

  it('`refuse` resets the connection of each request', async () => {
    const rig = await rigWith(refreshFault('refuse'));
    rig.target.beginFault(INDEX);
    await expect(rig.refresh(seal(1))).rejects.toMatchObject({ cause: { code: 'ECONNRESET' } });
    expect(rig.target.counts().faults).toEqual({ [INDEX]: { planned: 1, hit: 1 } });
  });

  it('`hang` never answers, and hangs up when it ends', async () => {
    const rig = await rigWith(refreshFault('hang'));
    rig.target.beginFault(INDEX);
    const outcome = rig.refresh(seal(1)).then(
      () => 'answered',
      () => 'hung up on',
    );
    await vi.waitFor(() => expect(rig.target.counts().faults).toEqual({ [INDEX]: { planned: 1, hit: 1 } }));
    rig.target.endFault(INDEX);
    expect(await outcome).toBe('hung up on');
    expect((await rig.refresh(seal(1))).status).toBe(200);
  });
});

describe('a drop fault', () => {
  it('closes every ready connection with its code and reason, and tells who was not there to be hit', async () => {
    const rig = await rigWith(dropFault({ code: 1012, reason: 'deploy' }));
    const peers = await Promise.all([1, 2, 3].map((client) => rig.connect(client)));
    rig.target.beginFault(INDEX);
    expect(await Promise.all(peers.map((peer) => peer.ended))).toEqual([1012, 1012, 1012]);
    expect(peers.map(({ reason }) => reason)).toEqual(['deploy', 'deploy', 'deploy']);
    expect(rig.target.counts().faults).toEqual({ [INDEX]: { planned: 10, hit: 3 } });
  });

  it('spreads its hits over the drawn clients and leaves the rest alone', async () => {
    const rig = await rigWith(dropFault({ code: 4000, reason: '' }, 0.5, 100));
    const peers = await Promise.all(CLIENTS.map((client) => rig.connect(client)));
    rig.target.beginFault(INDEX);
    await Promise.all(peers.filter((_, client) => drawn(0.5).includes(client)).map((peer) => peer.ended));
    const open = CLIENTS.filter((client) => peers[client]?.socket.readyState === 1);
    expect(open).toEqual(CLIENTS.filter((client) => !drawn(0.5).includes(client)));
    expect(rig.target.counts().faults).toEqual({ [INDEX]: { planned: drawn(0.5).length, hit: drawn(0.5).length } });
  });

  it('`reset` ends the connection without a close frame', async () => {
    const rig = await rigWith(dropFault('reset'));
    const peer = await rig.connect(1);
    rig.target.beginFault(INDEX);
    expect(['ECONNRESET', 1006]).toContain(await peer.ended);
    await vi.waitFor(() => expect(rig.target.counts().open).toBe(0));
  });
});

it('a fault that is not the target’s to carry out is refused by its number', async () => {
  const rig = await startRig();
  expect(() => rig.target.beginFault(7)).toThrow('fault 7 is not among those');
});
