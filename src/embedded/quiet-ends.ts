import { Socket } from 'node:net';
import type { Writable } from 'node:stream';
import { Receiver } from 'ws';

/** What is changed of a class of streams. */
interface StreamClass {
  readonly prototype: { end: (this: Writable, ...args: never[]) => Writable };
}

/**
 * Makes a further `end()` of sockets and of receivers of `ws` do nothing in this process, as Node's own does in effect. `ws`
 * ends both again after each closing handshake, three times in all, and for each Node makes an error with the whole stack and
 * drops it, which costs a quarter of all that a connection of the target costs.
 */
export function quietEnds(): void {
  quieten(Socket);
  quieten(Receiver);
}

function quieten({ prototype }: StreamClass): void {
  const { end } = prototype;
  prototype.end = function (...args): Writable {
    return this.writableEnded && args.length === 0 ? this : end.apply(this, args);
  };
}
