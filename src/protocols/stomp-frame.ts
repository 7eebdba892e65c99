import type { Escape, Template } from '../core/template/template.ts';

const NUL = 0;
const LF = 0x0a;
const CR = 0x0d;
/** Most bytes of a command and its headers, and most headers that are read. */
const MAX_HEAD_BYTES = 16_384;
const MAX_HEADERS = 100;

/** Where a frame's body begins, and where its NUL is. */
export interface FrameBounds {
  readonly body: number;
  readonly end: number;
}

/** The bounds of the frame that begins at `from`; null: it is not complete; `end` is -1 where it is none. */
export function frameEnd(data: Buffer, from: number): FrameBounds | null {
  const nul = data.indexOf(NUL, from);
  const body = bodyOf(data, from, nul === -1 ? data.length : nul);
  if (body === -1) return nul === -1 && data.length - from <= MAX_HEAD_BYTES ? null : { body: from, end: nul };
  const length = contentLength(data, from, body);
  if (length < 0) return nul === -1 ? null : { body, end: nul };
  const end = body + length;
  if (end >= data.length) return null;
  return { body, end: data[end] === NUL ? end : -1 };
}

/** Returns where the body begins: after the first empty line; -1: there is none. */
function bodyOf(data: Buffer, from: number, to: number): number {
  let line = from;
  const limit = Math.min(to, from + MAX_HEAD_BYTES);
  for (;;) {
    const end = data.indexOf(LF, line);
    if (end === -1 || end >= limit) return -1;
    if (end === line || (end === line + 1 && data[line] === CR)) return end + 1;
    line = end + 1;
  }
}

const LENGTH = Buffer.from('\ncontent-length:');

/** The length that a frame gives; -1: none that can be believed. */
function contentLength(data: Buffer, from: number, body: number): number {
  const at = data.indexOf(LENGTH, from);
  if (at === -1 || at >= body) return -1;
  const text = data
    .toString('latin1', at + LENGTH.length, Math.min(body, at + LENGTH.length + 12))
    .split(/\r?\n/, 1)[0];
  return /^\s*\d{1,9}\s*$/.test(text ?? '') ? Number(text) : -1;
}

/** The command and the headers of a frame. */
export interface StompHeaders {
  readonly command: string;
  /** The value of a header, the first where it is repeated; empty: there is none. */
  value(name: string): string;
  all(): Readonly<Record<string, string>>;
}

export function headersOf(data: Buffer, from: number, body: number): StompHeaders {
  const head = data.toString('utf8', from, Math.min(body, from + MAX_HEAD_BYTES));
  const end = head.indexOf('\n');
  const command = (end === -1 ? head : head.slice(0, end)).replace(/\r$/, '');
  return new Head(command, end === -1 ? '' : head.slice(end + 1));
}

class Head implements StompHeaders {
  readonly command: string;
  readonly #lines: string;

  constructor(command: string, lines: string) {
    this.command = command;
    this.#lines = lines;
  }

  value(name: string): string {
    const begin = this.#lines.startsWith(`${name}:`) ? 0 : this.#lines.indexOf(`\n${name}:`) + 1;
    if (begin === 0 && !this.#lines.startsWith(`${name}:`)) return '';
    const end = this.#lines.indexOf('\n', begin);
    return this.#unescaped(this.#lines.slice(begin + name.length + 1, end === -1 ? undefined : end));
  }

  all(): Readonly<Record<string, string>> {
    const headers = new Map<string, string>();
    for (const line of this.#lines.split('\n', MAX_HEADERS)) {
      const colon = line.indexOf(':');
      if (colon <= 0) continue;
      const name = this.#unescaped(line.slice(0, colon));
      if (!headers.has(name)) headers.set(name, this.#unescaped(line.slice(colon + 1)));
    }
    return Object.fromEntries(headers);
  }

  /** CONNECTED has no escapes. */
  #unescaped(text: string): string {
    const plain = text.endsWith('\r') ? text.slice(0, -1) : text;
    if (!plain.includes('\\') || this.command === 'CONNECTED') return plain;
    return plain.replaceAll(/\\([rnc\\])/g, (_, letter: string) => UNESCAPED[letter] ?? '');
  }
}

const UNESCAPED: Readonly<Record<string, string>> = { r: '\r', n: '\n', c: ':', '\\': '\\' };
const ESCAPED: Readonly<Record<string, string>> = { '\r': '\\r', '\n': '\\n', ':': '\\c', '\\': '\\\\', '\0': '' };
const SPECIAL = /[\r\n:\\\0]/;
const CONTROL = /[\r\n\0]/g;

/** A value in a header of any frame but CONNECT. */
export const inStomp: Escape = (value) =>
  SPECIAL.test(value) ? value.replaceAll(/[\r\n:\\\0]/g, (character) => ESCAPED[character] ?? '') : value;

/** A value in a header of CONNECT, which has no escapes. */
export const inConnect: Escape = (value) => value.replaceAll(CONTROL, ' ');

/** A template whose own text is escaped for a header. */
export function escapedTemplate({ text, slots }: Template): Template {
  return { text, slots: slots.map((slot) => (slot.kind === 'text' ? { ...slot, text: inStomp(slot.text) } : slot)) };
}
