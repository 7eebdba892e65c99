import type { IncomingMessage } from 'node:http';

/** Most bytes in the body of a token request. */
const MAX_BODY_BYTES = 8 * 1024;

export type FormBody =
  | { readonly ok: true; readonly form: URLSearchParams }
  | { readonly ok: false; readonly why: 'too-large' | 'gone' };

/** Reads an application/x-www-form-urlencoded body of bounded size. Never rejects. */
export async function readForm(request: IncomingMessage): Promise<FormBody> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of request) {
      if (!Buffer.isBuffer(chunk)) return { ok: false, why: 'gone' };
      bytes += chunk.length;
      if (bytes > MAX_BODY_BYTES) return { ok: false, why: 'too-large' };
      chunks.push(chunk);
    }
  } catch {
    return { ok: false, why: 'gone' };
  }
  return { ok: true, form: new URLSearchParams(Buffer.concat(chunks).toString('latin1')) };
}
