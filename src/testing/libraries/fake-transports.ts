import { Duplex } from 'node:stream';
import { WebSocket as EngineWebSocket } from 'engine.io-client';
import { FakeSocket } from './fake-socket.ts';

/** The fake socket where a library takes a class of sockets. */
export const Fake = FakeSocket as unknown as typeof WebSocket;

/** Engine.IO's transport on a fake socket. */
export class EngineFake extends EngineWebSocket {
  override createSocket(uri: string, protocols: string | string[] | undefined): WebSocket {
    return new FakeSocket(uri, protocols) as unknown as WebSocket;
  }
}

/** A byte stream over a fake socket, as mqtt wants one. */
export function streamOver(socket: FakeSocket): Duplex {
  const stream = new Duplex({
    read: () => {},
    write: (chunk: Buffer, _, done) => {
      socket.send(chunk);
      done();
    },
    destroy: (_, done) => {
      socket.close();
      done(null);
    },
  });
  socket.addEventListener('message', ({ data }) => stream.push(data));
  socket.addEventListener('close', () => stream.destroy());
  return stream;
}

/** A frame as text; empty if it is none. */
export const text = (data: unknown): string => (typeof data === 'string' ? data : '');

/** The socket that the Azure client wraps around `ws`, around a fake one. */
export function azureSocket(uri: string): object {
  const socket = new FakeSocket(uri);
  return {
    onopen: (fn: () => void) => socket.addEventListener('open', fn),
    onclose: (fn: (code: number, reason: string) => void) =>
      socket.addEventListener('close', ({ code, reason }) => fn(code, reason)),
    onerror: (fn: (error: unknown) => void) => socket.addEventListener('error', ({ error }) => fn(error)),
    onmessage: (fn: (data: unknown) => void) => socket.addEventListener('message', ({ data }) => fn(data)),
    close: (code?: number) => socket.close(code),
    send: (data: unknown) => Promise.resolve(socket.send(text(data))),
    isOpen: () => socket.readyState === 1,
  };
}
