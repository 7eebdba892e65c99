import { type Contradiction, when } from './check.ts';
import { LIBRARIES } from '../../core/policy/libraries/index.ts';
import { protocolSpec } from '../../core/protocol/specs.ts';
import { useOf } from '../protocol-use.ts';
import type { WrittenScenario, UrlTarget } from '../scenario.ts';

/** Demands that exceed what the target can do, or what squall knows about it. */
export function checkTarget(scenario: WrittenScenario): readonly Contradiction[] {
  const { target } = scenario;
  return target.kind === 'url' ? checkUrlTarget(scenario, target) : [];
}

function checkUrlTarget(scenario: WrittenScenario, target: UrlTarget): readonly Contradiction[] {
  return [
    ...checkUrlTokens(scenario, target),
    ...checkHeaders(scenario, target),
    ...checkTls(scenario, target),
    ...checkUrlProtocol(scenario, target),
    ...checkLibrary(scenario, target),
  ];
}

function checkUrlTokens({ tokens }: WrittenScenario, target: UrlTarget): readonly Contradiction[] {
  const { carrier } = tokens;
  return when({
    holds: carrier.kind === 'query' && new URL(target.url).searchParams.has(carrier.name),
    at: 'target.url',
    against: 'tokens.carrier',
    what: 'the URL has that query parameter already',
    fix: "remove it from the URL: squall adds each client's token",
  });
}

/** The header that carries the token may not come twice in a request. */
function checkHeaders({ tokens }: WrittenScenario, { headers }: UrlTarget): readonly Contradiction[] {
  const carrying = { header: 'authorization', cookie: 'cookie' };
  const { kind } = tokens.carrier;
  const name = kind === 'header' || kind === 'cookie' ? carrying[kind] : null;
  const written = Object.keys(headers).find((header) => header.toLowerCase() === name);
  return when({
    holds: written !== undefined,
    at: `target.headers.${written}`,
    against: 'tokens.carrier',
    what: "squall writes each client's token into this header",
    fix: 'remove it, or set another tokens.carrier',
  });
}

function checkTls({ tokens }: WrittenScenario, { url, tls }: UrlTarget): readonly Contradiction[] {
  const { source } = tokens;
  return when({
    holds: tls !== null && !/^wss:/i.test(url) && source.endpoint === null,
    at: 'target.tls',
    against: 'target.url',
    what: 'a ws: target uses no TLS',
    fix: 'write wss: in the URL, or remove it',
  });
}

/** A client library speaks its own protocol; frames that are spelled out may be anybody's. */
function checkLibrary({ clients: { library } }: WrittenScenario, { protocol }: UrlTarget): readonly Contradiction[] {
  const spoken = library === null ? undefined : LIBRARIES[library]?.protocol;
  return when({
    holds: spoken !== undefined && protocol.kind !== spoken && protocol.kind !== 'json',
    at: 'clients.library',
    against: 'target.protocol',
    what: `this library speaks ${spoken}, and the target is spoken to by ${protocol.kind}`,
    fix: `remove target.protocol, or write clients.backoff: ${library} for its delays alone`,
  });
}

function checkUrlProtocol(scenario: WrittenScenario, { protocol }: UrlTarget): readonly Contradiction[] {
  const spec = protocolSpec(protocol.kind);
  const at = protocol.kind === 'none' ? 'target.protocol' : `target.protocol.${protocol.kind}`;
  return when(...(spec.checks?.(protocol, useOf(scenario), at) ?? []));
}
