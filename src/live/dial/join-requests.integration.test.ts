import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { REASON, SERIES_INDEX, TIMING_INDEX } from '../../core/metrics.ts';
import { mono } from '../../core/time/instant.ts';
import { newView } from '../../protocols/registry.ts';
import type { StepFailure } from '../../protocols/dial-step.ts';
import { endpointOf } from '../network/resolve.ts';
import { Gateways } from './gateways.ts';
import { JoinRequests, type JoinRequestParts } from './join-requests.ts';
import { upgradeForm } from '../socket/upgrade-form.ts';

/** A service that answers `/yes`, refuses `/no`, and is silent at `/hang`; its requests, and what was observed of them. */
async function service(paths: readonly string[], maxPerSecond: number): Promise<Service> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url} ${String(request.headers['x-token'])}`);
    if (request.url !== '/hang') response.writeHead(request.url === '/no' ? 403 : 200).end('yes');
  }).listen(0, '127.0.0.1');
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const seen: string[] = [];
  const observer = {
    happened: (curve: number) => void seen.push(curve === SERIES_INDEX.joinRequests ? 'asked' : 'other'),
    timed: (timing: number) => void seen.push(timing === TIMING_INDEX.joinRequest ? 'answered' : 'other'),
    failed: (_: number, reason: number) => void seen.push(`failed ${reason}`),
  };
  const requests = new JoinRequests({
    step: {
      name: 'authorisation',
      request: (token, view) => ({
        method: 'POST',
        url: paths[view.holes.client]!,
        headers: { 'X-Token': token },
        body: '',
      }),
      answer: (status, body, view) => {
        view.ticket = body;
        return status === 200 ? null : { signal: status, said: body, advice: 'refresh' };
      },
    },
    gateways: new Gateways([endpointOf(new URL(`ws://127.0.0.1:${port}/`), '127.0.0.1')], paths.length),
    form: upgradeForm({ kind: 'header' }),
    credentials: { access: paths.map((_, client) => `t${client}`) } as unknown as JoinRequestParts['credentials'],
    noteSighting: () => {},
    observer,
    late: { arrived: () => {} } as unknown as JoinRequestParts['late'],
    now: () => mono(performance.now()),
    maxPerSecond,
  });
  const ended = (client: number): Promise<StepFailure | null> =>
    new Promise((resolve) => requests.begin(client, newView(client), (_, _view, failure) => resolve(failure)));
  return { server, asked, seen, requests, ended };
}

interface Service {
  readonly server: Server;
  readonly asked: readonly string[];
  readonly seen: readonly string[];
  readonly requests: JoinRequests;
  readonly ended: (client: number) => Promise<StepFailure | null>;
}

it('a request before a join is answered, refused or given up, and each is counted once', async () => {
  const { server, asked, seen, requests, ended } = await service(['/yes', '/no', '/hang'], Infinity);
  expect(await ended(0)).toBeNull();
  expect(await ended(1)).toMatchObject({ signal: 403, advice: 'refresh' });
  const thirdRequest = once(server, 'request');
  void ended(2);
  await thirdRequest;
  requests.giveUp(2);
  await requests.close();
  expect(seen).toEqual(['asked', 'answered', 'asked', 'failed 403', 'asked', `failed ${REASON.joinRequest.abandoned}`]);
  expect(asked).toEqual(['POST /yes t0', 'POST /no t1', 'POST /hang t2']);
  expect(requests.delayed).toBe(0);
});

it('requests over the rate cap wait for their turn, and those that are given up in line are never sent', async () => {
  const { asked, seen, requests, ended } = await service(['/yes', '/yes', '/yes', '/yes'], 2);
  const first = ended(0);
  void ended(1);
  const third = ended(2);
  void ended(3);
  requests.giveUp(1);
  expect([await first, await third]).toEqual([null, null]);
  expect(requests.delayed).toBe(3);
  // The client asks anew while its request waits, and stands in line once.
  const again = ended(3);
  expect(await again).toBeNull();
  void ended(0);
  await requests.close();
  expect(asked).toEqual(['POST /yes t0', 'POST /yes t2', 'POST /yes t3']);
  expect(seen).toEqual(['asked', 'answered', 'asked', 'answered', 'asked', 'answered']);
});
