/** Engine.IO 4: the packets that carry Socket.IO. A WebSocket message is one packet, whose first character is its type. */
import { isMapping } from '../core/codec/object.ts';
import { parseJson } from './parse-json.ts';

/** First bytes of packets. */
export const PACKET = { open: 0x30, close: 0x31, ping: 0x32, message: 0x34, noop: 0x36 } as const;

export const PONG = '3';
/** Longest silence that a server may ask for, ms. */
const MAX_SILENCE_MS = 86_400_000;

/**
 * Reads an open packet.
 *
 * @returns silence after which a client gives the server up, ms; 0: not announced; NaN: it is no open packet
 */
export function readOpen(packet: Buffer): number {
  const said = parseJson(packet, 1);
  if (!isMapping(said)) return NaN;
  const { sid, pingInterval, pingTimeout } = said;
  if (typeof sid !== 'string') return NaN;
  const silenceMs = Number(pingInterval) + Number(pingTimeout);
  return silenceMs > 0 ? Math.min(silenceMs, MAX_SILENCE_MS) : 0;
}

/** Path of a server that is not elsewhere. */
const USUAL_PATH = '/socket.io/';

/** Adds to a path and query what Engine.IO needs and they lack. */
export function enginePath(path: string): string {
  const mark = path.indexOf('?');
  const pathname = mark === -1 ? path : path.slice(0, mark);
  const query = (mark === -1 ? '' : path.slice(mark + 1)).split('&').filter((part) => part !== '' && !isEngines(part));
  const all = ['EIO=4', 'transport=websocket', ...query];
  return `${pathname === '/' || pathname === '' ? USUAL_PATH : pathname}?${all.join('&')}`;
}

function isEngines(part: string): boolean {
  return part.startsWith('EIO=') || part.startsWith('transport=');
}
