import { closeSync, openSync, writeSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import type { TargetConfig } from './protocol.ts';

/** Most bytes that one process writes. */
const MAX_BYTES = 64 * 1024 * 1024;
/** Buffered characters at which the lines are written. */
const MAX_BUFFERED_CHARS = 64 * 1024;
/** Longest time that a line stays buffered, ms. */
const FLUSH_MS = 250;

/** Status that nginx logs for a client that left before its answer. */
export const CLIENT_GONE = 499;

/**
 * A log with one line per upgrade request, as web servers write it: time of the answer, client address, request line,
 * status. No header is logged. `scrubbed` removes all values from the query; `raw` keeps the query with any token in it,
 * which is the mistake to be shown.
 */
export class AccessLog {
  readonly #raw: boolean;
  readonly #maxBytes: number;
  #fd: number | null;
  #lines: string[] = [];
  #chars = 0;
  #bytes = 0;
  #timer: NodeJS.Timeout | undefined;

  /** @throws Error when the file cannot be opened */
  constructor(file: string, raw: boolean, maxBytes = MAX_BYTES) {
    this.#raw = raw;
    this.#maxBytes = maxBytes;
    // Readable by the user alone: a raw log holds tokens that may still be valid.
    this.#fd = openSync(file, 'a', 0o600);
  }

  note({ method, url = '', httpVersion, socket }: IncomingMessage, status: number): void {
    if (this.#fd === null) return;
    const target = printable(this.#raw ? url : scrubbed(url));
    const address = socket.remoteAddress ?? '-';
    this.#append(`${new Date().toISOString()} ${address} "${method} ${target} HTTP/${httpVersion}" ${status}\n`);
  }

  close(): void {
    this.#flush();
    if (this.#fd !== null) closeSync(this.#fd);
    this.#fd = null;
  }

  #append(line: string): void {
    this.#lines.push(line);
    this.#chars += line.length;
    if (this.#chars >= MAX_BUFFERED_CHARS) return this.#flush();
    this.#timer ??= setTimeout(() => this.#flush(), FLUSH_MS).unref();
  }

  #flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const text = this.#lines.join('');
    this.#lines = [];
    this.#chars = 0;
    if (this.#fd === null || text === '') return;
    // The text is ASCII, so a character is a byte.
    this.#bytes += text.length;
    const full = this.#bytes > this.#maxBytes;
    if (!tryWrite(this.#fd, full ? `this log has reached ${this.#maxBytes} bytes and ends here\n` : text) || full)
      this.#end();
  }

  #end(): void {
    if (this.#fd !== null) closeSync(this.#fd);
    this.#fd = null;
  }
}

/** Opens the access log that the target is configured to keep; undefined: none. */
export function accessLogOf({ accessLog, accessLogFile }: TargetConfig): AccessLog | undefined {
  if (accessLog === 'none' || accessLogFile === null) return undefined;
  return new AccessLog(accessLogFile, accessLog === 'raw');
}

/** Replaces every value in the query, since a token may have any name or none. */
function scrubbed(url: string): string {
  const mark = url.indexOf('?');
  if (mark === -1) return url;
  const pairs = url.slice(mark + 1).split('&');
  return `${url.slice(0, mark)}?${pairs.map((pair) => (pair.includes('=') ? `${pair.split('=', 1)[0]}=*` : '*')).join('&')}`;
}

/** Percent-encodes everything but visible ASCII, and also quotes and backslashes. */
function printable(text: string): string {
  return text.replaceAll(/[^!-~]|["\\]/g, (char) => `%${char.charCodeAt(0).toString(16).padStart(2, '0')}`);
}

/** Writes text; false on an error such as a full disk, which ends the log but not the run. */
function tryWrite(fd: number, text: string): boolean {
  try {
    writeSync(fd, text);
    return true;
  } catch {
    return false;
  }
}
