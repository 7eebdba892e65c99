/** An event of any kind; a field that its kind does not have is missing. */
export interface FakeEvent {
  readonly data: unknown;
  readonly code: number;
  readonly reason: string;
  readonly error: unknown;
}

type Listener = (event: FakeEvent) => void;

type Handler = ((event: never) => unknown) | null;

/** A WebSocket without a network: a test opens, feeds and ends it. */
export class FakeSocket {
  static readonly CONNECTING = 0;
  static readonly OPEN = 1;
  static readonly CLOSING = 2;
  static readonly CLOSED = 3;
  /** called with each socket that is made */
  static made: (socket: FakeSocket) => void = () => {};

  readonly CONNECTING = 0;
  readonly OPEN = 1;
  readonly CLOSING = 2;
  readonly CLOSED = 3;
  readonly url: string;
  readonly extensions = '';
  readonly bufferedAmount = 0;
  /** options beside the subprotocols, which clients for Node take, such as headers */
  readonly options: unknown;
  protocol: string;
  binaryType = 'blob';
  readyState = 0;
  onopen: Handler = null;
  onmessage: Handler = null;
  onclose: Handler = null;
  onerror: Handler = null;
  /** what the library sent */
  readonly sent: unknown[] = [];
  readonly #listeners = new Map<string, Set<Listener>>();

  constructor(url: string | URL, protocols?: string | readonly string[] | null, options?: unknown) {
    this.url = String(url);
    this.options = options;
    this.protocol = typeof protocols === 'string' ? protocols : (protocols?.[0] ?? '');
    FakeSocket.made(this);
  }

  addEventListener(type: string, listener: Listener): void {
    this.#listeners.set(type, (this.#listeners.get(type) ?? new Set()).add(listener));
  }

  removeEventListener(type: string, listener: Listener): void {
    this.#listeners.get(type)?.delete(listener);
  }

  send(data: unknown): void {
    this.sent.push(data);
  }

  close(code = 1005): void {
    if (this.readyState >= 2) return;
    this.readyState = 2;
    queueMicrotask(() => this.end(code));
  }

  terminate(): void {
    this.end(1006);
  }

  open(): void {
    this.readyState = 1;
    this.#emit('open', {});
  }

  message(data: unknown): void {
    this.#emit('message', { data });
  }

  json(data: unknown): void {
    this.message(JSON.stringify(data));
  }

  /** Ends the connection: with a close frame, or without one by the code 1006. */
  end(code: number, reason = ''): void {
    if (this.readyState === 3) return;
    this.readyState = 3;
    this.#emit('close', { code, reason, wasClean: code !== 1006 });
  }

  /** Fails the attempt. */
  fail(): void {
    if (this.readyState === 3) return;
    this.#emit('error', { message: 'connection failed', error: new Error('connection failed') });
    this.end(1006);
  }

  #emit(type: 'open' | 'message' | 'close' | 'error', fields: object): void {
    const event = { type, target: this, ...fields } as unknown as FakeEvent;
    const handler = { open: this.onopen, message: this.onmessage, close: this.onclose, error: this.onerror }[type];
    if (handler !== null) (handler as Listener).call(this, event);
    for (const listener of this.#listeners.get(type) ?? []) listener.call(this, event);
  }
}
