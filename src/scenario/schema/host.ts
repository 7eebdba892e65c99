import { isIP } from 'node:net';
import { type Codec, scalar } from '../../core/codec/codec.ts';
import { reject } from '../../core/codec/reject.ts';

/** A host name or IP address by itself: no scheme, port or path. */
export function host(): Codec<string> {
  return scalar(
    (input) => {
      const name = typeof input === 'string' ? input.toLowerCase() : '';
      const address = name.replace(/^\[(.*)\]$/, '$1');
      if (isIP(address) !== 0) return address;
      return HOST_NAME.test(name) && name.length <= MAX_HOST_CHARS
        ? name
        : reject('not a host', input, 'write the name or address alone, such as staging.example.com');
    },
    String,
    { type: 'string', maxLength: MAX_HOST_CHARS, examples: ['staging.example.com'] },
  );
}

/** RFC 1123 section 2.1. */
const MAX_HOST_CHARS = 255;
const HOST_NAME = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*$/;
