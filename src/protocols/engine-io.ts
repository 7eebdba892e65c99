/** Engine.IO 4: the packets that carry Socket.IO. A WebSocket message is one packet, whose first character is its type. */
import { isMapping } from '../core/codec/object.ts';
import { parseJson } from './parse-json.ts';

/** First bytes of packets. */
export const PACKET = { open: 0x30, close: 0x31, ping: 0x32, message: 0x34, noop: 0x36 } as const;

export const PONG = '3';
/** Longest silence that a server may ask for, ms. */
const MAX_SILENCE_MS = 86_400_000;

/** What a server says of a new session. */
export interface Session {
  readonly id: string;
  /** silence after which a client gives the server up, ms; 0: not announced */
  readonly silenceMs: number;
}

/** Reads an open packet; null: it is none. */
export function readOpen(packet: Buffer): Session | null {
  const said = packet[0] === PACKET.open ? parseJson(packet, 1) : null;
  if (!isMapping(said)) return null;
  const { sid, pingInterval, pingTimeout } = said;
  if (typeof sid !== 'string') return null;
  const silenceMs = Number(pingInterval) + Number(pingTimeout);
  return { id: sid, silenceMs: silenceMs > 0 ? Math.min(silenceMs, MAX_SILENCE_MS) : 0 };
}

/** Path of a server that is not elsewhere. */
const USUAL_PATH = '/socket.io/';
const ENGINES = /^(?:EIO|transport|sid)=/;

/**
 * Adds to a path and query what Engine.IO needs and they lack.
 *
 * @param session id of the session that goes on; empty: a new one
 */
export function enginePath(path: string, transport: 'websocket' | 'polling', session = ''): string {
  const mark = path.indexOf('?');
  const pathname = mark === -1 ? path : path.slice(0, mark);
  const query = (mark === -1 ? '' : path.slice(mark + 1))
    .split('&')
    .filter((part) => part !== '' && !ENGINES.test(part));
  const all = ['EIO=4', `transport=${transport}`, ...query];
  if (session !== '') all.push(`sid=${encodeURIComponent(session)}`);
  return `${pathname === '/' || pathname === '' ? USUAL_PATH : pathname}?${all.join('&')}`;
}
