import { describe, expect, it } from 'vitest';
import type { FaultTally } from '../core/fault/fault.ts';
import { AT_ONCE } from '../core/fault/planned.test.helper.ts';
import type { SessionMode } from '../core/fault/session.ts';
import { hitsOf, isDrawn } from '../core/fault/select.ts';
import { injected, type Occurrence } from '../core/fault/occurrence.ts';
import { Draws } from '../core/random/draws.ts';
import { REFRESH_TOKENS, startRig, type Peer, type Rig } from './rig.test.helper.ts';

const CLIENTS = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9];
const PER_USER = 2;
const FIRST_DEVICES = CLIENTS.filter((client) => client % PER_USER === 0);
const SIBLINGS = CLIENTS.filter((client) => client % PER_USER === 1);

let occurrences = 0;
const occurrenceOf = (mode: SessionMode, share = 1, spreadMs = 0): Occurrence =>
  injected({ ...AT_ONCE, kind: 'session', mode, share, spreadMs }, 0, occurrences++, 0);

const tally = (planned: number, hit: number, missed: FaultTally['missed'] = {}) => ({ 0: { planned, hit, missed } });
const seal = (client: number) => REFRESH_TOKENS.seal({ client, session: client, generation: 0 });

/** All devices of the drawn users; a user is drawn by its first device. */
function devicesOfDrawnUsers(occurrence: Occurrence): number[] {
  const firsts = new Set(hitsOf(new Draws(1), occurrence, CLIENTS.length, 0, PER_USER).clients);
  return CLIENTS.filter((client) => firsts.has(client - (client % PER_USER)));
}

function connectAll(rig: Rig): Promise<Peer[]> {
  return Promise.all(CLIENTS.map((client) => rig.connect(client)));
}

/** Clients whose refresh is refused because their session is over. */
async function refusedRefreshes(rig: Rig): Promise<number[]> {
  const statuses = await Promise.all(CLIENTS.map(async (client) => (await rig.refresh(seal(client))).status));
  return CLIENTS.filter((client) => statuses[client] === 400);
}

/** Clients whose command is refused as forbidden; the others get an acknowledgement. */
async function refusedCommands(peers: readonly Peer[], seq: number): Promise<number[]> {
  const answers = await Promise.all(
    peers.map(async (peer, client) => {
      peer.send({ type: 'command', id: `${client}-${seq}` });
      return peer.frame(1);
    }),
  );
  return CLIENTS.filter((client) => {
    const refused = { type: 'error', code: 'forbidden', id: `${client}-${seq}` };
    expect([refused, { type: 'ack', id: `${client}-${seq}` }]).toContainEqual(answers[client]);
    return JSON.stringify(answers[client]) === JSON.stringify(refused);
  });
}

const outOf = (peer: Peer | undefined) => peer?.ended.then((code) => [code, peer.reason]);
const REVOKED = [4403, '{"code":"session-revoked","advice":"login"}'];
const LOGGED_OUT = [4401, '{"code":"logged-out","advice":"login"}'];

describe('a session fault that ends sessions', () => {
  it("`logout` ends the device's own session, and revokes the sessions of its siblings", async () => {
    const rig = await startRig({ perUser: PER_USER });
    const peers = await connectAll(rig);
    rig.target.begin(occurrenceOf('logout'));
    for (const client of FIRST_DEVICES) expect(await outOf(peers[client])).toEqual(LOGGED_OUT);
    for (const client of SIBLINGS) expect(await outOf(peers[client])).toEqual(REVOKED);
    expect(await refusedRefreshes(rig)).toEqual(CLIENTS);
    expect(rig.target.counts().faults).toEqual(tally(5, 5));
  });

  it('`compromised` revokes the sessions of the drawn devices only', async () => {
    const rig = await startRig({ perUser: PER_USER });
    const occurrence = occurrenceOf('compromised', 0.4, 50);
    const drawn = CLIENTS.filter((client) => isDrawn(new Draws(1), occurrence, client, CLIENTS.length));
    const peers = await connectAll(rig);
    rig.target.begin(occurrence);
    for (const client of drawn) expect(await outOf(peers[client])).toEqual(REVOKED);
    expect(await refusedRefreshes(rig)).toEqual(drawn);
    expect(rig.target.counts()).toMatchObject({ open: 10 - drawn.length, faults: tally(drawn.length, drawn.length) });
  });

  it('`disabled` revokes every session of the drawn users, whose tokens open no other', async () => {
    const rig = await startRig({ perUser: PER_USER });
    const occurrence = occurrenceOf('disabled', 0.5);
    const drawn = devicesOfDrawnUsers(occurrence);
    const peers = await connectAll(rig);
    rig.target.begin(occurrence);
    for (const client of drawn) expect(await outOf(peers[client])).toEqual(REVOKED);
    const again = rig.dial({ headers: { authorization: `Bearer ${await rig.token(drawn[0]!)}` } });
    expect(await again.ended).toBe(403);
    expect(again.response?.body).toContain('"advice":"login"');
    expect(await refusedRefreshes(rig)).toEqual(drawn);
    expect(rig.target.counts().faults).toEqual(tally(drawn.length, drawn.length));
  });

  it('misses clients whose session was over already', async () => {
    const rig = await startRig({ perUser: PER_USER });
    rig.target.begin(occurrenceOf('logout'));
    rig.target.begin(occurrenceOf('compromised'));
    expect(rig.target.counts().faults).toEqual(tally(15, 5, { 'over-already': 10 }));
  });

  it('misses clients whose turn had not come when the run ended', async () => {
    const rig = await startRig();
    rig.target.begin(occurrenceOf('compromised', 1, 3_600_000));
    rig.target.stop();
    expect(rig.target.counts().faults).toEqual(tally(10, 0, { 'run-over': 10 }));
  });
});

describe('a session fault that takes a right away', () => {
  it.each<SessionMode>(['role-removed', 'tenant-removed'])(
    '`%s` keeps the connection open, refuses its commands, and changes new tokens',
    async (mode) => {
      const rig = await startRig({ perUser: PER_USER });
      const occurrence = occurrenceOf(mode, 0.5);
      const drawn = devicesOfDrawnUsers(occurrence);
      const peers = await connectAll(rig);
      rig.target.begin(occurrence);
      expect(await refusedCommands(peers, 1)).toEqual(drawn);
      const refreshed = await Promise.all(
        CLIENTS.map(async (client) => {
          const { access_token } = (await (await rig.refresh(seal(client))).json()) as { access_token: string };
          const peer = rig.dial({ headers: { authorization: `Bearer ${access_token}` } });
          await peer.opened();
          return peer;
        }),
      );
      expect(await refusedCommands(refreshed, 2)).toEqual(drawn);
      expect(rig.target.counts()).toMatchObject({
        open: 20,
        downgraded: drawn.length,
        unauthorized: { forbidden: 0 },
        faults: tally(drawn.length, drawn.length),
      });
    },
  );

  it('misses clients that have lost the right already or have no session', async () => {
    const rig = await startRig();
    rig.target.begin(occurrenceOf('role-removed'));
    rig.target.begin(occurrenceOf('role-removed'));
    rig.target.begin(occurrenceOf('disabled'));
    rig.target.begin(occurrenceOf('tenant-removed'));
    expect(rig.target.counts().faults).toEqual(tally(40, 20, { 'over-already': 20 }));
  });
});

it('a target that replaces one that died repeats the losses, and counts none twice', async () => {
  const rig = await startRig();
  rig.target.begin(occurrenceOf('compromised', 1, 1000), 60_000, false);
  expect(await refusedRefreshes(rig)).toEqual(CLIENTS);
  expect(rig.target.counts().faults).toEqual({});
});
