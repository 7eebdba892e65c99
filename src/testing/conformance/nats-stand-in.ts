import { decodeJwt } from 'jose';
import type { WebSocket } from 'ws';
import { startStandIn, type StandIn } from './stand-in.ts';

const INFO = {
  server_id: 'NA',
  version: '2.15.3',
  proto: 1,
  headers: true,
  auth_required: true,
  nonce: 'AbCdEfGhIjKlMnO',
  max_payload: 1_048_576,
};
const POLICY_VIOLATION = 1008;
/** Bytes of a frame, so that messages end where no frame does. */
const FRAME_BYTES = 20;

/**
 * Answers as nats-server 2.15 does to clients whose `auth_token` is a JWT that has not run out, as with an auth callout. The
 * real server is held to the same frames by `npm run test:real`.
 */
export function startNatsStandIn(): Promise<StandIn> {
  return startStandIn(serve);
}

function serve(socket: WebSocket): void {
  let expiry: NodeJS.Timeout | undefined;
  let held = '';
  const say = (text: string): void => {
    const bytes = Buffer.from(text);
    for (let at = 0; at < bytes.length; at += FRAME_BYTES) socket.send(bytes.subarray(at, at + FRAME_BYTES));
  };
  const end = (error: string): void => {
    say(`-ERR '${error}'\r\n`);
    socket.close(POLICY_VIOLATION, error);
  };
  socket.on('error', () => {});
  socket.on('close', () => clearTimeout(expiry));
  say(`INFO ${JSON.stringify(INFO)}\r\n`);
  socket.on('message', (data: Buffer) => {
    held += data.toString('latin1');
    for (let next = cut(held); next !== null; next = cut(held)) {
      held = held.slice(next.length);
      const [verb, ...words] = next.line.split(' ');
      if (verb === 'PING') say('PONG\r\n');
      else if (verb === 'CONNECT') {
        const { auth_token: token = '' } = JSON.parse(words.join(' ')) as { auth_token?: string };
        const leftMs = 1000 * (decodeJwt(token).exp ?? 0) - Date.now();
        if (leftMs <= 0) return end('Authorization Violation');
        expiry = setTimeout(() => end('User Authentication Expired'), leftMs);
      } else if (verb === 'PUB') say(`MSG ${words[1]} 1 2\r\nok\r\n`);
    }
    return undefined;
  });
}

/** The next message of a client: its line, and its length with the payload of PUB. */
function cut(held: string): { readonly line: string; readonly length: number } | null {
  const end = held.indexOf('\r\n');
  if (end === -1) return null;
  const line = held.slice(0, end);
  const size = /^PUB .* (\d+)$/.exec(line)?.[1];
  const length = end + 2 + (size === undefined ? 0 : Number(size) + 2);
  return held.length < length ? null : { line, length };
}
