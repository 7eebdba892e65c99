import fc from 'fast-check';
import { type Protocol, protocol } from '../core/protocol/specs.ts';
import type { ProtocolUse } from '../core/protocol/spec.ts';
import { type ClientView, type Codec, INBOUND, type Inbound } from './codec.ts';
import { newInbound, resetInbound } from './inbound.ts';
import { codecOf, newView } from './registry.ts';

const USE: ProtocolUse = { carrier: 'message', renewal: 'reconnect', commands: true, heartbeat: false };

/** The codec of a protocol as a scenario spells it. */
export function codecFor(spelled: unknown, use: Partial<ProtocolUse> = {}): Codec {
  const read: Protocol = protocol.parse(spelled);
  return codecOf(read, { ...USE, ...use });
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
        from = next;
      } while (from < data.length);
      return from === data.length;
    }),
    { numRuns: 2000 },
  );
  return true;
}
