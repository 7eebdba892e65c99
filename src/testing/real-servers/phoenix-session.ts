import type { WebSocket } from 'ws';
import type { Access } from './access.ts';
import type { Counts } from './counts.ts';

export interface ChannelOptions {
  /**
   * at the token's expiry: the broadcast `disconnect` closes the socket with 1001, the channel's process crashes or stops,
   * or every later command is refused
   */
  readonly atExpiry: 'disconnect' | 'crash-channel' | 'close-channel' | 'refuse-commands';
}

/** A message of a client. */
export interface ChannelMessage {
  readonly joinRef: string | null;
  readonly ref: string | null;
  readonly topic: string;
  readonly event: string;
  readonly payload: Readonly<Record<string, unknown>>;
}

/** Time without any message after which the server closes a socket (`:timeout` of the transport). */
const IDLE_MS = 60_000;
/** Code with which a stopped transport closes its socket. */
const STOPPED = 1001;

/** One socket of a Phoenix endpoint, with at most one channel. */
export class PhoenixSession {
  protected readonly counts: Counts;
  protected readonly check: (token: string) => Promise<Access>;
  readonly #socket: WebSocket;
  readonly #version: string;
  readonly #atExpiry: ChannelOptions['atExpiry'];
  /** the joined channel; null: none */
  #channel: { readonly topic: string; readonly joinRef: string | null } | null = null;
  #access: Access | null = null;
  #expiry: NodeJS.Timeout | undefined;
  #idle: NodeJS.Timeout | undefined;

  constructor(
    socket: WebSocket,
    version: string,
    check: (token: string) => Promise<Access>,
    { atExpiry }: ChannelOptions,
    counts: Counts,
  ) {
    this.#socket = socket;
    this.#version = version;
    this.#atExpiry = atExpiry;
    this.check = check;
    this.counts = counts;
    this.#touch();
    socket.on('message', (data, isBinary) => {
      this.#touch();
      void this.#receive(Buffer.isBuffer(data) ? data : Buffer.alloc(0), isBinary);
    });
    socket.on('error', () => {});
    socket.on('close', () => {
      clearTimeout(this.#expiry);
      clearTimeout(this.#idle);
    });
  }

  /** Lets the socket go on as a user, until the token expires. */
  accept(access: Access): void {
    this.#access = access;
    clearTimeout(this.#expiry);
    this.#expiry = setTimeout(() => this.expire(), access.expiresAt - Date.now());
  }

  protected get isJoined(): boolean {
    return this.#channel !== null;
  }

  protected get user(): string {
    return this.#access?.user ?? '';
  }

  protected get isExpired(): boolean {
    return Date.now() >= (this.#access?.expiresAt ?? 0);
  }

  protected get isOpen(): boolean {
    return this.#socket.readyState === this.#socket.OPEN;
  }

  protected expire(): void {
    switch (this.#atExpiry) {
      case 'disconnect':
        this.counts.add('expiries');
        return this.disconnect();
      case 'crash-channel':
        return this.#end('phx_error');
      case 'close-channel':
        return this.#end('phx_close');
      case 'refuse-commands':
        return undefined;
    }
  }

  #end(event: 'phx_error' | 'phx_close'): void {
    if (!this.isJoined) return;
    this.counts.add('expiries');
    this.endChannel(event);
  }

  protected disconnect(): void {
    this.#socket.close(STOPPED);
  }

  /** Ends the channel's process, of which the transport tells the client. */
  protected endChannel(event: 'phx_error' | 'phx_close'): void {
    this.push(event, {});
    this.#channel = null;
  }

  /** Handles `phx_join`; an error is the reason of the refusal. */
  protected async admit({ topic, payload }: ChannelMessage): Promise<Access | string> {
    if (!topic.startsWith('room:')) return 'unmatched topic';
    const { token } = payload;
    try {
      // A channel whose join has no token trusts the token of the socket.
      return token === undefined && this.#access !== null ? this.#access : await this.check(String(token));
    } catch {
      return 'unauthorized';
    }
  }

  protected handleIn(message: ChannelMessage): void {
    if (message.event !== 'do') return this.#strange();
    if (this.isExpired) {
      this.counts.add('commandsRefused');
      return this.reply(message, 'error', { reason: 'token expired' });
    }
    this.counts.command(this.user, message.payload['id']);
    return this.reply(message, 'ok', {});
  }

  /** Reads a binary frame; null: none that the server knows. */
  protected binary(_data: Buffer): ChannelMessage | null {
    return null;
  }

  protected reply({ joinRef, ref, topic }: ChannelMessage, status: 'ok' | 'error', response: object): void {
    this.#send(joinRef, ref, topic, 'phx_reply', { response, status });
  }

  /** Pushes a message of the channel. */
  protected push(event: string, payload: object): void {
    if (this.#channel === null) return;
    const { joinRef, topic } = this.#channel;
    // The end of a channel's process has its join_ref as the ref, too.
    this.#send(joinRef, event.startsWith('phx_') ? joinRef : null, topic, event, payload);
  }

  #touch(): void {
    clearTimeout(this.#idle);
    this.#idle = setTimeout(() => {
      this.counts.add('pingTimeouts');
      this.disconnect();
    }, IDLE_MS);
  }

  async #receive(data: Buffer, isBinary: boolean): Promise<void> {
    // A transport that has stopped reads nothing more.
    if (!this.isOpen) return;
    const message = isBinary ? this.binary(data) : parsed(data.toString());
    if (message === null) return this.#strange();
    if (message.topic === 'phoenix') {
      if (message.event !== 'heartbeat') return this.#strange();
      this.counts.add('clientPings');
      return this.reply(message, 'ok', {});
    }
    if (message.event === 'phx_join') return this.#join(message);
    if (this.#channel === null || message.joinRef !== this.#channel.joinRef) {
      // A push that was under way when the channel ended.
      this.counts.add('commandsRefused');
      return this.reply(message, 'error', { reason: 'unmatched topic' });
    }
    if (message.event !== 'phx_leave') return this.handleIn(message);
    this.#channel = null;
    return this.reply(message, 'ok', {});
  }

  async #join(message: ChannelMessage): Promise<void> {
    const admitted = await this.admit(message);
    if (!this.isOpen) return;
    if (typeof admitted === 'string') {
      this.counts.add('joinsRefused');
      return this.reply(message, 'error', { reason: admitted });
    }
    this.#channel = { topic: message.topic, joinRef: message.joinRef };
    this.counts.add('authenticated');
    this.accept(admitted);
    return this.reply(message, 'ok', {});
  }

  #strange(): void {
    this.counts.add('strangeMessages');
    this.disconnect();
  }

  #send(joinRef: string | null, ref: string | null, topic: string, event: string, payload: object): void {
    if (!this.isOpen) return;
    // Version 1 has no join_ref in messages of the server.
    const message = this.#version === '1.0.0' ? { topic, event, payload, ref } : [joinRef, ref, topic, event, payload];
    this.#socket.send(JSON.stringify(message));
  }
}

/** A message of either version; null: it is none. */
function parsed(text: string): ChannelMessage | null {
  try {
    const value: unknown = JSON.parse(text);
    const [joinRef, ref, topic, event, payload] = Array.isArray(value)
      ? (value as readonly unknown[])
      : fieldsOf(value);
    if (typeof topic !== 'string' || typeof event !== 'string') return null;
    if (typeof payload !== 'object' || payload === null) return null;
    return { joinRef: textOr(joinRef), ref: textOr(ref), topic, event, payload: { ...payload } };
  } catch {
    return null;
  }
}

function fieldsOf(value: unknown): readonly unknown[] {
  const fields = typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
  return [fields['join_ref'], fields['ref'], fields['topic'], fields['event'], fields['payload']];
}

function textOr(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}
