import type { Scenario } from '../../scenario/scenario.ts';
import { targetName } from '../../scenario/target-name.ts';
import { mintsTokens } from '../../scenario/mints-tokens.ts';
import { inTarget, inTokens, type Cause, type Rule } from './cause.ts';

/** The upgrade lacks a subprotocol, or offers the wrong one. */
export const subprotocol: Rule = ({ kind, what, text }, scenario) => {
  if (kind !== 'end') return null;
  const saysSo = /sub-?protocol/i.test(text);
  const byCode = what === 'close 4406' || (/^close (1002|1008)$|^HTTP (400|426)$/.test(what) && saysSo);
  if (!byCode) return null;
  const { target } = scenario;
  const offered = target.kind === 'url' && 'subprotocols' in target ? target.subprotocols : [];
  const named = /\b([a-z][\w-]*(?:\.[\w-]+)*[.-](?:v?\d[\w.]*|ws|json|stomp|mqtt))\b/i.exec(text)?.[1];
  const cause =
    Array.isArray(offered) && offered.length > 0
      ? 'the server does not accept the subprotocol that was offered'
      : 'the server wants a subprotocol, and none was offered';
  return inTarget(cause, "offer the server's subprotocol", `subprotocols: [${named ?? 'NAME'}]`);
};

/** HTTP 403: an Origin, a header, or rights. */
export const forbidden: Rule = ({ kind, what, text }, scenario) => {
  if (kind !== 'end' || what !== 'HTTP 403') return null;
  const tenant = /tenant|organi[sz]ation|workspace/i.exec(text)?.[0];
  if (tenant !== undefined)
    return inTarget(
      `the server refuses the upgrade for its ${tenant.toLowerCase()}`,
      'send the header that names it',
      `headers: { X-${capital(tenant)}: NAME }`,
    );
  if (hasHeader(scenario, 'origin')) {
    return inTarget(
      'the server refuses the upgrade (HTTP 403) although an Origin is sent',
      'send an Origin that it allows, or a token with the rights that it asks for',
      'headers: { Origin: https://app.example.com }',
    );
  }
  const sure = /origin|cors|cross-site/i.test(text);
  return inTarget(
    sure
      ? 'the server checks Origin, and none is sent'
      : 'the server refuses the upgrade (HTTP 403), as one does that checks Origin',
    'send the Origin of the page that users have open',
    'headers: { Origin: https://app.example.com }',
  );
};

/** HTTP 401 or a close that refuses the token. */
export const badToken: Rule = ({ kind, what, text }, scenario) => {
  if (kind !== 'end' || !/^(HTTP 401|close 4401|auth-refused)$/.test(what)) return null;
  if (/\bexpired\b/i.test(text)) {
    return { cause: 'the server found the token expired', fix: 'compare the clocks of both machines', yaml: null };
  }
  if (!mintsTokens(scenario)) {
    return inTokens(
      'the server does not accept the token of the token source',
      'check audience and scope, and where the server looks for the token',
      'carrier: header # or { query: access_token }, { cookie: NAME }, message',
    );
  }
  return inTokens(
    'the server does not accept the tokens that squall signs',
    'sign with a key that the server trusts, or take tokens from your identity provider',
    'keyFile: private-key.jwk # or source: { oauth2: { … } }',
  );
};

/** An HTTP answer that is no upgrade: another path, or no WebSocket server. */
export const noUpgrade: Rule = ({ kind, what, text }, scenario) => {
  if (kind !== 'end') return null;
  if (what === 'HTTP 404') return path('no WebSocket endpoint has this path (HTTP 404)', scenario);
  if (/^HTTP (2\d\d|405|426)$/.test(what))
    return path(`the server answers plain HTTP here (${what}), not WebSocket`, scenario);
  if (/^HTTP 3\d\d$/.test(what))
    return path(`the server redirects (${what}), and upgrades are not redirected`, scenario);
  if (what === 'HTTP 400' && /transport|sid|EIO/i.test(text)) {
    return inTarget('the server speaks Socket.IO', 'say so', 'protocol: socket.io');
  }
  if (what === 'bad-handshake' && text.startsWith('no HTTP')) {
    return path('the server does not speak HTTP at this port', scenario);
  }
  return null;
};

function path(cause: string, scenario: Scenario): Cause {
  const url = targetName(scenario);
  return inTarget(cause, "correct the path, which is often /ws, /socket or the framework's own", `url: ${url}`);
}

function hasHeader({ target }: Scenario, name: string): boolean {
  if (target.kind !== 'url' || !('headers' in target)) return false;
  const { headers } = target;
  if (typeof headers !== 'object' || headers === null) return false;
  return Object.keys(headers).some((key) => key.toLowerCase() === name);
}

function capital(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1).toLowerCase();
}
