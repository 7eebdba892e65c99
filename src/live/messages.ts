import type { Advice } from '../core/policy/advice.ts';
import { adviceOf } from '../core/policy/parse-advice.ts';
import type { FrameMatch, MessageFormat } from '../scenario/scenario.ts';
import { fillTemplate } from '../scenario/template.ts';

/** A frame of the gateway as a client understands it. */
export type InboundFrame =
  | { readonly kind: 'authenticated' | 'auth-refused' | 'other' }
  | { readonly kind: 'expiring'; readonly advice: Advice }
  | { readonly kind: 'ack' | 'refused'; readonly seq: number };

const OTHER: InboundFrame = { kind: 'other' };
const AUTHENTICATED: InboundFrame = { kind: 'authenticated' };
const AUTH_REFUSED: InboundFrame = { kind: 'auth-refused' };

/** Most bytes of a frame that is parsed, since the frames that squall expects are short. */
const MAX_INSPECTED_BYTES = 65_536;

/** Writes and reads the frames of the target's protocol, as the scenario describes it. */
export class Messages {
  readonly #format: MessageFormat;

  constructor(format: MessageFormat) {
    this.#format = format;
  }

  authenticate(token: string): string {
    return fillTemplate(this.#format.authenticate, { token });
  }

  /** Makes a command of client `number` of the whole population. */
  command(number: number, seq: number): string {
    return fillTemplate(this.#format.command, { id: `${number}-${seq}`, client: String(number), seq: String(seq) });
  }

  decode(data: Buffer, number: number): InboundFrame {
    if (data.length > MAX_INSPECTED_BYTES) return OTHER;
    const frame = parse(data);
    if (frame === null) return OTHER;
    const format = this.#format;
    if (matches(frame, format.ack)) return ofCommand('ack', at(frame, format.ackId), number);
    if (matches(frame, format.authenticated)) return AUTHENTICATED;
    if (matches(frame, format.authRefused)) return AUTH_REFUSED;
    if (matches(frame, format.refused)) return ofCommand('refused', at(frame, format.ackId), number);
    if (matches(frame, format.expiring))
      return { kind: 'expiring', advice: adviceOf(at(frame, 'advice')) ?? 'refresh' };
    return OTHER;
  }
}

/** Interprets an answer to a command; one to another client or with a foreign id is ignored. */
function ofCommand(kind: 'ack' | 'refused', id: unknown, number: number): InboundFrame {
  if (typeof id !== 'string') return OTHER;
  const [, client, seq] = /^(\d{1,10})-(\d{1,10})$/.exec(id) ?? [];
  return Number(client) === number ? { kind, seq: Number(seq) } : OTHER;
}

function parse(data: Buffer): object | null {
  try {
    const value: unknown = JSON.parse(data.toString());
    return typeof value === 'object' ? value : null;
  } catch {
    return null;
  }
}

function matches(frame: object, match: FrameMatch): boolean {
  let any = false;
  for (const path in match) {
    if (at(frame, path) !== match[path]) return false;
    any = true;
  }
  return any;
}

/** Returns the value at a dotted path; undefined: there is none. */
function at(frame: object, path: string): unknown {
  let value: unknown = frame;
  for (const key of path.split('.')) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
    value = Reflect.get(value, key);
  }
  return value;
}
