import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { openChannel, type Channel } from './channel.ts';
import { Sealer } from './seal.ts';

interface Numbered {
  readonly type: 'numbered';
  readonly n: number;
}

const sealer = new Sealer(Buffer.alloc(32, 1));

/** A Redis that loses, doubles, delays and reorders what passes through it, as a list of numbers decides. */
class BadTransport {
  readonly #fate: () => number;
  readonly #hears = new Map<string, Set<(payload: Buffer) => void>>();
  readonly #ups = new Set<() => void>();
  isDown = false;
  answeredMs = 0;
  bytes = 0;
  frames = 0;

  constructor(fates: readonly number[] = []) {
    let next = 0;
    this.#fate = () => fates[next++] ?? 0;
  }

  append(stream: string, payload: Buffer): Promise<void> {
    if (this.isDown) return Promise.reject(new Error('Redis is away'));
    this.bytes += payload.length;
    this.frames++;
    const fate = this.#fate();
    const deliver = (afterMs: number): void =>
      void setTimeout(() => {
        for (const hear of this.#hears.get(stream) ?? []) hear(payload);
      }, afterMs);
    if (fate === 1) return Promise.reject(new Error('lost on the way'));
    if (fate !== 2) deliver(fate >= 4 ? fate * 400 : 1);
    if (fate === 3) deliver(700);
    return Promise.resolve();
  }

  follow(stream: string, hear: (payload: Buffer) => void): () => void {
    const hears = this.#hears.get(stream) ?? new Set();
    this.#hears.set(stream, hears.add(hear));
    return () => hears.delete(hear);
  }

  on(_: 'up', hear: () => void): () => void {
    this.#ups.add(hear);
    return () => this.#ups.delete(hear);
  }

  comeBack(): void {
    this.isDown = false;
    for (const hear of this.#ups) hear();
  }

  side(out: string, from: string, about = 'run 0 1', by = sealer): Channel<Numbered, Numbered> {
    return openChannel({ link: this, reader: this, sealer: by, out, in: from, about, ttlMs: 1000 });
  }

  async pass(ms: number): Promise<void> {
    for (let passed = 0; passed < ms; passed += 100) {
      if (!this.isDown) this.answeredMs += 100;
      await vi.advanceTimersByTimeAsync(100);
    }
  }
}

/** Runs a test whose timers are its own. */
async function withTimers(run: () => Promise<void>): Promise<void> {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval'] });
  try {
    await run();
  } finally {
    vi.clearAllTimers();
    vi.useRealTimers();
  }
}

const upTo = (count: number): number[] => Array.from({ length: count }, (_, n) => n);
const numbered = (n: number): Numbered => ({ type: 'numbered', n });

describe('a channel', () => {
  it('delivers every message once and in order through a transport that loses, doubles, delays and reorders', async () => {
    const plan = fc.record({
      fates: fc.array(fc.integer({ min: 0, max: 8 }), { maxLength: 60 }),
      sends: fc.array(fc.record({ waitMs: fc.nat(1500), here: fc.nat(3), there: fc.nat(3), isDown: fc.boolean() }), {
        maxLength: 12,
      }),
    });
    await fc.assert(
      fc.asyncProperty(plan, ({ fates, sends }) =>
        withTimers(async () => {
          const transport = new BadTransport(fates);
          const [a, b] = [transport.side('to', 'from'), transport.side('from', 'to')];
          const got: { a: number[]; b: number[] } = { a: [], b: [] };
          a.receive(({ n }) => got.a.push(n));
          b.receive(({ n }) => got.b.push(n));
          const sent = { a: 0, b: 0 };
          for (const { waitMs, here, there, isDown } of sends) {
            if (isDown) transport.isDown = true;
            for (let n = 0; n < here; n++) a.send(numbered(sent.a++));
            for (let n = 0; n < there; n++) b.send(numbered(sent.b++));
            await transport.pass(waitMs);
            if (isDown) transport.comeBack();
          }
          // After the 60 bad fates at most, one resend each 8 s at the latest.
          await transport.pass(100_000);
          expect(got).toEqual({ a: upTo(sent.b), b: upTo(sent.a) });
          expect([await a.flushed(0), await b.flushed(0)]).toEqual([true, true]);
          a.close();
          b.close();
        }),
      ),
      { numRuns: 60 },
    );
  });

  it('sends a message once where nothing is lost, and one beat a second', () =>
    withTimers(async () => {
      const transport = new BadTransport();
      const [a, b] = [transport.side('to', 'from'), transport.side('from', 'to')];
      await transport.pass(10_000);
      const beats = transport.frames;
      expect(beats).toBeGreaterThanOrEqual(20);
      expect(beats).toBeLessThanOrEqual(24);
      const { bytes } = transport;
      a.send({ type: 'numbered', n: 1 });
      await transport.pass(10_000);
      expect(transport.frames - beats).toBeLessThanOrEqual(23);
      // 20 beats of 71 bytes, and the message.
      expect(transport.bytes - bytes).toBeLessThan(1640);
      expect([a.silentMs <= 1100, b.silentMs <= 1100]).toEqual([true, true]);
    }));

  it('keeps what was sent as it was then, and hands it on when somebody hears', () =>
    withTimers(async () => {
      const transport = new BadTransport();
      const [a, b] = [transport.side('to', 'from'), transport.side('from', 'to')];
      const message = { type: 'numbered' as const, n: 1 };
      a.send(message);
      message.n = 2;
      await transport.pass(1000);
      const got: number[] = [];
      b.receive(({ n }) => got.push(n));
      a.send(message);
      expect(await Promise.race([a.flushed(5000), transport.pass(500).then(() => null)])).toBe(true);
      expect(got).toEqual([1, 2]);
    }));

  it('counts silence only while Redis answers', () =>
    withTimers(async () => {
      const transport = new BadTransport();
      const [a, b] = [transport.side('to', 'from'), transport.side('from', 'to')];
      await transport.pass(3000);
      b.close();
      await transport.pass(3000);
      const silent = a.silentMs;
      expect(silent).toBeGreaterThanOrEqual(2000);
      transport.isDown = true;
      await transport.pass(20_000);
      expect(a.silentMs).toBe(silent);
      transport.comeBack();
      await transport.pass(2000);
      expect(a.silentMs).toBe(silent + 2000);
    }));

  it('ignores frames of another key, of another epoch, of its own direction, and rubbish; an old frame is no sign of life', () =>
    withTimers(async () => {
      const transport = new BadTransport();
      const b = transport.side('from', 'to');
      let kept: Buffer | null = null;
      const append = transport.append.bind(transport);
      transport.append = (stream, payload) => {
        if (stream === 'to') kept ??= payload;
        return append(stream, payload);
      };
      const got: number[] = [];
      b.receive(({ n }) => got.push(n));
      const wrong = [
        transport.side('to', 'x1', 'run 0 2'),
        transport.side('to', 'x2', 'run 0 1', new Sealer(Buffer.alloc(32, 2))),
      ];
      for (const channel of wrong) channel.send(numbered(1));
      await transport.pass(50);
      for (const channel of wrong) channel.close();
      await transport.append('to', Buffer.from('rubbish'));
      await transport.pass(3000);
      expect([got, b.ignored >= 3, b.silentMs >= 3000]).toEqual([[], true, true]);
      kept = null;
      const right = transport.side('to', 'x3');
      right.send(numbered(7));
      await transport.pass(500);
      right.close();
      expect([got, b.silentMs < 1000]).toEqual([[7], true]);
      await transport.pass(5000);
      await transport.append('to', kept ?? Buffer.alloc(0));
      await transport.pass(100);
      expect([got, b.silentMs >= 5000]).toEqual([[7], true]);
    }));

  it('has one holder of each end: the second is not heard, and fails before it hears a message for the first', () =>
    withTimers(async () => {
      const transport = new BadTransport();
      const coordinator = transport.side('to', 'from');
      const [holder, twin] = [transport.side('from', 'to'), transport.side('from', 'to')];
      const got: { coordinator: number[]; holder: number[]; twin: number[] } = {
        coordinator: [],
        holder: [],
        twin: [],
      };
      coordinator.receive(({ n }) => got.coordinator.push(n));
      holder.receive(({ n }) => got.holder.push(n));
      twin.receive(({ n }) => got.twin.push(n));
      const why: string[] = [];
      twin.onFailure(({ message }) => why.push(message));
      for (const n of [1, 2]) holder.send(numbered(n));
      await transport.pass(100);
      for (const n of [3, 4, 5]) twin.send(numbered(n));
      coordinator.send(numbered(6));
      await transport.pass(5000);
      expect([got, why]).toEqual([{ coordinator: [1, 2], holder: [6], twin: [] }, ['another worker holds this shard']]);
      expect([coordinator.ignored > 0, coordinator.silentMs <= 1100]).toEqual([true, true]);
    }));

  it('fails with a clear error when the other side acknowledges nothing for too long, instead of filling memory', () =>
    withTimers(async () => {
      const transport = new BadTransport();
      transport.isDown = true;
      const a = openChannel<{ readonly type: 'bytes'; readonly bytes: Uint8Array }, Numbered>({
        link: transport,
        reader: transport,
        sealer,
        out: 'to',
        in: 'from',
        about: '',
        ttlMs: 1000,
        unackedMaxBytes: 1 << 20,
      });
      const errors: string[] = [];
      a.onFailure(({ message }) => errors.push(message));
      const bytes = crypto.getRandomValues(new Uint8Array(65_536));
      for (let n = 0; n < 20; n++) a.send({ type: 'bytes', bytes });
      expect(errors).toHaveLength(1);
      expect(errors[0]).toMatch(/^the other side has not acknowledged 98\d{4} bytes: the channel is full$/);
      await transport.pass(1000);
      expect(transport.frames).toBe(0);
    }));
});
