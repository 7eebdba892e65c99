import { performance } from 'node:perf_hooks';
import { connect } from 'node:net';
import { ARRIVALS_PER_SECOND } from './population.ts';
import type { Refreshes } from './refreshes.ts';

const TICK_MS = 1;
const HEAD_END = '\r\n\r\n';
const LENGTH = /content-length: (\d+)/i;

/** A bare loop of POST requests on `net`, each on a TCP connection of its own, that parses the JSON of the answers. */
export class NetRefreshes implements Refreshes {
  #done = 0;

  get done(): number {
    return this.#done;
  }

  async begin(url: string, requests: number): Promise<void> {
    const { hostname, port, host, pathname } = new URL(url);
    this.#done = 0;
    const beganMs = performance.now();
    let asked = 0;
    const askAllDue = (): void => {
      const elapsedSeconds = (performance.now() - beganMs) / 1000;
      const due = Math.min(requests, 1 + Math.floor(elapsedSeconds * ARRIVALS_PER_SECOND));
      for (; asked < due; asked++) this.#ask(hostname, Number(port), requestText(host, pathname, `refresh-${asked}`));
      if (due < requests) setTimeout(askAllDue, TICK_MS);
    };
    setImmediate(askAllDue);
  }

  end(): void {
    this.#done = 0;
  }

  #ask(host: string, port: number, text: string): void {
    const socket = connect({ host, port });
    let answer = '';
    socket.on('data', (chunk) => {
      answer += chunk.toString('latin1');
      const head = answer.indexOf(HEAD_END);
      if (head === -1) return;
      const body = answer.slice(head + HEAD_END.length);
      if (body.length < Number(LENGTH.exec(answer)?.[1])) return;
      const json: unknown = JSON.parse(body);
      if (typeof json === 'object' && json !== null && 'access_token' in json) this.#done += 1;
      socket.destroy();
    });
    // A request that fails is missing in the count, which the bench checks.
    socket.on('error', () => {});
    socket.write(text, 'latin1');
  }
}

function requestText(host: string, path: string, refreshToken: string): string {
  const body = `grant_type=refresh_token&refresh_token=${refreshToken}`;
  return (
    `POST ${path} HTTP/1.1\r\nhost: ${host}\r\nconnection: keep-alive\r\naccept: application/json\r\n` +
    `content-type: application/x-www-form-urlencoded\r\ncontent-length: ${body.length}\r\n\r\n${body}`
  );
}
