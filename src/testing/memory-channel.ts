import type { Channel } from '../scale/channel.ts';
import { decode, encode } from '../scale/wire.ts';

interface Message {
  readonly type: string;
}

/** The two ends of a channel within this process; each message is encoded and decoded as on its way through Redis. */
export function memoryChannel<A extends Message, B extends Message>(): {
  readonly a: Channel<A, B>;
  readonly b: Channel<B, A>;
} {
  const [a, b] = [new End<A, B>(), new End<B, A>()];
  a.other = b;
  b.other = a;
  return { a, b };
}

class End<Out extends Message, In extends Message> implements Channel<Out, In> {
  readonly silentMs = 0;
  readonly ignored = 0;
  other!: End<In, Out>;
  readonly #waiting: Buffer[] = [];
  #hear: ((message: In) => void) | null = null;
  #isClosed = false;

  send(message: Out): void {
    if (this.#isClosed) return;
    const bytes = encode(message);
    setImmediate(() => this.other.take(bytes));
  }

  receive(hear: (message: In) => void): void {
    this.#hear = hear;
    for (const bytes of this.#waiting.splice(0)) this.take(bytes);
  }

  take(bytes: Buffer): void {
    if (this.#isClosed) return;
    if (this.#hear === null) this.#waiting.push(bytes);
    else this.#hear(decode(bytes) as In);
  }

  onFailure(): void {}

  async flushed(): Promise<boolean> {
    await new Promise((resolve) => setImmediate(resolve));
    return true;
  }

  close(): void {
    this.#isClosed = true;
  }
}
