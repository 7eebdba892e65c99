import { hash, randomFillSync } from 'node:crypto';
import { CLIENT_HEADER } from '../../embedded/protocol.ts';
import type { Dial } from '../network/endpoint.ts';
import { personalLines, type UpgradeForm } from './upgrade-form.ts';

const ACCEPT_GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';

/** Bytes of a key; random bytes are drawn for 256 keys at a time, to save system calls. */
const KEY_BYTES = 16;
const keyPool = Buffer.alloc(256 * KEY_BYTES);
let keyPoolUsed = keyPool.length;

/** Makes a fresh Sec-WebSocket-Key: 16 random bytes in base64. */
export function freshKey(): string {
  if (keyPoolUsed === keyPool.length) {
    randomFillSync(keyPool);
    keyPoolUsed = 0;
  }
  keyPoolUsed += KEY_BYTES;
  return keyPool.toString('base64', keyPoolUsed - KEY_BYTES, keyPoolUsed);
}

/**
 * Writes the request of an opening handshake (RFC 6455 section 4.1), with the token where the carrier puts it. A general HTTP
 * client would double the cost of an attempt.
 */
export function upgradeRequest(form: UpgradeForm, dial: Dial, key: string): string {
  const { endpoint, token, tokenSubprotocol, holes } = dial;
  const { carrier } = form;
  let { path } = dial;
  let extra = form.lines;
  if (form.personal.length > 0) extra += personalLines(form, holes);
  if (endpoint.ours === true) extra += `${CLIENT_HEADER}: ${holes.client}\r\n`;
  switch (carrier.kind) {
    case 'header':
      extra += `Authorization: Bearer ${token}\r\n`;
      break;
    case 'query':
      path += `${path.includes('?') ? '&' : '?'}${encodeURIComponent(carrier.name)}=${encodeURIComponent(token)}`;
      break;
    case 'cookie':
      extra += `Cookie: ${carrier.name}=${token}\r\n`;
      break;
    case 'subprotocol':
      extra += `Sec-WebSocket-Protocol: ${form.protocols.join(', ')}, ${carrier.prefix}${encoded(token, carrier)}\r\n`;
      break;
    case 'message':
      if (tokenSubprotocol !== undefined)
        extra += `Sec-WebSocket-Protocol: ${form.protocols.join(', ')}, ${tokenSubprotocol}\r\n`;
      break;
  }
  return (
    `GET ${path} HTTP/1.1\r\nHost: ${endpoint.authority}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n` +
    `Sec-WebSocket-Key: ${key}\r\nSec-WebSocket-Version: 13\r\n${extra}\r\n`
  );
}

function encoded(token: string, { encoding }: { readonly encoding: 'none' | 'base64url' }): string {
  return encoding === 'none' ? token : Buffer.from(token).toString('base64url');
}

/** Computes Sec-WebSocket-Accept for a key (RFC 6455 section 4.2.2, item 5.4). */
export function acceptFor(key: string): string {
  return hash('sha1', key + ACCEPT_GUID, 'base64');
}
