import { createCipheriv } from 'node:crypto';
import { BLOCK_CHARS } from './blocks.ts';

export const KEY_BYTES = 16;
/** Of one block. Among millions of blocks and gigabytes of noise, two that agree by chance are not to be expected. */
export const DIGEST_BYTES = 8;

/**
 * One-way digests of blocks: the first 8 bytes of AES-128(key, x) xor x (Matyas, Meyer and Oseas; the compression
 * function of ISO/IEC 10118-2). Whoever has the key, as whoever has the results folder does, can do no better than try
 * all blocks x, of which there are 2^96; and a token's blocks are digested one by one, so that a right guess for one
 * says nothing about the next. HMAC-SHA-256 promises the same at a hundredth of the speed: AES takes thousands of blocks
 * in one call, which is what lets a scan look at every place of a text.
 */
export class Digester {
  readonly #cipher;

  constructor(key: Buffer) {
    // ECB has no state between blocks, so one cipher serves for ever.
    this.#cipher = createCipheriv('aes-128-ecb', key, null).setAutoPadding(false);
  }

  /** @param blocks of 16 characters each, one behind the other. @returns as many times 16 bytes, the digest first */
  digest(blocks: Uint8Array): DataView {
    const sealed = this.#cipher.update(blocks);
    const view = new DataView(sealed.buffer, sealed.byteOffset, sealed.length);
    const source = new DataView(blocks.buffer, blocks.byteOffset, blocks.length);
    for (let at = 0; at < blocks.length; at += BLOCK_CHARS) {
      view.setUint32(at, view.getUint32(at) ^ source.getUint32(at));
      view.setUint32(at + 4, view.getUint32(at + 4) ^ source.getUint32(at + 4));
    }
    return view;
  }
}
