import { deflateRawSync, inflateRawSync } from 'node:zlib';

/** Most bytes of one value, before compression. */
const MAX_VALUE_BYTES = 1 << 28;
/** Size from which a value is compressed, bytes. */
const DEFLATE_BYTES = 1024;
const DEFLATE = { level: 1 };
const MAX_DEPTH = 64;
/** First byte: how the rest is stored. */
const STORED = 0;
const DEFLATED = 1;
/** Bytes of the length of the JSON text. */
const LENGTH_BYTES = 4;
/** Member of an object that stands for what JSON lacks: its value names the kind. */
const TAG = '$';

/** A value that cannot be written, or bytes that no value was written as. */
export class WireError extends Error {
  override readonly name = 'WireError';
}

const ARRAYS = {
  Uint8Array,
  Int8Array,
  Uint8ClampedArray,
  Uint16Array,
  Int16Array,
  Uint32Array,
  Int32Array,
  Float32Array,
  Float64Array,
} as const;
type ArrayName = keyof typeof ARRAYS;

/**
 * Writes a value of plain data: JSON, and what JSON lacks (numbers that are not finite, undefined elements, big integers,
 * maps, sets, typed arrays, errors). The bytes of typed arrays follow the JSON text, and long values are compressed.
 * Members that are undefined are left out.
 *
 * @throws WireError naming the place of what cannot be written
 * @example decode(encode({ most: Infinity })) // { most: Infinity }
 */
export function encode(value: unknown): Buffer {
  const blocks: Uint8Array[] = [];
  const json = Buffer.from(JSON.stringify(written(value, 'value', 0, blocks)));
  const length = Buffer.alloc(LENGTH_BYTES);
  length.writeUInt32LE(json.length);
  const plain = Buffer.concat([length, json, ...blocks]);
  if (plain.length > MAX_VALUE_BYTES) throw new WireError(`a value of ${plain.length} bytes is too long to be sent`);
  const isLong = plain.length > DEFLATE_BYTES;
  return Buffer.concat([Buffer.of(isLong ? DEFLATED : STORED), isLong ? deflateRawSync(plain, DEFLATE) : plain]);
}

/**
 * Reads a value that `encode` wrote.
 *
 * @param maxBytes most bytes of the value before compression
 * @throws WireError, whatever the bytes are
 */
export function decode(bytes: Uint8Array, maxBytes = MAX_VALUE_BYTES): unknown {
  try {
    const plain = plainOf(bytes, maxBytes);
    const end = LENGTH_BYTES + plain.readUInt32LE();
    if (end > plain.length) throw new WireError('the value ends early');
    const json: unknown = JSON.parse(plain.toString('utf8', LENGTH_BYTES, end));
    return read(json, plain.subarray(end), 0);
  } catch (error) {
    if (error instanceof WireError) throw error;
    throw new WireError('the bytes hold no value', { cause: error });
  }
}

function plainOf(bytes: Uint8Array, maxBytes: number): Buffer {
  const rest = bytes.subarray(1);
  if (bytes[0] === DEFLATED) return inflateRawSync(rest, { maxOutputLength: maxBytes });
  if (bytes[0] !== STORED || rest.length > maxBytes) throw new WireError('the value is of another format or too long');
  return Buffer.from(rest.buffer, rest.byteOffset, rest.length);
}

/** Returns a value that JSON can hold, and adds the bytes of its typed arrays to `blocks`. */
function written(value: unknown, place: string, depth: number, blocks: Uint8Array[]): unknown {
  if (depth > MAX_DEPTH) throw new WireError(`${place} lies too deep or within itself`);
  const inner = (part: unknown, name: string | number): unknown => written(part, `${place}.${name}`, depth + 1, blocks);
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return value;
    case 'number':
      return Number.isFinite(value) && !Object.is(value, -0)
        ? value
        : { [TAG]: 'number', is: Object.is(value, -0) ? '-0' : String(value) };
    case 'undefined':
      return { [TAG]: 'undefined' };
    case 'bigint':
      return { [TAG]: 'bigint', is: String(value) };
    case 'function':
    case 'symbol':
      throw new WireError(`${place} is a ${typeof value}, which cannot be sent`);
    case 'object':
      break;
  }
  if (value === null) return null;
  if (Array.isArray(value)) return value.map(inner);
  if (ArrayBuffer.isView(value)) return writtenArray(value, place, blocks);
  if (value instanceof Map)
    return { [TAG]: 'map', is: [...value].map(([key, part], n) => [inner(key, n), inner(part, n)]) };
  if (value instanceof Set) return { [TAG]: 'set', is: [...value].map(inner) };
  if (value instanceof Error) return { [TAG]: 'error', is: [value.name, value.message] };
  const members = Object.entries(value).filter(([, part]) => part !== undefined);
  const object = Object.fromEntries(members.map(([name, part]) => [name, inner(part, name)]));
  return Object.hasOwn(object, TAG) ? { [TAG]: 'object', is: object } : object;
}

function writtenArray(view: ArrayBufferView, place: string, blocks: Uint8Array[]): unknown {
  const kind = Buffer.isBuffer(view) ? 'Uint8Array' : Object.prototype.toString.call(view).slice('[object '.length, -1);
  if (!isArrayName(kind)) throw new WireError(`${place} is a ${kind}, which cannot be sent`);
  blocks.push(new Uint8Array(view.buffer, view.byteOffset, view.byteLength));
  return { [TAG]: kind, is: view.byteLength };
}

/** A place in the bytes of typed arrays, which are read in the order in which they were written. */
interface Place {
  at: number;
}

function read(value: unknown, blocks: Buffer, depth: number, place: Place = { at: 0 }): unknown {
  if (depth > 2 * MAX_DEPTH) throw new WireError('the value is too deep');
  if (typeof value !== 'object' || value === null) return value;
  const inner = (part: unknown): unknown => read(part, blocks, depth + 1, place);
  if (Array.isArray(value)) return value.map(inner);
  const tagged: { [TAG]?: unknown; is?: unknown } = value;
  if (!Object.hasOwn(value, TAG)) return readMembers(value, inner);
  return readTagged(String(tagged[TAG]), tagged.is, blocks, place, inner);
}

function readMembers(value: object, inner: (part: unknown) => unknown): object {
  if (Object.hasOwn(value, '__proto__')) throw new WireError('the value sets a prototype');
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, inner(part)]));
}

function readTagged(
  kind: string,
  is: unknown,
  blocks: Buffer,
  place: Place,
  inner: (part: unknown) => unknown,
): unknown {
  switch (kind) {
    case 'undefined':
      return undefined;
    case 'number':
      return Number(is);
    case 'bigint':
      return BigInt(String(is));
    case 'map':
      return new Map(listOf(is).map((pair): [unknown, unknown] => [inner(listOf(pair)[0]), inner(listOf(pair)[1])]));
    case 'set':
      return new Set(listOf(is).map(inner));
    case 'error':
      return Object.assign(new Error(String(listOf(is)[1])), { name: String(listOf(is)[0]) });
    case 'object':
      if (typeof is !== 'object' || is === null) break;
      return readMembers(is, inner);
    default:
      if (isArrayName(kind)) return readArray(kind, Number(is), blocks, place);
  }
  throw new WireError('the value is of an unknown kind');
}

function readArray(kind: ArrayName, length: number, blocks: Buffer, place: Place): ArrayBufferView {
  const end = place.at + length;
  if (!Number.isSafeInteger(length) || length < 0 || end > blocks.length) throw new WireError('an array ends early');
  // A copy of its own: the elements must lie at a multiple of their size.
  const copy = new Uint8Array(blocks.subarray(place.at, end));
  place.at = end;
  return new ARRAYS[kind](copy.buffer);
}

function listOf(value: unknown): readonly unknown[] {
  if (!Array.isArray(value)) throw new WireError('a list is missing');
  return value;
}

function isArrayName(kind: string): kind is ArrayName {
  return Object.hasOwn(ARRAYS, kind);
}
