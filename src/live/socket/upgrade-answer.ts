import { NETWORK, type Signal } from '../../core/signal.ts';
import { headerOf } from '../../identity/http-answer.ts';
import type { AnswerHeaders } from '../../protocols/dial-step.ts';
import { deflateTerms, type DeflateTerms } from './deflate-terms.ts';
import { MAX_HEAD_BYTES, MAX_INTERIM_ANSWERS, readHead, type HttpHead } from '../http/http-head.ts';
import { acceptFor } from './upgrade.ts';
import type { UpgradeForm } from './upgrade-form.ts';

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

/** @returns null: the accept value stands in another header, too, so that it may be in the wrong one next time */
function headOf(bytes: Buffer, form: UpgradeForm, key: string, { rest, deflate }: Accepted): KnownHead | null {
  const length = bytes.length - rest.length;
  const text = bytes.toString('latin1', 0, length);
  const accept = acceptFor(key);
  const at = text.indexOf(accept);
  if (text.lastIndexOf(accept) !== at) return null;
  return { form, before: text.slice(0, at), after: text.slice(at + accept.length), bytes: length, deflate };
}

function parseUpgradeAnswer(bytes: Buffer, form: UpgradeForm, key: string): UpgradeAnswer {
  let start = 0;
  for (let interim = 0; ; interim++) {
    const head = readHead(bytes, start);
    if (head === 'incomplete') return INCOMPLETE;
    if (head === 'no-http') return noHttp(bytes.subarray(start));
    if (head === 'too-large') return noHandshake(`a head of more than ${MAX_HEAD_BYTES} bytes`);
    if (head.status === 101) return switched(head, bytes.subarray(head.end), form, key);
    if (head.status >= 200) {
      const said = bytes.subarray(head.end, head.end + MAX_SAID_BYTES);
      const retryAfter = headerOf(head, 'retry-after');
      const refused = { kind: 'refused', signal: head.status, said } as const;
      return retryAfter === undefined ? refused : { ...refused, retryAfter };
    }
    if (interim === MAX_INTERIM_ANSWERS) return noHandshake(`more than ${MAX_INTERIM_ANSWERS} interim answers`);
    start = head.end;
  }
}

/** Checks the head of a 101. */
function switched(head: HttpHead, rest: Buffer, form: UpgradeForm, key: string): UpgradeAnswer {
  // Old proxies refuse in HTTP/1.0; an upgrade needs HTTP/1.1.
  const flaw = head.minor === 0 ? 'in HTTP/1.0' : (head.flaw ?? upgradeFlaw(head.headers, form, key));
  if (flaw !== null) return noHandshake(`HTTP 101 ${flaw}`);
  const extensions = form.deflate ? valueOf(head.headers, 'sec-websocket-extensions') : '';
  if (extensions === '') return { kind: 'accepted', rest };
  const deflate = deflateTerms(extensions);
  return typeof deflate === 'string' ? noHandshake(`HTTP 101 ${deflate}`) : { kind: 'accepted', rest, deflate };
}

function noHttp(bytes: Buffer): UpgradeAnswer {
  return noHandshake(`no HTTP: ${bytes.toString('utf8', 0, MAX_SAID_BYTES)}`);
}

/** @param why reason, which begins with a word so that it is no server's advice */
function noHandshake(why: string): UpgradeAnswer {
  return { kind: 'refused', signal: NETWORK.badHandshake, said: Buffer.from(why) };
}

/** All values of a header, as one list; empty: it is not there. */
function valueOf(headers: AnswerHeaders, name: string): string {
  const value = headers[name] ?? '';
  return typeof value === 'string' ? value : value.join(', ');
}

/** Describes what is wrong with the head of a 101, after `HTTP 101`; null: nothing. */
function upgradeFlaw(headers: AnswerHeaders, { protocols, deflate }: UpgradeForm, key: string): string | null {
  const { 'sec-websocket-accept': accept, 'sec-websocket-protocol': protocol } = headers;
  if (typeof accept === 'object') return 'with two Sec-WebSocket-Accept (RFC 6455 section 11.3.3)';
  if (typeof protocol === 'object') return 'with two Sec-WebSocket-Protocol (RFC 6455 section 11.3.4)';
  if (!deflate && headers['sec-websocket-extensions'] !== undefined) return 'with an extension that was not offered';
  if (valueOf(headers, 'upgrade').toLowerCase() !== 'websocket') return 'without Upgrade: websocket';
  const connection = valueOf(headers, 'connection').toLowerCase();
  if (!connection.split(/\s*,\s*/).includes('upgrade')) return 'without Connection: Upgrade';
  if (accept !== acceptFor(key)) return 'with a wrong Sec-WebSocket-Accept, or none';
  return protocol === undefined || protocols.includes(protocol) ? null : 'with a subprotocol that was not offered';
}
