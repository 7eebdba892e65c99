import type { IncomingMessage } from 'node:http';

/** Most bytes in the body of a token request. */
const MAX_BODY_BYTES = 8 * 1024;

/**
 * Reads an application/x-www-form-urlencoded body of bounded size.
 *
 * @param done called with the form, or with null when the body is too large; never if the client leaves before its end
 */
export function readForm(request: IncomingMessage, done: (form: URLSearchParams | null) => void): void {
  let text = '';
  request.on('data', (chunk: Buffer) => {
    text += chunk.toString('latin1');
    if (text.length <= MAX_BODY_BYTES) return;
    request.removeAllListeners('data').removeAllListeners('end');
    done(null);
  });
  request.on('end', () => done(new URLSearchParams(text)));
}
