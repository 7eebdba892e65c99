import { createHash, randomFillSync } from 'node:crypto';
import { NETWORK, type Signal } from '../core/signal.ts';
import { CLIENT_HEADER } from '../embedded/protocol.ts';
import { deflateTerms, type DeflateTerms } from './deflate-terms.ts';
import type { Dial } from './endpoint.ts';
import { personalLines, type UpgradeForm } from './upgrade-form.ts';

/** Most bytes in the head of an answer to an upgrade. */
const MAX_HEAD_BYTES = 16_384;
const ACCEPT_GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';
const HEAD_END = Buffer.from('\r\n\r\n');

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
  const { endpoint, token, holes } = dial;
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
      extra += `Sec-WebSocket-Protocol: ${form.protocols.join(', ')}, ${carrier.prefix}${token}\r\n`;
      break;
    case 'message':
      break;
  }
  return (
    `GET ${path} HTTP/1.1\r\nHost: ${endpoint.authority}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n` +
    `Sec-WebSocket-Key: ${key}\r\nSec-WebSocket-Version: 13\r\n${extra}\r\n`
  );
}

/** Answer to an upgrade request, as far as its bytes have arrived. */
export type UpgradeAnswer =
  | { readonly kind: 'incomplete' }
  /**
   * `retryAfter`: value of the header, if present; `said`: beginning of an HTTP refusal's body, at most MAX_SAID_BYTES, or
   * the reason why the answer is no handshake
   */
  | { readonly kind: 'refused'; readonly signal: Signal; readonly said: Buffer; readonly retryAfter?: string }
  /** `rest`: bytes that came after the head and belong to the first frames; `deflate`: compression, if it was accepted */
  | { readonly kind: 'accepted'; readonly rest: Buffer; readonly deflate?: DeflateTerms };

const INCOMPLETE: UpgradeAnswer = { kind: 'incomplete' };
/** Most interim answers before the final one (RFC 9110 section 15.2), within MAX_HEAD_BYTES. */
const MAX_INTERIM_ANSWERS = 8;
/** Most bytes of a refusal's body that are read. */
const MAX_SAID_BYTES = 1024;

/** Reads the answer to an upgrade request, and checks every rule of RFC 6455 section 4.1. */
export function readUpgradeAnswer(bytes: Buffer, form: UpgradeForm, key: string): UpgradeAnswer {
  let start = 0;
  for (let interim = 0; ; interim++) {
    const end = bytes.indexOf(HEAD_END, start);
    if (end === -1) return unfinished(bytes, start);
    const rest = end + HEAD_END.length;
    if (end > MAX_HEAD_BYTES) return noHandshake(`a head of more than ${MAX_HEAD_BYTES} bytes`);
    const [statusLine = '', ...lines] = bytes.toString('latin1', start, end).split('\r\n');
    // Old proxies refuse in HTTP/1.0; an upgrade needs HTTP/1.1.
    const [, minor, status = ''] = /^HTTP\/1\.([01]) ([1-5]\d\d)(?: |$)/.exec(statusLine) ?? [];
    if (minor === undefined) return noHttp(bytes.subarray(start));
    if (status === '101') {
      if (minor !== '1') return noHandshake('HTTP 101 in HTTP/1.0');
      const flaw = upgradeFlaw(lines, form, key);
      if (flaw !== null) return noHandshake(`HTTP 101 ${flaw}`);
      const accepted = { kind: 'accepted', rest: bytes.subarray(rest) } as const;
      const extensions = form.deflate ? valueOf(lines, 'sec-websocket-extensions') : null;
      if (extensions === null) return accepted;
      const deflate = deflateTerms(extensions);
      return typeof deflate === 'string' ? noHandshake(`HTTP 101 ${deflate}`) : { ...accepted, deflate };
    }
    if (!status.startsWith('1')) {
      const said = bytes.subarray(rest, rest + MAX_SAID_BYTES);
      return { kind: 'refused', signal: Number(status), said, ...retryAfterIn(lines) };
    }
    if (interim === MAX_INTERIM_ANSWERS) return noHandshake(`more than ${MAX_INTERIM_ANSWERS} interim answers`);
    start = rest;
  }
}

/** @param start beginning of the answer whose head is incomplete */
function unfinished(bytes: Buffer, start: number): UpgradeAnswer {
  if (bytes.length >= MAX_HEAD_BYTES + HEAD_END.length)
    return noHandshake(`a head of more than ${MAX_HEAD_BYTES} bytes`);
  return startsLikeHttp(bytes.subarray(start)) ? INCOMPLETE : noHttp(bytes.subarray(start));
}

function noHttp(bytes: Buffer): UpgradeAnswer {
  return noHandshake(`no HTTP: ${bytes.toString('utf8', 0, MAX_SAID_BYTES)}`);
}

/** @param why reason, which begins with a word so that it is no server's advice */
function noHandshake(why: string): UpgradeAnswer {
  return { kind: 'refused', signal: NETWORK.badHandshake, said: Buffer.from(why) };
}

function retryAfterIn(lines: readonly string[]): { readonly retryAfter?: string } {
  const name = 'retry-after:';
  const line = lines.find((each) => each.slice(0, name.length).toLowerCase() === name);
  return line === undefined ? {} : { retryAfter: line.slice(name.length) };
}

/** All values of a header, as one list; null: it is not there. */
function valueOf(lines: readonly string[], name: string): string | null {
  const own = lines.filter((line) => line.slice(0, name.length + 1).toLowerCase() === `${name}:`);
  return own.length === 0 ? null : own.map((line) => line.slice(name.length + 1).trim()).join(', ');
}

function startsLikeHttp(bytes: Buffer): boolean {
  const start = 'HTTP/1.';
  return start.startsWith(bytes.toString('latin1', 0, start.length));
}

/** Describes what is wrong with the head of a 101, after `HTTP 101`; null: nothing. */
function upgradeFlaw(lines: readonly string[], { protocols, deflate }: UpgradeForm, key: string): string | null {
  let upgrade = '';
  let connection = '';
  let accept: string | null = null;
  let protocol: string | null = null;
  for (const line of lines) {
    const colon = line.indexOf(':');
    if (colon < 1) return 'with a line that is no header';
    const value = line.slice(colon + 1).trim();
    switch (line.slice(0, colon).toLowerCase()) {
      case 'upgrade':
        upgrade = value.toLowerCase();
        break;
      case 'connection':
        connection += `,${value.toLowerCase()}`;
        break;
      case 'sec-websocket-accept':
        if (accept !== null) return 'with two Sec-WebSocket-Accept (RFC 6455 section 11.3.3)';
        accept = value;
        break;
      case 'sec-websocket-protocol':
        if (protocol !== null) return 'with two Sec-WebSocket-Protocol (RFC 6455 section 11.3.4)';
        protocol = value;
        break;
      case 'sec-websocket-extensions':
        if (!deflate) return 'with an extension that was not offered';
        break;
      default:
    }
  }
  if (upgrade !== 'websocket') return 'without Upgrade: websocket';
  if (!connection.split(/\s*,\s*/).includes('upgrade')) return 'without Connection: Upgrade';
  if (accept !== acceptFor(key)) return 'with a wrong Sec-WebSocket-Accept, or none';
  return protocol === null || protocols.includes(protocol) ? null : 'with a subprotocol that was not offered';
}

/** Computes Sec-WebSocket-Accept for a key (RFC 6455 section 4.2.2, item 5.4). */
export function acceptFor(key: string): string {
  return createHash('sha1')
    .update(key + ACCEPT_GUID)
    .digest('base64');
}
