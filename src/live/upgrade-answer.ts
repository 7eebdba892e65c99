import { NETWORK, type Signal } from '../core/signal.ts';
import { deflateTerms, type DeflateTerms } from './deflate-terms.ts';
import { acceptFor } from './upgrade.ts';
import type { UpgradeForm } from './upgrade-form.ts';

/** Most bytes in the head of an answer to an upgrade. */
const MAX_HEAD_BYTES = 16_384;
const HEAD_END = Buffer.from('\r\n\r\n');

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

/** The head of an accepted upgrade, around its accept value. */
interface KnownHead {
  readonly form: UpgradeForm;
  readonly before: string;
  readonly after: string;
  readonly bytes: number;
  readonly deflate: DeflateTerms | undefined;
}

/**
 * The head that was accepted last. A server answers all clients with the same head, apart from the accept value and perhaps a
 * date, so that most heads are compared with it and not parsed.
 */
let known: KnownHead | null = null;
const NOTHING = Buffer.alloc(0);

type Accepted = Extract<UpgradeAnswer, { kind: 'accepted' }>;

/** Reads the answer to an upgrade request, and checks every rule of RFC 6455 section 4.1. */
export function readUpgradeAnswer(bytes: Buffer, form: UpgradeForm, key: string): UpgradeAnswer {
  if (known !== null && known.form === form && isKnown(bytes, known, key)) return acceptedAs(known, bytes);
  const answer = parseUpgradeAnswer(bytes, form, key);
  if (answer.kind === 'accepted') known = headOf(bytes, form, key, answer);
  return answer;
}

function isKnown(bytes: Buffer, head: KnownHead, key: string): boolean {
  if (bytes.length < head.bytes) return false;
  const text = bytes.toString('latin1', 0, head.bytes);
  const { before, after } = head;
  return text.startsWith(before) && text.endsWith(after) && text.startsWith(acceptFor(key), before.length);
}

function acceptedAs(head: KnownHead, bytes: Buffer): Accepted {
  const rest = bytes.length === head.bytes ? NOTHING : bytes.subarray(head.bytes);
  return head.deflate === undefined ? { kind: 'accepted', rest } : { kind: 'accepted', rest, deflate: head.deflate };
}

function headOf(bytes: Buffer, form: UpgradeForm, key: string, { rest, deflate }: Accepted): KnownHead {
  const length = bytes.length - rest.length;
  const text = bytes.toString('latin1', 0, length);
  const accept = acceptFor(key);
  const at = text.indexOf(accept);
  return { form, before: text.slice(0, at), after: text.slice(at + accept.length), bytes: length, deflate };
}

function parseUpgradeAnswer(bytes: Buffer, form: UpgradeForm, key: string): UpgradeAnswer {
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
      const answer = { kind: 'accepted', rest: bytes.subarray(rest) } as const;
      const extensions = form.deflate ? valueOf(lines, 'sec-websocket-extensions') : null;
      if (extensions === null) return answer;
      const deflate = deflateTerms(extensions);
      return typeof deflate === 'string' ? noHandshake(`HTTP 101 ${deflate}`) : { ...answer, deflate };
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
