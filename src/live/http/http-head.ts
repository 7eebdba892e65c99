import type { AnswerHeaders } from '../../protocols/dial-step.ts';

/** Head of an answer in HTTP/1 (RFC 9112). */
export interface HttpHead {
  readonly status: number;
  /** minor version of HTTP/1 */
  readonly minor: 0 | 1;
  /** by name in lower case; a list where several lines have the same name */
  readonly headers: AnswerHeaders;
  /** description of the first line that is no header; null: all lines are */
  readonly flaw: string | null;
  /** position of the first byte after the head */
  readonly end: number;
}

/** Most bytes in the head of an answer, interim ones before it included. */
export const MAX_HEAD_BYTES = 16_384;
/** Most interim answers before the final one (RFC 9110 section 15.2), within MAX_HEAD_BYTES. */
export const MAX_INTERIM_ANSWERS = 8;

const HEAD_END = Buffer.from('\r\n\r\n');
const LINE_END = '\r\n';
const STATUS_LINE = /^HTTP\/1\.([01]) ([1-5]\d\d)(?: |\r\n|$)/;
/** A name of RFC 9110 section 5.6.2. */
const NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
/** What a value may not hold (RFC 9110 section 5.5): a lone line break could begin another header for another reader. */
const NO_VALUE = /[\0\r\n]/;

/**
 * Reads the head of an answer that begins at `start`, after interim ones.
 *
 * @returns 'incomplete': its end has not arrived; 'no-http': it is none; 'too-large': it does not end within MAX_HEAD_BYTES
 * @example readHead(Buffer.from('HTTP/1.1 204 No Content\r\nDate: x\r\n\r\n'), 0) // { status: 204, headers: { date: 'x' }, … }
 */
export function readHead(bytes: Buffer, start: number): HttpHead | 'incomplete' | 'no-http' | 'too-large' {
  const end = bytes.indexOf(HEAD_END, start);
  if (end === -1) {
    if (bytes.length >= MAX_HEAD_BYTES + HEAD_END.length) return 'too-large';
    return startsLikeHttp(bytes, start) ? 'incomplete' : 'no-http';
  }
  if (end > MAX_HEAD_BYTES) return 'too-large';
  const text = bytes.toString('latin1', start, end);
  if (text !== last?.text) {
    const line = STATUS_LINE.exec(text);
    if (line === null) return 'no-http';
    last = parsed(text, line);
  }
  const { status, minor, headers, flaw } = last;
  return { status, minor, headers, flaw, end: end + HEAD_END.length };
}

type ParsedHead = Omit<HttpHead, 'end'> & { readonly text: string };

/** The last head of this thread: the answers of a service during a storm differ in their bodies, and seldom in their heads. */
let last: ParsedHead | null = null;

function parsed(text: string, line: RegExpExecArray): ParsedHead {
  const headers: Record<string, string | string[]> = {};
  const flaw = readLines(text, headers);
  return { text, status: Number(line[2]), minor: line[1] === '1' ? 1 : 0, headers, flaw };
}

/** Whether the bytes are an HTTP/1 answer or the beginning of one. */
function startsLikeHttp(bytes: Buffer, start: number): boolean {
  const begin = 'HTTP/1.';
  return begin.startsWith(bytes.toString('latin1', start, Math.min(bytes.length, start + begin.length)));
}

/** Reads the lines below the status line into `headers`. @returns description of the first flaw; null: none */
function readLines(text: string, headers: Record<string, string | string[]>): string | null {
  const statusEnd = text.indexOf(LINE_END);
  if (statusEnd === -1) return null;
  for (let at = statusEnd + LINE_END.length; at < text.length;) {
    let end = text.indexOf(LINE_END, at);
    if (end === -1) end = text.length;
    const colon = text.indexOf(':', at);
    if (colon === -1 || colon >= end) return 'with a line that is no header';
    const name = text.slice(at, colon);
    const value = text.slice(colon + 1, end).trim();
    if (!NAME.test(name) || NO_VALUE.test(value)) return 'with a line that is no header';
    add(headers, name.toLowerCase(), value);
    at = end + LINE_END.length;
  }
  return null;
}

function add(headers: Record<string, string | string[]>, name: string, value: string): void {
  // Objects would take its value for what they inherit from.
  if (name === '__proto__') return;
  const before = Object.hasOwn(headers, name) ? headers[name] : undefined;
  if (before === undefined) headers[name] = value;
  else if (typeof before === 'string') headers[name] = [before, value];
  else before.push(value);
}
