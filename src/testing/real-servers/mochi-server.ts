import { spawn } from 'node:child_process';
import { createServer, type IncomingMessage } from 'node:http';
import { listen } from '../../embedded/listen.ts';
import { accessCheck, type AccessOptions } from './access.ts';
import type { Counts } from './counts.ts';
import { freePort, HOST, whenReady, type Served } from './served.ts';

/** mochi-mqtt, which asks this process about tokens and commands. */
export interface MochiOptions extends AccessOptions {
  readonly binary: string;
  /** reason code of the DISCONNECT that ends a connection whose token has expired; 0: it goes on */
  readonly expiryCode: number;
  /** reason code of the PUBACK that refuses a command after the expiry; absent: commands are not refused */
  readonly refusalCode?: number;
  /** keep alive that the server announces in its CONNACK, s; default: none */
  readonly keepaliveS?: number;
  /** the only topic filter that may be subscribed to; default: any */
  readonly filter?: string;
}

/** A question of `installs/mochi/main.go`. */
interface Question {
  readonly kind: 'connect' | 'renew' | 'publish' | 'subscribe' | 'expired';
  readonly client: string;
  readonly token: string;
  readonly payload: string;
  readonly dup: boolean;
}

interface Answer {
  readonly ok: boolean;
  readonly expiresInMs?: number;
  readonly endsWith?: number;
  readonly code?: number;
  readonly keepaliveS?: number;
}

export async function mochiServer(options: MochiOptions, counts: Counts): Promise<Served> {
  const check = accessCheck(options);
  const accesses = new Map<string, { readonly user: string; readonly expiresAt: number }>();
  const service = createServer((request, response) => {
    void bodyOf(request)
      .then((body) => answerTo(JSON.parse(body) as Question))
      .then((answer) => response.end(JSON.stringify(answer)));
  });
  const servicePort = await listen(service, HOST, 0);
  const port = await freePort();
  const child = spawn(options.binary, [String(port), `http://${HOST}:${servicePort}/`], { stdio: 'ignore' });
  child.once('exit', () => process.exit(1));
  process.once('exit', () => child.kill('SIGKILL'));
  await whenReady(`http://${HOST}:${port}/`, 30_000, (status) => status === 400);
  return { port };

  function answerTo(question: Question): Promise<Answer> | Answer {
    switch (question.kind) {
      case 'connect':
        counts.add('connections');
        return admitted(question, 'authenticated');
      case 'renew':
        return admitted(question, 'renewals');
      case 'subscribe':
        return { ok: options.filter === undefined || question.payload === options.filter };
      case 'expired':
        counts.add('expiries');
        return { ok: true };
      case 'publish':
        return published(question);
    }
  }

  async function admitted({ client, token }: Question, count: 'authenticated' | 'renewals'): Promise<Answer> {
    try {
      const access = await check(token);
      counts.add(count);
      accesses.set(client, access);
      const { expiryCode, keepaliveS = 0 } = options;
      if (expiryCode === 0) return { ok: true, keepaliveS };
      return {
        ok: true,
        keepaliveS,
        expiresInMs: Math.max(1, Math.ceil(access.expiresAt - Date.now())),
        endsWith: expiryCode,
      };
    } catch {
      counts.add('refused');
      return { ok: false };
    }
  }

  function published({ client, payload, dup }: Question): Answer {
    const { user = '', expiresAt = 0 } = accesses.get(client) ?? {};
    if (options.refusalCode !== undefined && Date.now() >= expiresAt) {
      counts.add('commandsRefused');
      return { ok: false, code: options.refusalCode };
    }
    if (dup) counts.add('markedAgain');
    counts.command(user, (JSON.parse(payload) as { id?: unknown }).id);
    return { ok: true };
  }
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}
