/**
 * The resource that this machine lacks, with the fix; null for any other error. This file imports nothing, since it is
 * also used when squall could not be loaded.
 */
export function shortageOf(error: unknown): string | null {
  if (!(error instanceof Error)) return null;
  const code = 'code' in error ? error.code : undefined;
  if (code === 'EMFILE' || code === 'ENFILE') {
    const who = code === 'EMFILE' ? 'this process' : 'this machine';
    return `${who} can open no more files (${code}): raise the limit, for example with \`ulimit -n 4096\``;
  }
  if (code === 'ERR_WORKER_OUT_OF_MEMORY' || isOutOfMemory(error)) {
    return `this machine gives squall no more memory (${error.message}): free some, lift the limit (\`ulimit -v unlimited\`), or take fewer clients`;
  }
  return null;
}

/** Recognizes errors of buffers and of WebAssembly, which traps when its memory cannot grow. */
function isOutOfMemory({ name, message }: Error): boolean {
  return /\b(WebAssembly|Wasm)\b.*memory|Array buffer allocation failed/i.test(message) || name === 'RuntimeError';
}
