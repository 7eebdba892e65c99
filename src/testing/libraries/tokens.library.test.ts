import { describe, expect, test } from 'vitest';
import { LIBRARIES } from '../../core/policy/libraries/index.ts';
import { TRIGGERS } from '../../scenario/schema/library.ts';
import { UPTIME_MS } from './driver.ts';
import { DRIVERS } from './drivers.ts';
import { text } from './fake-transports.ts';
import type { FakeSocket } from './fake-socket.ts';
import { squallAfterRefusal, squallDelaysAt } from './squall-clients.ts';
import { Negotiation, presented, TOKEN_DRIVERS } from './token-drivers.ts';
import { seeded, settle, World } from './world.ts';

const URL = 'ws://localhost:1/socket';

/** Attempts after which a library that has not asked for a token does not ask. */
const MOST_ATTEMPTS = 60;

/** Answers by which a server says that a token has expired. */
const EXPIRED: Readonly<Record<string, (socket: FakeSocket) => void>> = {
  centrifuge: (socket) => {
    const { id } = JSON.parse(text(socket.sent[0])) as { readonly id: number };
    socket.json({ id, error: { code: 109, message: 'token expired' } });
  },
};

/** A client of a real library, whose application gives it `token-1`, `token-2` and so on. */
class Client {
  readonly name: string;
  readonly world: World;
  /** tokens that the library has asked for */
  asked = 0;

  constructor(name: string, draw: () => number) {
    this.name = name;
    this.world = new World(draw);
    const started = TOKEN_DRIVERS[name]!(URL, () => `token-${++this.asked}`);
    if (started instanceof Promise) started.catch(() => {});
  }

  /** Makes the client ready. @returns the number of the token that it presented; null: it does not connect */
  async ready(): Promise<number | null> {
    const socket = await this.world.dialled();
    if (socket === null) return null;
    socket.open();
    await settle();
    await this.world.pass(1);
    await DRIVERS[this.name]!.greet?.(socket, this.world);
    await this.world.pass(1);
    await (DRIVERS[this.name]!.stand?.(socket, this.world) ?? this.world.pass(UPTIME_MS));
    const token = presented(socket);
    socket.end(1006);
    await settle();
    return token;
  }

  /** Fails an attempt. @returns whether there was one */
  async fails(): Promise<boolean> {
    const socket = await this.world.dialled();
    if (socket === null) return false;
    socket.fail();
    await settle();
    return true;
  }

  /** Whether the client asks for a token within many attempts that fail. */
  async asksInTime(): Promise<boolean> {
    const before = this.asked;
    for (let attempt = 0; attempt < MOST_ATTEMPTS && this.asked === before; attempt++) await this.fails();
    return this.asked > before;
  }

  /** Whether the client presents another token after the server has said that the last one expired. */
  async asksAfterExpiry(): Promise<boolean> {
    const expired = EXPIRED[this.name];
    const socket = await this.world.dialled();
    if (expired === undefined || socket === null) return false;
    const before = this.asked;
    socket.open();
    await settle();
    expired(socket);
    await settle();
    socket.end(1000);
    await this.ready();
    return this.asked > before;
  }
}

/** How a real library gets its tokens, as `Library.token` says it. */
async function tokensOf(name: string): Promise<string> {
  const client = new Client(name, seeded(0));
  try {
    const first = await client.ready();
    const second = await client.ready();
    const isNewer = first !== null && second !== null && second > first;
    await client.fails();
    const before = client.asked;
    const isBack = (await client.ready()) !== null;
    const asksEach = client.asked > before || !isBack;
    if (isNewer) return asksEach ? 'attempt' : 'series';
    if (await client.asksInTime()) return 'series';
    return (await client.asksAfterExpiry()) ? 'kept' : 'fixed';
  } finally {
    client.world.end();
  }
}

const names = Object.keys(TOKEN_DRIVERS);

describe('tokens', () => {
  test('are followed in each library that says how it gets them', () => {
    const said = Object.keys(LIBRARIES).filter((name) => LIBRARIES[name]!.token !== undefined);
    expect(names.toSorted()).toEqual(said.toSorted());
  });

  test.each(names)('of %s are presented anew, or again, as squall has it', async (name) => {
    expect(await tokensOf(name)).toBe(LIBRARIES[name]!.token);
  });
});

describe('an attempt that is refused with HTTP 401', () => {
  // A message of its protocol makes a library renew a token that it keeps; a series of attempts has one token.
  const compared = names.filter((name) => ['attempt', 'fixed'].includes(LIBRARIES[name]!.token ?? ''));

  test.each(compared)('is followed by the same delay and the same question in %s and in squall', async (name) => {
    const { policy, token } = LIBRARIES[name]!;
    const u = 0.4373;
    const { draws, squallDraws } = DRIVERS[name]!;
    const client = new Client(name, draws?.(u) ?? (() => u));
    try {
      await client.ready();
      await client.fails();
      const before = client.asked;
      const from = performance.now();
      const isBack = (await client.world.dialled()) !== null;
      const delayMs = performance.now() - from;
      const asks = isBack ? (token === 'attempt' ? 'requestToken' : 'dial') : null;
      const steps = (squallDraws?.(u) ?? [{ u }]).map((own) =>
        squallAfterRefusal(policy, TRIGGERS[token!], own.u, UPTIME_MS),
      );
      expect(steps.map((step) => step.asks)).toContain(asks);
      expect(token === 'fixed' && client.asked > before).toBe(false);
      expect(Math.min(...steps.map((step) => (isBack ? Math.abs(step.delayMs - delayMs) : 0)))).toBeLessThanOrEqual(1);
    } finally {
      client.world.end();
    }
  });

  test('is one of centrifuge where a reply has the code 109, and the next attempt has another token', async () => {
    const u = 0.4373;
    const client = new Client('centrifuge', () => u);
    try {
      await client.ready();
      const socket = (await client.world.dialled())!;
      socket.open();
      await settle();
      EXPIRED['centrifuge']!(socket);
      await settle();
      socket.end(1000);
      const [before, from] = [client.asked, performance.now()];
      expect(await client.world.dialled()).not.toBe(null);
      const delayMs = performance.now() - from;
      const [, second] = squallDelaysAt(LIBRARIES['centrifuge']!.policy, u, 2, UPTIME_MS);
      expect([client.asked - before, Math.floor(delayMs)]).toEqual([1, second]);
    } finally {
      client.world.end();
    }
  });

  test('is one of signalr where its negotiation is refused, and the next negotiation has another token', async () => {
    const client = new Client('signalr', seeded(0));
    try {
      await client.ready();
      Negotiation.refusals = 2;
      const before = client.asked;
      const from = performance.now();
      expect(await client.ready()).toBeGreaterThan(before + 2);
      // 0, 2000 and 10000 ms
      expect(Math.round(performance.now() - from - UPTIME_MS)).toBeCloseTo(12_000, -2);
    } finally {
      Negotiation.refusals = 0;
      client.world.end();
    }
  });
});
