import { createCipheriv } from 'node:crypto';
import { BLOCK_CHARS } from './blocks.ts';

export const KEY_BYTES = 16;
/** Bytes of a block's digest: enough that no collisions are expected among millions of blocks and gigabytes of text. */
export const DIGEST_BYTES = 8;

/**
 * One-way digests of blocks: the first 8 bytes of AES-128(key, x) xor x (Matyas, Meyer and Oseas; the compression
 * function of ISO/IEC 10118-2). The results folder contains the key, so an attacker can try blocks x, but there are 2^96
 * of them; and since a token's blocks are digested one by one, a right guess for one says nothing about the next.
 * HMAC-SHA-256 has the same property at a hundredth of the speed: AES accepts thousands of blocks in one call, so that a
 * scan can check every position of a text.
 */
export class Digester {
  readonly #cipher;

  constructor(key: Buffer) {
    // ECB has no state between blocks, so one cipher is enough.
    this.#cipher = createCipheriv('aes-128-ecb', key, null).setAutoPadding(false);
  }

  /** @param blocks blocks of 16 characters each, concatenated. @returns 16 bytes for each, of which the first are the digest */
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
