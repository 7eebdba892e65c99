import fc from 'fast-check';
import { expect } from 'vitest';
import { type Protocol, protocol } from '../core/protocol/specs.ts';
import type { ProtocolUse } from '../core/protocol/spec.ts';
import { type ClientView, type Codec, INBOUND, type Inbound } from './codec.ts';
import { newInbound, resetInbound } from './inbound.ts';
import { codecMakers, newView } from './registry.ts';

const USE: ProtocolUse = { carrier: 'message', renewal: 'reconnect', commands: true, heartbeat: false };

const MAKERS = await codecMakers();

/** The codec of a protocol as a scenario spells it. */
export function codecFor(spelled: unknown, use: Partial<ProtocolUse> = {}): Codec {
  const read: Protocol = protocol.parse(spelled);
  return MAKERS.get(read.kind)!(read, { ...USE, ...use });
}

const NAMES = new Map<number, string>(Object.entries(INBOUND).map(([name, kind]) => [kind, name]));

/** Every message of a frame, each with its kind's name and the fields that are set. */
export function decoded(
  codec: Codec,
  frame: string | Buffer,
  view: ClientView = { ...newView(7), presented: true },
): readonly object[] {
  const data = typeof frame === 'string' ? Buffer.from(frame) : frame;
  const into = newInbound();
  const messages: object[] = [];
  let from = 0;
  do {
    resetInbound(into);
    from = codec.decode(data, typeof frame !== 'string', view, into, from);
    messages.push(setFields(into));
  } while (from < data.length);
  return messages;
}

function setFields(inbound: Inbound): object {
  const empty = newInbound();
  const set = Object.entries(inbound).filter(([key, value]) => key !== 'kind' && value !== Reflect.get(empty, key));
  return { kind: NAMES.get(inbound.kind), ...Object.fromEntries(set) };
}

/** Whether `decode` neither throws nor stands still, for any bytes, cut and changed frames. */
export function survivesAnything(codec: Codec, frames: readonly string[]): boolean {
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 200 }).map((array) => Buffer.from(array)),
    fc
      .tuple(fc.constantFrom(...frames), fc.nat(200), fc.string({ maxLength: 9 }))
      .map(([frame, at, put]) => Buffer.from(frame.slice(0, at) + put + frame.slice(at + 1))),
    fc.tuple(fc.constantFrom(...frames), fc.nat(200)).map(([frame, length]) => Buffer.from(frame.slice(0, length))),
  );
  fc.assert(
    fc.property(bytes, fc.boolean(), fc.nat(5), (data, isBinary, step) => {
      const view = { ...newView(7), step };
      const into = newInbound();
      let from = 0;
      do {
        resetInbound(into);
        const next = codec.decode(data, isBinary, view, into, from);
        if (data.length > 0 && next <= from) return false;
        if (!Number.isSafeInteger(into.seq) || !(into.silenceMs >= 0 && into.silenceMs <= 90_000_000)) return false;
        if (into.pingEveryMs !== 0 && !(into.pingEveryMs >= 1000 && into.pingEveryMs <= 90_000_000)) return false;
        from = next;
      } while (from < data.length);
      return from === data.length;
    }),
    { numRuns: 2000 },
  );
  return true;
}

/**
 * Whether a stream of messages means the same wherever its frames end, and changed or cut ones are survived. Frames that
 * do not end where messages do are `known`.
 */
export function survivesAnyCut(codec: Codec, messages: readonly Buffer[]): boolean {
  const stream = fc
    .array(fc.constantFrom(...messages), { minLength: 1, maxLength: 6 })
    .map((all) => Buffer.concat(all));
  const cuts = fc.array(fc.nat(400), { maxLength: 12 });
  fc.assert(
    fc.property(stream, cuts, fc.nat(3), (data, places, step) => {
      const viewOf = (): ClientView => ({ ...newView(7), step });
      expect(consequences(codec, pieces(data, places), viewOf())).toEqual(consequences(codec, [data], viewOf()));
    }),
    { numRuns: 300 },
  );
  fc.assert(
    fc.property(
      stream,
      cuts,
      fc.array(fc.tuple(fc.nat(400), fc.nat(255)), { maxLength: 5 }),
      (data, places, changes) => {
        for (const [at, byte] of changes) data[at % data.length] = byte;
        const view = newView(7);
        consequences(codec, pieces(data, places), view);
        return view.rest === null || view.rest.length <= data.length;
      },
    ),
    { numRuns: 1000 },
  );
  return true;
}

function pieces(data: Buffer, places: readonly number[]): readonly Buffer[] {
  const cuts = [...new Set(places.map((place) => place % data.length))].toSorted((a, b) => a - b);
  return [...cuts, data.length]
    .map((to, index) => data.subarray(cuts[index - 1] ?? 0, to))
    .filter(({ length }) => length > 0);
}

/** What has consequences, up to an end, after which nothing is read. */
function consequences(codec: Codec, frames: readonly Buffer[], view: ClientView): readonly object[] {
  const all: object[] = [];
  for (const frame of frames) {
    for (const message of decoded(codec, frame, view)) {
      const kind: unknown = Reflect.get(message, 'kind');
      if (kind !== 'known' || 'reply' in message) all.push(message);
      if (kind === 'closing') return all;
    }
  }
  return all;
}
