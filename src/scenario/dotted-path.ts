import type { AnyCodec } from '../core/codec/codec.ts';
import { codecAt } from './override.ts';

/** Most words of one key, as `socket.io` has two. */
const MAX_WORDS = 3;

/**
 * The keys of a dotted path from a codec on. A key that has dots itself is one key where the codec declares it.
 *
 * @example pathOf('target.protocol.socket.io.event', scenarioCodec) // ['target', 'protocol', 'socket.io', 'event']
 */
export function pathOf(dotted: string, codec: AnyCodec): readonly string[] {
  const words = dotted.split('.');
  const path: string[] = [];
  let at: AnyCodec | undefined = codec;
  for (let from = 0; from < words.length;) {
    let length = Math.min(MAX_WORDS, words.length - from);
    while (length > 1 && !declares(at, words.slice(from, from + length).join('.'))) length -= 1;
    const key = words.slice(from, from + length).join('.');
    path.push(key);
    at = codecAt(at, key);
    from += length;
  }
  return path;
}

/** Whether a mapping, or one of several, has the key by name. */
function declares(codec: AnyCodec | undefined, key: string): boolean {
  const { keys, options = [] } = codec?.parts ?? {};
  return (keys !== undefined && Object.hasOwn(keys, key)) || options.some((option) => declares(option, key));
}
