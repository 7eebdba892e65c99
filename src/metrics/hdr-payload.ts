import { inflateSync } from 'node:zlib';

/** Cookie of a compressed V2 histogram (HdrHistogram, EncodableHistogram.java: V2 compressed, with 16 in it). */
const COMPRESSED_V2 = 0x1c849314;
const HEAD_BYTES = 8;
/** zlib header (RFC 1950): deflate, window of 32 KB, no preset dictionary, fastest level; a multiple of 31. */
const ZLIB_HEAD = 0x7801;
/** Longest stored block (RFC 1951 section 3.2.4), and its header: a flag and the length twice. Both in bytes. */
const MAX_STORED_BYTES = 0xffff;
const STORED_HEAD_BYTES = 5;
const ADLER_BYTES = 4;
/** The largest prime below 2^16 (RFC 1950 section 8.2). */
const ADLER_PRIME = 65_521;

/**
 * Makes the payload of a histogram log: a V2 histogram in the compressed format, in base64. The bytes are stored without
 * compression, because the output of zlib differs between versions and processors, and a simulation must have the same
 * results everywhere. V2 itself leaves runs of zeros out.
 *
 * @param encoded a V2 histogram
 */
export function hdrPayload(encoded: Uint8Array): string {
  const stored = zlibStored(encoded);
  const head = Buffer.alloc(HEAD_BYTES);
  head.writeUInt32BE(COMPRESSED_V2, 0);
  head.writeUInt32BE(stored.length, 4);
  return Buffer.concat([head, stored]).toString('base64');
}

/** Bytes of a V2 histogram without counts: cookie, length, offset, digits, lowest and highest value, ratio. */
const HISTOGRAM_HEAD_BYTES = 40;
const [DIGITS_AT, LOWEST_AT, HIGHEST_AT] = [12, 16, 24];
/** Most bytes of a V2 histogram: four times nine bytes for each count of an hour with three digits. */
const HISTOGRAM_BYTES_MAX = 1024 * 1024;

/**
 * Reads the V2 histogram in a payload of a histogram log, which a stranger may have written: a payload of another range,
 * or that would unpack to more bytes, is refused before memory is allocated for it.
 *
 * @param highest largest value of the histogram; the smallest is 1
 * @param digits precision of the histogram
 * @throws {RangeError} or zlib's error for any other payload
 */
export function histogramIn(payload: string, highest: number, digits: number): Uint8Array {
  const bytes = Buffer.from(payload, 'base64');
  if (bytes.length < HEAD_BYTES || bytes.readUInt32BE(0) !== COMPRESSED_V2) throw new RangeError('no V2 histogram');
  const stream = bytes.subarray(HEAD_BYTES, HEAD_BYTES + bytes.readUInt32BE(4));
  const histogram = inflateSync(stream, { maxOutputLength: HISTOGRAM_BYTES_MAX });
  const ours =
    histogram.length >= HISTOGRAM_HEAD_BYTES &&
    histogram.readUInt32BE(DIGITS_AT) === digits &&
    histogram.readBigUInt64BE(LOWEST_AT) === 1n &&
    histogram.readBigUInt64BE(HIGHEST_AT) === BigInt(highest);
  if (!ours) throw new RangeError('a histogram of another range or precision');
  return histogram;
}

/** A zlib stream with `data` in stored blocks. */
function zlibStored(data: Uint8Array): Buffer {
  const blocks = Math.max(1, Math.ceil(data.length / MAX_STORED_BYTES));
  const stream = Buffer.alloc(2 + blocks * STORED_HEAD_BYTES + data.length + ADLER_BYTES);
  let at = stream.writeUInt16BE(ZLIB_HEAD, 0);
  for (let block = 0; block < blocks; block++) {
    const bytes = data.subarray(block * MAX_STORED_BYTES, (block + 1) * MAX_STORED_BYTES);
    at = stream.writeUInt8(block === blocks - 1 ? 1 : 0, at);
    at = stream.writeUInt16LE(bytes.length, at);
    at = stream.writeUInt16LE(~bytes.length & 0xffff, at);
    stream.set(bytes, at);
    at += bytes.length;
  }
  stream.writeUInt32BE(adler32(data), at);
  return stream;
}

/** The checksum of RFC 1950 section 9. */
function adler32(data: Uint8Array): number {
  let a = 1;
  let b = 0;
  for (const byte of data) {
    a = (a + byte) % ADLER_PRIME;
    b = (b + a) % ADLER_PRIME;
  }
  return b * 0x10000 + a;
}
