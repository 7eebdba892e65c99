import { describe, expect, it, vi } from 'vitest';
import type { DropFault } from '../core/fault/drop.ts';
import type { Fault } from '../core/fault/fault.ts';
import { AT_ONCE } from '../core/fault/planned.test.helper.ts';
import type { RefreshFault } from '../core/fault/refresh.ts';
import { isDrawn } from '../core/fault/select.ts';
import { injected, type Occurrence } from '../core/fault/occurrence.ts';
import { Draws } from '../core/random/draws.ts';
import { REFRESH_TOKENS, startRig } from './rig.test.helper.ts';

const CLIENTS = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9];
/** index of the fault in the run; its tally stands there */
const FAULT = 4;
/** index of the occurrence, by which it is ended */
const INDEX = 7;
const seal = (client: number) => REFRESH_TOKENS.seal({ client, session: client, generation: 0 });

const occurrenceOf = (fault: Fault): Occurrence => injected(fault, FAULT, INDEX, 0);
const refreshOccurrence = (mode: RefreshFault['mode'], share = 1): Occurrence =>
  occurrenceOf({ ...AT_ONCE, kind: 'refresh', forMs: 1000, share, mode });
const dropOccurrence = (mode: DropFault['mode'], share = 1, spreadMs = 0): Occurrence =>
  occurrenceOf({ ...AT_ONCE, kind: 'drop', spreadMs, share, mode });

const drawnBy = (occurrence: Occurrence) =>
  CLIENTS.filter((client) => isDrawn(new Draws(1), occurrence, client, CLIENTS.length));
const all = (n: number) => ({ [FAULT]: { planned: n, hit: n, missed: {} } });

describe('a fault of the token endpoint', () => {
  it('answers with its status while it lasts, without rotating the session', async () => {
    const rig = await startRig();
    const occurrence = refreshOccurrence({ kind: 'status', status: 503, retryAfter: null });
    rig.target.begin(occurrence);
    expect((await rig.refresh(seal(1))).status).toBe(503);
    expect((await rig.refresh(seal(1))).status).toBe(503);
    rig.target.end(INDEX);
    const response = await rig.refresh(seal(1));
    expect(response.status).toBe(200);
    const { refresh_token } = (await response.json()) as { refresh_token: string };
    expect(REFRESH_TOKENS.open(refresh_token)?.generation).toBe(1);
    expect(rig.target.counts()).toMatchObject({ refreshes: 1, faults: all(2) });
  });

  it('hits the drawn clients and no others', async () => {
    const rig = await startRig();
    const occurrence = refreshOccurrence({ kind: 'status', status: 500, retryAfter: null }, 0.5);
    rig.target.begin(occurrence);
    const statuses = await Promise.all(CLIENTS.map(async (client) => (await rig.refresh(seal(client))).status));
    expect(CLIENTS.filter((client) => statuses[client] === 500)).toEqual(drawnBy(occurrence));
    expect(rig.target.counts().faults).toEqual(all(drawnBy(occurrence).length));
  });

  it('`refuse` resets the connection of each request', async () => {
    const rig = await startRig();
    const occurrence = refreshOccurrence({ kind: 'refuse' });
    rig.target.begin(occurrence);
    await expect(rig.refresh(seal(1))).rejects.toMatchObject({ cause: { code: 'ECONNRESET' } });
    expect(rig.target.counts().faults).toEqual(all(1));
  });

  it('`hang` never answers, and resets the requests when it ends', async () => {
    const rig = await startRig();
    const occurrence = refreshOccurrence({ kind: 'hang' });
    rig.target.begin(occurrence);
    const outcome = rig.refresh(seal(1)).then(
      () => 'answered',
      () => 'hung up on',
    );
    await vi.waitFor(() => expect(rig.target.counts().faults).toEqual(all(1)), 20_000);
    rig.target.end(INDEX);
    expect(await outcome).toBe('hung up on');
    expect((await rig.refresh(seal(1))).status).toBe(200);
  });
});

describe('a drop fault', () => {
  it('closes every ready connection with its code and reason, and counts absent clients as missed', async () => {
    const rig = await startRig();
    const occurrence = dropOccurrence({ kind: 'close', code: 1012, reason: 'deploy' });
    const peers = await Promise.all([1, 2, 3].map((client) => rig.connect(client)));
    rig.target.begin(occurrence);
    expect(await Promise.all(peers.map((peer) => peer.ended))).toEqual([1012, 1012, 1012]);
    expect(peers.map(({ reason }) => reason)).toEqual(['deploy', 'deploy', 'deploy']);
    expect(rig.target.counts().faults).toEqual({
      [FAULT]: { planned: 10, hit: 3, missed: { 'not-connected': 7 } },
    });
  });

  it('spreads its hits over the drawn clients, and hits no others', async () => {
    const rig = await startRig();
    const occurrence = dropOccurrence({ kind: 'close', code: 4000, reason: '' }, 0.5, 100);
    const peers = await Promise.all(CLIENTS.map((client) => rig.connect(client)));
    rig.target.begin(occurrence);
    await Promise.all(peers.filter((_, client) => drawnBy(occurrence).includes(client)).map((peer) => peer.ended));
    const open = CLIENTS.filter((client) => peers[client]?.socket.readyState === 1);
    expect(open).toEqual(CLIENTS.filter((client) => !drawnBy(occurrence).includes(client)));
    expect(rig.target.counts().faults).toEqual(all(drawnBy(occurrence).length));
  });

  it('`reset` ends the connection without a close frame', async () => {
    const rig = await startRig();
    const occurrence = dropOccurrence({ kind: 'reset' });
    const peer = await rig.connect(1);
    rig.target.begin(occurrence);
    expect(['ECONNRESET', 1006]).toContain(await peer.ended);
    await vi.waitFor(() => expect(rig.target.counts().open).toBe(0), 20_000);
  });
});
