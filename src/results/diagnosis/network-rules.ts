import { targetName } from '../../scenario/target-name.ts';
import { inTarget, type Cause, type Rule } from './cause.ts';

/** Nothing listens, nothing answers, or the name is wrong. */
export const nobodyThere: Rule = ({ kind, what }, scenario) => {
  if (kind !== 'end') return null;
  const where = targetName(scenario);
  switch (what) {
    case 'refused':
      return inTarget(`nothing listens at ${where}`, 'start the server, or correct host and port', urlLine(scenario));
    case 'timeout':
      return inTarget(
        `${where} does not answer`,
        'check host, port and firewall, or raise clients.connectTimeout',
        urlLine(scenario),
      );
    case 'unreachable':
      return inTarget(`no route leads to ${where}`, 'check the network, or correct the host', urlLine(scenario));
    default:
      return null;
  }
};

/** TLS where the server has none, and the other way round. */
export const wrongScheme: Rule = ({ kind, what, text }, scenario) => {
  const { target } = scenario;
  if (kind !== 'end' || target.kind !== 'url') return null;
  if (what === 'TLS' && text.includes('does not speak TLS')) {
    const fix = 'use ws:// or the port that speaks TLS';
    return inTarget('the server speaks plain HTTP, and the URL says wss://', fix, `url: ${swapped(scenario, 'ws')}`);
  }
  const wantsTls = /plain HTTP request was sent to HTTPS port|HTTP request to an HTTPS server/i.test(text);
  const answeredInTls = what === 'bad-handshake' && /^no HTTP: (\u{FFFD}|\[?$)/u.test(text);
  if (!target.url.startsWith('ws://') || !(wantsTls || answeredInTls)) return null;
  return inTarget(
    'the server speaks TLS, and the URL says ws://',
    'use wss://, which checks its certificate',
    `url: ${swapped(scenario, 'wss')}`,
  );
};

/** Certificates: of an unknown authority, for another name, or one that the client lacks. */
export const certificate: Rule = ({ kind, what, text }) => {
  if (what !== 'TLS' && !text.startsWith('the certificate')) return null;
  const whose = kind === 'token' ? 'the token endpoint' : kind === 'ticket' ? 'the ticket service' : 'the server';
  if (/wants a client certificate/.test(text))
    return inTarget(
      `${whose} wants a client certificate`,
      'name one and its key',
      'tls: { cert: client.pem, key: client.key }',
    );
  if (/another host name/.test(text))
    return inTarget(
      `the certificate of ${whose} is for another host name`,
      'correct the host, or say which name the certificate has',
      'tls: { servername: NAME-IN-THE-CERTIFICATE }',
    );
  if (/self-signed|authority/.test(text)) return privateAuthority(whose);
  if (/expired|not valid yet/.test(text))
    return {
      cause: `${text.replace(/ \(.*/, '')}: ${whose} cannot be trusted`,
      fix: "renew the certificate, or correct this machine's clock",
      yaml: null,
    };
  return null;
};

function privateAuthority(whose: string): Cause {
  return inTarget(
    `the certificate of ${whose} comes from an authority that this machine does not know`,
    "name the file with the authority's certificate",
    'tls: { ca: ca.pem }',
  );
}

function urlLine(scenario: Parameters<Rule>[1]): string {
  return scenario.target.kind === 'url' ? `url: ${targetName(scenario)}` : 'embedded: {}';
}

function swapped(scenario: Parameters<Rule>[1], scheme: 'ws' | 'wss'): string {
  return targetName(scenario).replace(/^wss?/, scheme);
}
