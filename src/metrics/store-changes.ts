import type { RecorderStore } from './store.ts';

/** Bytes that are compared, and sent, as a whole: 256 bins of a series. */
const BLOCK_BYTES = 1024;

/** Consecutive bytes of a store that have changed. */
export interface StoreChange {
  /** place of the buffer among those of the store */
  readonly buffer: number;
  readonly offset: number;
  readonly bytes: Uint8Array;
}

/** Finds the bytes of a store that changed since the last look, from which another process keeps a copy of the store. */
export class StoreChanges {
  readonly #now: readonly Uint8Array[];
  readonly #before: readonly Uint8Array[];

  constructor(store: RecorderStore) {
    this.#now = bytesOf(store);
    this.#before = this.#now.map(({ length }) => new Uint8Array(length));
  }

  /** Returns the changes since the last call. The next call overwrites their bytes. */
  take(): readonly StoreChange[] {
    const changes: StoreChange[] = [];
    for (const [buffer, now] of this.#now.entries()) {
      const before = this.#before[buffer]!;
      for (let offset = 0; offset < now.length; offset += BLOCK_BYTES) {
        const end = Math.min(now.length, offset + BLOCK_BYTES);
        if (Buffer.compare(now.subarray(offset, end), before.subarray(offset, end)) === 0) continue;
        before.set(now.subarray(offset, end), offset);
        changes.push({ buffer, offset, bytes: before.subarray(offset, end) });
      }
    }
    return changes;
  }
}

/** Writes changes of a store of the same size into its copy. */
export function applyChanges(copy: RecorderStore, changes: readonly StoreChange[]): void {
  const buffers = bytesOf(copy);
  for (const { buffer, offset, bytes } of changes) buffers[buffer]!.set(bytes, offset);
}

/** Views of all buffers of a store, in the order of its fields. */
function bytesOf(store: RecorderStore): readonly Uint8Array[] {
  return Object.values(store).flatMap((part: ArrayBufferLike | ArrayBufferView | null) => {
    if (part === null) return [];
    return ArrayBuffer.isView(part)
      ? new Uint8Array(part.buffer, part.byteOffset, part.byteLength)
      : new Uint8Array(part);
  });
}
