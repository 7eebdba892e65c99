import { WebSocketServer, type WebSocket } from 'ws';
import { createServer } from 'node:http';
import { listen } from '../../embedded/listen.ts';
import { accessCheck, type Access, type AccessOptions } from './access.ts';
import type { Counts } from './counts.ts';
import { cutOf, HOST, type Served } from './served.ts';

/** A server of the lines that `fixtures/protocols/lines.mjs` speaks, the worked example of a protocol of one's own. */
export interface LinesOptions extends AccessOptions {
  /** at the token's expiry: the connection is ended, or every later command is refused */
  readonly atExpiry: 'close' | 'refuse-commands';
}

export async function linesServer(options: LinesOptions, counts: Counts): Promise<Served> {
  const check = accessCheck(options);
  const http = createServer();
  new WebSocketServer({ server: http }).on('connection', (socket: WebSocket) => {
    counts.add('connections');
    serve(socket);
  });
  const drop = cutOf(http);
  return { port: await listen(http, HOST, 0), drop };

  function serve(socket: WebSocket): void {
    let access: Access | null = null;
    let hasJoined = false;
    let expiry: NodeJS.Timeout | undefined;
    const say = (line: string): void => {
      if (socket.readyState === socket.OPEN) socket.send(line);
    };
    const end = (): void => {
      counts.add('expiries');
      say('BYE');
      socket.close();
    };
    const answer = async (word: string, rest: string): Promise<void> => {
      if (word === 'AUTH') {
        access = await check(rest).catch(() => null);
        counts.add(access === null ? 'refused' : 'authenticated');
        say(access === null ? 'NO' : 'IN');
        if (access !== null && options.atExpiry === 'close') expiry = setTimeout(end, access.expiresAt - Date.now());
      } else if (word === 'JOIN' && access !== null) {
        hasJoined = true;
        counts.add('joins');
        say('JOINED');
      } else if (word === 'DO' && access !== null && hasJoined) {
        const isExpired = options.atExpiry === 'refuse-commands' && Date.now() >= access.expiresAt;
        if (isExpired) counts.add('commandsRefused');
        else counts.command(access.user, rest);
        say(`${isExpired ? 'EXPIRED' : 'DONE'} ${rest}`);
      } else if (word === 'PING') {
        counts.add('clientPings');
        say('PONG');
      } else counts.add('strangeMessages');
    };
    socket.on('message', (data) => {
      const line = Buffer.isBuffer(data) ? data.toString() : '';
      const space = line.indexOf(' ');
      void (space === -1 ? answer(line, '') : answer(line.slice(0, space), line.slice(space + 1)));
    });
    socket.on('error', () => {});
    socket.on('close', () => clearTimeout(expiry));
    say('HELLO');
  }
}
