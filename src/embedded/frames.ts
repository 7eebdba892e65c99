import type { WallMs } from '../core/time/instant.ts';
import type { TokenFlaw } from '../jwt/verify.ts';

/** A frame from a client. */
export type ClientFrame =
  | { readonly type: 'authenticate'; readonly token: string }
  | { readonly type: 'command'; readonly id: string; readonly client: number; readonly seq: number };

/** A frame from the gateway; `duplicate`: the command had taken effect before, and did not again. */
export type GatewayFrame =
  | { readonly type: 'authenticated'; readonly expiresAt: WallMs }
  /** the token was bad, and the connection goes on as anonymous */
  | { readonly type: 'authenticated'; readonly anonymous: true }
  | { readonly type: 'ack'; readonly id: string; readonly duplicate?: true }
  | { readonly type: 'expiring'; readonly advice: 'refresh'; readonly expiresAt: WallMs; readonly graceMs: number }
  | { readonly type: 'error'; readonly code: 'invalid-token'; readonly flaw: TokenFlaw; readonly advice: 'refresh' }
  | { readonly type: 'error'; readonly code: 'subject-changed' }
  | { readonly type: 'error'; readonly code: CommandRefusal; readonly id: string };

/** Reason why a command was not carried out. */
export type CommandRefusal = 'unauthenticated' | 'not-your-command' | 'forbidden' | 'ledger-full';

const U32 = 0xffff_ffff;

/** Reads one text frame; undefined: it is no frame of this protocol. */
export function readFrame(text: string): ClientFrame | undefined {
  const frame = parseObject(text);
  if (frame?.['type'] === 'authenticate' && typeof frame['token'] === 'string') {
    return { type: 'authenticate', token: frame['token'] };
  }
  if (frame?.['type'] === 'command' && typeof frame['id'] === 'string') return readCommand(frame['id']);
  return undefined;
}

/** Reads a command id `<client>-<seq>`, two unsigned 32-bit numbers. */
function readCommand(id: string): ClientFrame | undefined {
  const [, client, seq] = /^(\d{1,10})-(\d{1,10})$/.exec(id) ?? [];
  if (client === undefined || seq === undefined || Number(client) > U32 || Number(seq) > U32) return undefined;
  return { type: 'command', id, client: Number(client), seq: Number(seq) };
}

function parseObject(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
