import { appendFileSync } from 'node:fs';
import { subscribe } from 'node:diagnostics_channel';
import { SESSION_CHANNEL, type SessionChange } from '../../embedded/session-channel.ts';

// `--import` loads this module into the processes of an embedded target. It appends the start and end of each session
// to a file, and a sign of life every 50 ms until the process is killed.

/** The environment variable that names the file; without it, nothing is logged. */
export const SESSION_LOG_VARIABLE = 'SQUALL_TEST_SESSION_LOG';
const ALIVE_EVERY_MS = 50;

const file = process.env[SESSION_LOG_VARIABLE];
if (file !== undefined && process.send !== undefined) {
  const write = (what: string): void => appendFileSync(file, `${Date.now()} ${process.pid} ${what}\n`);
  write('alive');
  setInterval(() => write('alive'), ALIVE_EVERY_MS).unref();
  subscribe(SESSION_CHANNEL, (change) => {
    const { what, client, slot } = change as SessionChange;
    write(`${what} ${client} ${slot}`);
  });
}
