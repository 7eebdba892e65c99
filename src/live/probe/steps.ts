import type { ContactClue, ContactStep } from '../../metrics/contact.ts';
import { protocolShape } from '../../scenario/protocol-use.ts';
import type { Scenario } from '../../scenario/scenario.ts';
import type { Follower } from './follower.ts';
import { timeText } from './words.ts';

/** What a probe was asked to do beyond becoming ready. */
export interface Asked {
  readonly forMs: number;
  readonly renew: boolean;
  readonly reconnect: boolean;
}

/** Time beyond an announced silence after which a probe has seen a keep-alive period, ms. */
const BEYOND_MS = 5000;

type State = ContactStep['state'];

/** The checklist of a first contact, in the order in which a client goes through it. */
export function stepsOf(follower: Follower, scenario: Scenario, asked: Asked): readonly ContactStep[] {
  return [
    step('token', tokenState(follower), follower.tokenDetail),
    ...[...follower.dialSteps].map(([name, works]) => step(name, works ? 'works' : 'failed')),
    tls(follower, scenario),
    upgrade(follower),
    authenticated(follower, scenario),
    ready(follower, scenario),
    command(follower, scenario),
    keepAlive(follower, scenario, asked),
    renewal(follower, asked),
    reconnect(follower, asked),
  ];
}

/** Clues in what did not come before the probe ended. */
export function silences(follower: Follower, scenario: Scenario): readonly ContactClue[] {
  const { stage, ended, timesReady, command: sent, token } = follower;
  const clue = (kind: ContactClue['kind'], what: string): ContactClue => ({ kind, what, text: '', stage });
  if (timesReady > 0) return sent === 'sent' || sent === 'failed' ? [clue('silence', 'command')] : [];
  if (ended !== null || token === 'failed') return [];
  if (stage === 'authenticating') return [clue('silence', 'token')];
  if (stage === 'opening') return [clue(follower.lacksTicket ? 'ticket' : 'end', 'timeout')];
  return protocolShape(scenario).handshake === 'server-first' ? [clue('silence', 'greeting')] : [];
}

function step(name: string, state: State, detail = ''): ContactStep {
  return { name, state, detail };
}

function tokenState({ token }: Follower): State {
  return token === 'none' ? 'missed' : token;
}

function tls(follower: Follower, { target }: Scenario): ContactStep {
  const isSecure = target.kind === 'url' && target.url.startsWith('wss:');
  if (!isSecure) return step('TLS', 'not asked for', 'the URL is no wss://');
  if (follower.answer !== '') return step('TLS', 'works');
  const failed = follower.clues.find(({ kind, what }) => kind === 'end' && what === 'TLS');
  return failed === undefined ? step('TLS', 'missed') : step('TLS', 'failed', failed.text);
}

function upgrade({ hasOpened, answer, ended, clues, dialSteps }: Follower): ContactStep {
  if (hasOpened) return step('upgrade', 'works', answer);
  const cameSoFar = [...dialSteps.values()].every(Boolean);
  if (ended === null || !cameSoFar || clues.some(({ what }) => what === 'TLS')) return step('upgrade', 'missed');
  return step('upgrade', 'failed', ended);
}

function authenticated(follower: Follower, scenario: Scenario): ContactStep {
  const { isAuthenticated, hasOpened, ended } = follower;
  if (protocolShape(scenario).handshake === 'none')
    return step('authenticated', 'not asked for', 'no message answers the token');
  if (isAuthenticated) return step('authenticated', 'works');
  if (!hasOpened) return step('authenticated', 'missed');
  return step('authenticated', 'failed', ended ?? 'nothing that came was the answer to the token');
}

function ready({ timesReady, readyAtMs }: Follower, scenario: Scenario): ContactStep {
  const means = protocolShape(scenario).handshake === 'none' ? '; it means HTTP 101 only' : '';
  return timesReady > 0 ? step('ready', 'works', `after ${timeText(readyAtMs)}${means}`) : step('ready', 'missed');
}

function command({ command: state, commandDetail, timesReady }: Follower, { clients }: Scenario): ContactStep {
  const name = 'command acknowledged';
  if (clients.commands === null) return step(name, 'not asked for', 'the scenario has no clients.commands');
  if (timesReady === 0 || state === 'none') return step(name, 'missed');
  if (state === 'works') return step(name, 'works');
  return step(name, 'failed', commandDetail === '' ? 'no acknowledgement came' : commandDetail);
}

function keepAlive(follower: Follower, scenario: Scenario, { forMs }: Asked): ContactStep {
  const name = 'keep-alive';
  const { timesReady, ended, serverPings, clientPings, clientPongs, silenceMs } = follower;
  if (timesReady === 0) return step(name, 'missed');
  if (ended !== null) return step(name, 'failed', `the connection did not last: ${ended}`);
  const announced = silenceMs === 0 ? '' : `; the server announced at most ${timeText(silenceMs)} of silence`;
  if (clientPongs > 0) return step(name, 'works', `the server answered a ping${announced}`);
  if (serverPings > 1) return step(name, 'works', `${serverPings} pings of the server were answered${announced}`);
  if (serverPings === 0 && clientPings === 0 && silenceMs === 0 && scenario.clients.heartbeat === null)
    return step(name, 'not asked for', `neither side pinged within ${timeText(forMs)}`);
  const seen = serverPings === 1 ? '1 ping of the server was answered' : 'no ping came';
  const needsMs = silenceMs === 0 ? forMs * 3 : silenceMs + BEYOND_MS;
  return step(name, 'missed', `${seen}${announced}: --for ${Math.ceil(needsMs / 1000)}s would see the next one`);
}

function renewal({ renewal: state, renewalDetail }: Follower, { renew }: Asked): ContactStep {
  if (state === 'works') return step('renewal', 'works');
  if (state === 'failed') return step('renewal', 'failed', renewalDetail);
  if (!renew) return step('renewal', 'not asked for', '--renew tries it');
  return state === 'none' ? step('renewal', 'missed') : step('renewal', 'failed', 'nothing answered the new token');
}

function reconnect({ reconnect: state }: Follower, asked: Asked): ContactStep {
  if (!asked.reconnect) return step('reconnect', 'not asked for', '--reconnect tries it');
  if (state === 'works') return step('reconnect', 'works');
  return step('reconnect', state === 'none' ? 'missed' : 'failed');
}
