import { closeSync, openSync, writeSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import type { TargetConfig } from './protocol.ts';

/** What one process writes at most. */
const MAX_BYTES = 64 * 1024 * 1024;
/** Lines are handed to the system when so much of them has gathered, or this time has passed. */
const MAX_BUFFERED_CHARS = 64 * 1024;
const FLUSH_MS = 250;

/** What nginx writes for a client that did not wait for its answer. */
export const CLIENT_GONE = 499;

/**
 * One line for each upgrade request: when it was answered, the client's address, the request line and the status, after
 * the manner of web servers. No header is logged. `scrubbed` leaves out what stands in the query; `raw` writes the
 * query as it came, with any token in it: the very mistake that is to be shown.
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
    // For the user alone: a raw log holds tokens that may still be good.
    this.#fd = openSync(file, 'a', 0o600);
  }

  note({ method, url = '', httpVersion, socket }: IncomingMessage, status: number): void {
    if (this.#fd === null) return;
    const target = printable(this.#raw ? url : scrubbed(url));
    const address = socket.remoteAddress ?? '-';
    this.#say(`${new Date().toISOString()} ${address} "${method} ${target} HTTP/${httpVersion}" ${status}\n`);
  }

  close(): void {
    this.#flush();
    if (this.#fd !== null) closeSync(this.#fd);
    this.#fd = null;
  }

  #say(line: string): void {
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
    // All of it is ASCII: a character is a byte.
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

/** The log that the target keeps; undefined when it keeps none. */
export function accessLogOf({ accessLog, accessLogFile }: TargetConfig): AccessLog | undefined {
  if (accessLog === 'none' || accessLogFile === null) return undefined;
  return new AccessLog(accessLogFile, accessLog === 'raw');
}

/** Every value in the query goes, for a token may stand under any name; so does one that stands there without a name. */
function scrubbed(url: string): string {
  const mark = url.indexOf('?');
  if (mark === -1) return url;
  const pairs = url.slice(mark + 1).split('&');
  return `${url.slice(0, mark)}?${pairs.map((pair) => (pair.includes('=') ? `${pair.split('=', 1)[0]}=*` : '*')).join('&')}`;
}

/** Everything but visible ASCII, and what the quotes are made of, in percent-encoding. */
function printable(text: string): string {
  return text.replaceAll(/[^!-~]|["\\]/g, (char) => `%${char.charCodeAt(0).toString(16).padStart(2, '0')}`);
}

/** A disk that is full ends the log, not the run. */
function tryWrite(fd: number, text: string): boolean {
  try {
    writeSync(fd, text);
    return true;
  } catch {
    return false;
  }
}
