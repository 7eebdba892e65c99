/** Client libraries that take their sockets from a package, on fake sockets. */
import { createRequire } from 'node:module';
import type * as Discord from '@discordjs/ws';
import type * as Slack from '@slack/socket-mode';
import { FakeSocket } from './fake-socket.ts';

const require = createRequire(import.meta.url);

/** Takes any event for one of a class. */
const AnyEvent = Object.defineProperty(() => {}, Symbol.hasInstance, { value: () => true });

/** `setTimeout` of node:timers/promises, by the timers that are the global ones when it is called. */
function passed<T>(ms: number, value?: T, { signal }: { readonly signal?: AbortSignal } = {}): Promise<T | undefined> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => resolve(value), ms);
    signal?.addEventListener('abort', () => {
      clearTimeout(timer);
      reject(new Error('aborted'));
    });
  });
}

/** @discordjs/ws keeps the class of ws that it finds when it is loaded. */
function loadDiscord(): typeof Discord {
  Object.assign(require('node:timers/promises') as object, { setTimeout: passed });
  const ws = require('ws') as { WebSocket: unknown };
  const own = ws.WebSocket;
  ws.WebSocket = FakeSocket;
  const discord = require('@discordjs/ws') as typeof Discord;
  ws.WebSocket = own;
  return discord;
}

/** @slack/socket-mode looks into undici for each socket and event. */
function loadSlack(): typeof Slack {
  const undici = require('undici') as object;
  Object.assign(undici, {
    WebSocket: FakeSocket,
    ErrorEvent: AnyEvent,
    MessageEvent: AnyEvent,
    CloseEvent: AnyEvent,
    ping: () => {},
  });
  return require('@slack/socket-mode') as typeof Slack;
}

export const { WebSocketManager, WebSocketShardEvents } = loadDiscord();
export const { SocketModeClient } = loadSlack();
