import { expect, test } from 'vitest';
import { codecFor, decoded } from './decoded.test.helper.ts';
import { newView } from './registry.ts';

const BYTES = 20_000;

test.each([
  ['signalr', codecFor('signalr'), 'x', ''],
  ['stomp, a head without an end', codecFor('stomp'), 'S', ''],
  ['stomp, a body of NUL', codecFor('stomp'), '\0', 'MESSAGE\ncontent-length:100000\n\n'],
  ['mqtt', codecFor('mqtt'), '\0', '\x30\x80\x80\x20'],
  ['nats', codecFor('nats'), 'x', 'MSG a 1 500000\r\n'],
] as const)(
  '%s: a message in frames of one byte is copied as seldom as its room doubles',
  (name, codec, byte, head) => {
    const view = newView(0);
    const isBinary = name !== 'signalr';
    const send = (text: string): unknown => decoded(codec, isBinary ? Buffer.from(text, 'latin1') : text, view);
    if (head !== '') send(head);
    const rooms = new Set<ArrayBufferLike>();
    for (let n = 0; n < BYTES; n++) {
      expect(send(byte)).toEqual([{ kind: 'known' }]);
      rooms.add(view.rest!.buffer);
    }
    expect(view.rest!.length).toBe(BYTES + head.length);
    expect(rooms.size).toBeLessThan(10);
  },
);
