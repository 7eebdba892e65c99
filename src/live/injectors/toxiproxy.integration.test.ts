import { once } from 'node:events';
import { createServer } from 'node:http';
import { describe, expect, onTestFinished, test } from 'vitest';
import { AT_ONCE } from '../../core/fault/planned.test.helper.ts';
import type { ToxiproxyFault } from '../../core/fault/toxiproxy.ts';
import { toxiproxy } from './toxiproxy.test.helper.ts';
import { Watched } from './watched.test.helper.ts';

const fault = (url: string, changes: Partial<ToxiproxyFault['toxic']> = {}, proxy = 'redis'): ToxiproxyFault => ({
  ...AT_ONCE,
  kind: 'toxiproxy',
  forMs: 1000,
  url,
  proxy,
  toxic: { type: 'latency', stream: 'downstream', toxicity: 1, attributes: { latency: 300 }, ...changes },
});

const HIT = { planned: 1, hit: 1, missed: {} };

function started(): Watched {
  return new Watched();
}

describe('a toxic', () => {
  test('is added when the fault begins and removed when it ends', async () => {
    const { url, toxics } = await toxiproxy();
    const run = started();
    const occurrence = run.begin(fault(url));
    expect(await run.settled()).toEqual(HIT);
    expect([...toxics.values()]).toEqual([
      {
        name: `squall-${process.pid}-0`,
        type: 'latency',
        stream: 'downstream',
        toxicity: 1,
        attributes: { latency: 300 },
      },
    ]);
    run.injectors.end(occurrence);
    await run.injectors.close();
    expect(toxics.size).toBe(0);
    expect(run.tally).toEqual(HIT);
  });

  test('is removed when the run ends before the fault, also while it is being added', async () => {
    const { url, toxics } = await toxiproxy();
    const run = started();
    run.begin(fault(url));
    await run.injectors.close();
    expect(run.tally).toEqual(HIT);
    expect(toxics.size).toBe(0);
  });

  test('of type `down` disables the proxy and enables it again', async () => {
    const { url, proxy } = await toxiproxy();
    const run = started();
    const occurrence = run.begin(fault(url, { type: 'down' }));
    expect(await run.settled()).toEqual(HIT);
    expect(proxy.enabled).toBe(false);
    run.injectors.end(occurrence);
    await run.injectors.close();
    expect(proxy.enabled).toBe(true);
  });

  test('has failed when Toxiproxy refuses it, and is not removed', async () => {
    const { url } = await toxiproxy();
    const run = started();
    const occurrence = run.begin(fault(url, {}, 'nobody'));
    expect(await run.settled()).toEqual({ planned: 1, hit: 0, missed: { failed: 1 } });
    expect(run.warnings).toEqual(['toxiproxy fault: Toxiproxy answered 404 {"error":"proxy not found","status":404}']);
    run.injectors.end(occurrence);
    await run.injectors.close();
    expect(run.warnings).toHaveLength(1);
  });

  test('has failed when nobody listens there', async () => {
    const run = started();
    run.begin(fault('http://127.0.0.1:1'));
    expect(await run.settled()).toEqual({ planned: 1, hit: 0, missed: { failed: 1 } });
    expect(run.warnings).toEqual([expect.stringContaining('ECONNREFUSED')]);
    await run.injectors.close();
  });

  test('reads no more of an answer than it quotes', async () => {
    const server = createServer((_, response) => {
      response.writeHead(500);
      const more = (): void => {
        while (!response.destroyed && response.write('x'.repeat(65_536)));
      };
      response.on('drain', more);
      more();
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    onTestFinished(() => void server.close());
    const address = server.address();
    const run = new Watched();
    run.begin(fault(`http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`));
    expect(await run.settled()).toEqual({ planned: 1, hit: 0, missed: { failed: 1 } });
    expect(run.warnings.join()).toMatch(/^toxiproxy fault: Toxiproxy answered 500 x+/);
  });
});
