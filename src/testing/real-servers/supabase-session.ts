import type { WebSocket } from 'ws';
import type { Access, AccessOptions } from './access.ts';
import type { Counts } from './counts.ts';
import { type ChannelMessage, PhoenixSession } from './phoenix-session.ts';

export interface SupabaseOptions extends AccessOptions {
  readonly apikey: string;
  /** joins that the tenant may make in any second; one more is refused, and its socket closes; default: any */
  readonly joinsPerSecond?: number;
}

/** How long the answer to a refused join is delayed (`channel_error_backoff_ms`). */
const ERROR_DELAY_MS = 200;
/** First byte of a broadcast that a client sends in version 2 of the serializer. */
const USER_BROADCAST_PUSH = 3;
const HEAD_BYTES = 7;

/** Instants of the tenant's joins within the last second. */
let joins: readonly number[] = [];

/** One socket of Supabase Realtime, with at most one channel, which dies when its token expires. */
export class SupabaseSession extends PhoenixSession {
  readonly #joinsPerSecond: number;

  constructor(
    socket: WebSocket,
    version: string,
    check: (token: string) => Promise<Access>,
    { joinsPerSecond = Infinity }: SupabaseOptions,
    counts: Counts,
  ) {
    super(socket, version, check, { atExpiry: 'close-channel' }, counts);
    this.#joinsPerSecond = joinsPerSecond;
  }

  protected override async admit({ topic, payload }: ChannelMessage): Promise<Access | string> {
    const reason = await this.#refusal(topic);
    if (reason !== null) return this.#refuse(reason);
    try {
      return await this.check(String(payload['access_token']));
    } catch (error) {
      const isExpired = error instanceof Error && error.message.includes('"exp"');
      return this.#refuse(`InvalidJWTToken: ${isExpired ? 'Token has expired 1 seconds ago' : 'not a valid JWT'}`);
    }
  }

  protected override expire(): void {
    if (!this.isJoined) return;
    this.counts.add('expiries');
    this.#shutDown('Token has expired 0 seconds ago');
  }

  protected override handleIn(message: ChannelMessage): void {
    switch (message.event) {
      case 'access_token':
        return void this.#renew(String(message.payload['access_token']));
      case 'broadcast': {
        const { payload } = message.payload;
        this.counts.command(
          this.user,
          typeof payload === 'object' && payload !== null ? Reflect.get(payload, 'id') : null,
        );
        return this.reply(message, 'ok', {});
      }
      default:
        // "Unexpected message from client" is only logged.
        return undefined;
    }
  }

  protected override binary(data: Buffer): ChannelMessage | null {
    if (data[0] !== USER_BROADCAST_PUSH || data.length < HEAD_BYTES) return null;
    let at = HEAD_BYTES;
    const [joinRef = '', ref = '', topic = '', event = ''] = [1, 2, 3, 4].map((length) => {
      const text = data.toString('utf8', at, at + (data[length] ?? 0));
      at += data[length] ?? 0;
      return text;
    });
    const payload: unknown = JSON.parse(data.toString('utf8', at + (data[5] ?? 0)));
    return { joinRef, ref, topic, event: 'broadcast', payload: { type: 'broadcast', event, payload } };
  }

  async #renew(token: string): Promise<void> {
    try {
      const access = await this.check(token);
      if (!this.isOpen) return;
      this.counts.add('renewals');
      this.accept(access);
    } catch {
      this.counts.add('refused');
      this.#shutDown('The token provided is not a valid JWT');
    }
  }

  /** The system message and the end of the channel's process (`shutdown_response`). */
  #shutDown(message: string): void {
    this.push('system', { channel: 'room', extension: 'system', message, status: 'error' });
    this.endChannel('phx_close');
  }

  async #refusal(topic: string): Promise<string | null> {
    if (!/^realtime:./.test(topic)) return 'TopicNameRequired: You must provide a topic name';
    const now = performance.now();
    joins = [...joins.filter((at) => now - at < 1000), now];
    return joins.length > this.#joinsPerSecond ? 'ClientJoinRateLimitReached: Too many joins per second' : null;
  }

  async #refuse(reason: string): Promise<string> {
    await new Promise((resolve) => setTimeout(resolve, ERROR_DELAY_MS));
    return reason;
  }
}
