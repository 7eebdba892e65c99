import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it } from 'vitest';
import { REASON, SERIES_INDEX, TIMING_INDEX } from '../core/metrics.ts';
import { mono } from '../core/time/instant.ts';
import { newView } from '../protocols/registry.ts';
import type { StepFailure } from '../protocols/dial-step.ts';
import { endpointOf } from './resolve.ts';
import { Gateways } from './gateways.ts';
import { JoinRequests, type JoinRequestParts } from './join-requests.ts';
import { upgradeForm } from './upgrade-form.ts';

it('a request before a join is answered, refused or given up, and each is counted once', async () => {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url} ${String(request.headers['x-token'])}`);
    if (request.url === '/hang') return requests.giveUp(2);
    response.writeHead(request.url === '/no' ? 403 : 200).end('yes');
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const gateways = new Gateways([endpointOf(new URL(`ws://127.0.0.1:${port}/`), '127.0.0.1')], 3);
  const seen: string[] = [];
  const observer = {
    happened: (curve: number) => void seen.push(curve === SERIES_INDEX.joinRequests ? 'asked' : 'other'),
    timed: (timing: number) => void seen.push(timing === TIMING_INDEX.joinRequest ? 'answered' : 'other'),
    failed: (_: number, reason: number) => void seen.push(`failed ${reason}`),
  };
  const paths = ['/yes', '/no', '/hang'];
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
    gateways,
    form: upgradeForm({ kind: 'header' }),
    credentials: { access: ['t0', 't1', 't2'] } as unknown as JoinRequestParts['credentials'],
    noteSighting: () => {},
    observer,
    late: { arrived: () => {} } as unknown as JoinRequestParts['late'],
    now: () => mono(0),
  });
  const ended = (client: number): Promise<StepFailure | null> =>
    new Promise((resolve) => requests.begin(client, newView(client), (_, _view, failure) => resolve(failure)));
  expect(await ended(0)).toBeNull();
  expect(await ended(1)).toMatchObject({ signal: 403, advice: 'refresh' });
  const thirdRequest = once(server, 'request');
  void ended(2);
  await thirdRequest;
  await requests.close();
  expect(seen).toEqual(['asked', 'answered', 'asked', 'failed 403', 'asked', `failed ${REASON.joinRequest.abandoned}`]);
  expect(asked).toEqual(['POST /yes t0', 'POST /no t1', 'POST /hang t2']);
  server.close();
  server.closeAllConnections();
});
