import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { expect, onTestFinished, test } from 'vitest';
import { htmlReport } from '../../report/html/page.ts';
import { markdownReport } from '../../report/markdown/run.ts';
import { textReport } from '../../report/text/run.ts';
import { summariseRun } from '../../results/summarise-run.ts';
import type { Progress } from '../../metrics/run.ts';
import { liveRun, smallScenario } from '../../testing/live-run.ts';

const CLIENTS = 30;

/** A gateway that acknowledges each message, in a process of its own. */
const GATEWAY = `
import { WebSocketServer } from 'ws';
const server = new WebSocketServer({ host: '127.0.0.1', port: 0 });
server.on('connection', (socket) => socket.on('message', (data) => socket.send(data.toString())));
server.on('listening', () => console.log(server.address().port));
`;

async function gateway() {
  const child = spawn(process.execPath, ['--input-type=module', '--eval', GATEWAY], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
  return { child, url: `ws://127.0.0.1:${line}/` };
}

/**
 * Runs clients whose server receives a signal once each of them is ready and one command was acknowledged.
 *
 * @param until ends the run
 */
async function losing(
  signal: 'SIGKILL' | 'SIGSTOP',
  until: (progress: Progress) => boolean,
  ...sets: readonly string[]
) {
  const { child, url } = await gateway();
  const scenario = smallScenario(
    'duration=60s',
    `clients.count=${CLIENTS}`,
    `target={ url: "${url}", protocol: { json: { command: '{"id":"{id}"}', ack: { id: { exists: true } }, ackId: id } } }`,
    'clients.commands={ rate: 2/s, ackTimeout: 500ms }',
    ...sets,
  );
  let isLost = false;
  const { outcome } = await liveRun(scenario, {
    until: (progress) => {
      const { curves } = progress.measurements;
      if (!isLost && curves.total('stateReady') === CLIENTS && curves.total('acknowledged') > 0)
        isLost = child.kill(signal);
      return isLost && until(progress);
    },
  });
  const startedAt = new Date(0);
  const { summary } = summariseRun({ scenario, world: 'live', startedAt, outcome, warnings: [] });
  const { measurements } = outcome;
  const reports = [
    textReport({ summary, measurements, dir: null, colour: false }).replaceAll(/\n +/g, ' '),
    markdownReport(summary),
    htmlReport({ summary, measurements, scenario, predicted: null }),
  ];
  return { url, summary, reports, cause: summary.notes.find((note) => note.startsWith('likely cause: ')) ?? '' };
}

test('a server that stops in mid-run is named beside the verdict of each report', async () => {
  const lost = await losing('SIGKILL', ({ measurements: { timings } }) => refused(timings) > CLIENTS);
  expect(lost.cause).toMatch(
    /^likely cause: the server stopped: nothing has listened at ws:\/\/127\.0\.0\.1:\d+\/ since \d+\.\d s: look at/,
  );
  for (const report of lost.reports) expect(report).toContain('likely cause: the server stopped: nothing has listened');
  expect(lost.summary.seen).toContainEqual(expect.objectContaining({ kind: 'gone', what: 'refused' }));
});

test('a server that stops reading is named, where a heartbeat shows clients that it does', async () => {
  const { cause } = await losing(
    'SIGSTOP',
    ({ measurements: { curves, timings } }) =>
      curves.total('stateReady') === 0 && (timings.handshake.failures.get('timeout') ?? 0) > CLIENTS,
    'clients.heartbeat={ every: 500ms, timeout: 500ms }',
    'clients.connectTimeout=500ms',
  );
  expect(cause).toMatch(
    /^likely cause: the server hangs or the network to it is cut: ws:.* has answered no attempt since/,
  );
});

test('a server that stops reading is named, with the heartbeat that shows it, where connections stay open', async () => {
  const { cause, summary } = await losing(
    'SIGSTOP',
    ({ measurements: { curves } }) => curves.total('gaveUp') > CLIENTS,
  );
  expect(summary.clients.readyAtEnd).toBe(CLIENTS);
  expect(cause).toMatch(/^likely cause: the server hangs: .* has acknowledged no command, .* since \d+\.\d s: look/);
  expect(cause).toMatch(/ — clients\.heartbeat: \{ every: 10s, timeout: 5s \}$/);
});

function refused(timings: Progress['measurements']['timings']): number {
  return timings.handshake.failures.get('refused') ?? 0;
}
