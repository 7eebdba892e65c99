import { appendFileSync } from 'node:fs';
import { subscribe } from 'node:diagnostics_channel';
import { SESSION_CHANNEL, type SessionChange } from '../../embedded/session-channel.ts';

// Loaded by `--import` into the processes of an embedded target: writes down whose session begins and ends there, in a
// file that squall knows nothing of. A process that is killed says no more that it lives.

/** Names the file; nothing is written without it. */
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
