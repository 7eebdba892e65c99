import { isDeepStrictEqual } from 'node:util';
import { type Contradiction, when } from './check.ts';
import { SQUALL_MESSAGES } from '../schema/messages.ts';
import type { MessageFormat, WrittenScenario, UrlTarget } from '../scenario.ts';
import { holesIn, type Hole } from '../template.ts';

/** Demands that exceed what the target can do, or what squall knows about it. */
export function checkTarget(scenario: WrittenScenario): readonly Contradiction[] {
  const { target } = scenario;
  return target.kind === 'url' ? checkUrlTarget(scenario, target) : checkEmbeddedTarget(scenario);
}

function checkEmbeddedTarget({ tokens: { refresh } }: WrittenScenario): readonly Contradiction[] {
  const against = 'target.embedded';
  const fix = 'remove it, or set target.url';
  const what = 'the embedded target has a token endpoint and refresh tokens of its own';
  return when(
    { holds: refresh.url !== null, at: 'tokens.refresh.url', against, what, fix },
    { holds: refresh.tokensFile !== null, at: 'tokens.refresh.tokensFile', against, what, fix },
  );
}

function checkUrlTarget(scenario: WrittenScenario, target: UrlTarget): readonly Contradiction[] {
  return [...checkUrlTokens(scenario, target), ...checkUrlMessages(scenario, target)];
}

function checkUrlTokens({ tokens }: WrittenScenario, target: UrlTarget): readonly Contradiction[] {
  const { carrier, refresh } = tokens;
  return when(
    {
      holds: refresh.url !== null && refresh.tokensFile === null,
      at: 'tokens.refresh.url',
      against: 'tokens.refresh.tokensFile',
      what: 'a token endpoint is of no use without refresh tokens to send it',
      fix: 'name a file with one a line, or remove the url to mint tokens here',
    },
    {
      holds: refresh.url === null && refresh.tokensFile !== null,
      at: 'tokens.refresh.tokensFile',
      against: 'tokens.refresh.url',
      what: 'there is no token endpoint to send refresh tokens to',
      fix: "add the endpoint's url, or remove the file",
    },
    {
      holds: carrier.kind === 'query' && new URL(target.url).searchParams.has(carrier.name),
      at: 'target.url',
      against: 'tokens.carrier',
      what: 'the URL has that query parameter already',
      fix: "remove it from the URL: squall adds each client's token",
    },
  );
}

function checkUrlMessages({ tokens, clients }: WrittenScenario, { messages }: UrlTarget): readonly Contradiction[] {
  const byMessage = tokens.carrier.kind === 'message';
  const authenticates = byMessage || tokens.renewal === 'in-band';
  const authentication = authenticates ? authenticationLacks(messages) : [];
  const commands = clients.commands === null ? [] : commandLacks(messages);
  return [
    ...(authenticates ? [] : unsentAuthentication(messages)),
    ...authentication.map((lack) => ({ ...lack, against: byMessage ? 'tokens.carrier' : 'tokens.renewal' })),
    ...commands.map((lack) => ({ ...lack, against: 'clients.commands' })),
  ];
}

function authenticationLacks({ authenticate, authenticated }: MessageFormat): readonly Contradiction[] {
  return when(
    {
      holds: !names(authenticate, 'token'),
      at: 'target.messages.authenticate',
      what: 'no frame takes the token to the gateway',
      fix: 'write the frame, with {token} in it',
    },
    {
      holds: isEmpty(authenticated),
      at: 'target.messages.authenticated',
      what: 'no frame would say that a client is ready',
      fix: "write what the gateway's answer holds, such as { type: authenticated }",
    },
  );
}

/** An open socket would count as ready, and the token would never be shown to a server that wants it in a message. */
function unsentAuthentication(messages: MessageFormat): readonly Contradiction[] {
  const { authenticate, authenticated } = messages;
  if (isDeepStrictEqual(messages, SQUALL_MESSAGES)) return [];
  return when({
    holds: authenticate !== '' || !isEmpty(authenticated),
    at: `target.messages.${authenticate === '' ? 'authenticated' : 'authenticate'}`,
    against: 'tokens.carrier',
    what: 'no client would send or await this frame: with this carrier an open socket counts as ready',
    fix: 'set tokens.carrier to message, or tokens.renewal to in-band, or remove the frame',
  });
}

function commandLacks({ command, ack, ackId }: MessageFormat): readonly Contradiction[] {
  return when(
    {
      holds: !names(command, 'id') && !(names(command, 'client') && names(command, 'seq')),
      at: 'target.messages.command',
      what: 'no frame takes a command with its id to the gateway',
      fix: 'write the frame, with {id} in it',
    },
    {
      holds: isEmpty(ack),
      at: 'target.messages.ack',
      what: 'no frame would count as an acknowledgement',
      fix: 'write what it holds, such as { type: ack }',
    },
    {
      holds: ackId === '',
      at: 'target.messages.ackId',
      what: 'an acknowledgement would not say which command it is for',
      fix: 'write the dotted path of the id in it',
    },
  );
}

function names(template: string, hole: Hole): boolean {
  return holesIn(template).includes(hole);
}

function isEmpty(match: Readonly<Record<string, unknown>>): boolean {
  return Object.keys(match).length === 0;
}
