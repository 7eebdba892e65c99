import type { Channel } from './channel.ts';
import type { FromSlot, ToSlot } from './messages.ts';

/** The coordinator's end of a channel in memory, whose other end is the test. */
export class FakeChannel implements Channel<ToSlot, FromSlot> {
  readonly sent: ToSlot[] = [];
  silentMs = 0;
  readonly ignored = 0;
  isClosed = false;
  #hear: (message: FromSlot) => void = () => {};
  #onFailure: (error: Error) => void = () => {};

  send(message: ToSlot): void {
    this.sent.push(message);
  }

  receive(hear: (message: FromSlot) => void): void {
    this.#hear = hear;
  }

  onFailure(hear: (error: Error) => void): void {
    this.#onFailure = hear;
  }

  async flushed(): Promise<boolean> {
    return true;
  }

  close(): void {
    this.isClosed = true;
  }

  /** Says something as the slot. */
  say(message: FromSlot): void {
    this.#hear(message);
  }

  fail(error: Error): void {
    this.#onFailure(error);
  }
}
