import { protocolShape } from '../../scenario/protocol-use.ts';
import type { Scenario } from '../../scenario/scenario.ts';
import { targetName } from '../../scenario/target-name.ts';
import { inTarget, type Cause, type Rule } from './cause.ts';
import { fieldsOf, jsonProtocolOf, kindOf, matchFor, yamlText } from './frame-words.ts';

const COMPLAINT = /error|invalid|unauthori[sz]ed|denied|fail|expect|unknown|required|refus|reject|bad\b|unsupported/i;

/** A message in answer to the token that no rule takes as one. */
export const answerToToken: Rule = ({ kind, what, text, stage }, scenario) => {
  const json = jsonProtocolOf(scenario);
  if (kind !== 'frame' || what !== 'frame' || json === null || stage === 'ready') return null;
  const fields = fieldsOf(text);
  if (fields === null || protocolShape(scenario).handshake === 'none') return null;
  if (COMPLAINT.test(text))
    return anotherFrame('the server refuses the message that presents the token', text, scenario);
  return inTarget(
    'the server answers the token by a message that squall does not know as its acceptance',
    'say how it looks',
    `protocol: { json: { authenticated: ${matchFor(fields)} } }`,
  );
};

/** A close right after the message that presents the token. */
export const closedAfterToken: Rule = ({ kind, what, text, stage }, scenario) => {
  if (kind !== 'end' || stage !== 'authenticating' || !what.startsWith('close ')) return null;
  if (what === 'close 1003' || what === 'close 1007') return null;
  const quoted = text === '' ? '' : `: ${text}`;
  return anotherFrame(
    `the server closes the connection after the message that presents the token (${what}${quoted})`,
    text,
    scenario,
  );
};

/** A server that waits for a token in a message, where squall sends it with the upgrade. */
export const unpresented: Rule = ({ kind, what, text, stage }, scenario) => {
  if (scenario.target.kind !== 'url' || protocolShape(scenario).handshake !== 'none') return null;
  const isAfterOpening = stage === undefined || stage === 'open' || stage === 'ready';
  const wanted = /^(close |frame$)/.test(what) && /auth|token|first message|log ?in|connection_init/i.test(text);
  if ((kind !== 'end' && kind !== 'frame') || !isAfterOpening || !wanted || /expired/i.test(text)) return null;
  const cause = 'the server waits for a message that presents the token, and squall sends it with the upgrade';
  const frame = authenticateLine('{"type":"authenticate","token":"{token}"}', text);
  const { yaml, ...words } = inTarget(cause, "send it in a message, and say what the server's answer holds", frame);
  return { ...words, yaml: `${yaml}\ntokens:\n  carrier: message` };
};

/** Silence of the server where the protocol has an answer. */
export const noAnswer: Rule = ({ kind, what }, scenario) => {
  if (kind !== 'silence') return null;
  const where = targetName(scenario);
  const json = jsonProtocolOf(scenario);
  const name = protocolShape(scenario).name;
  if (what === 'greeting') {
    return inTarget(
      `${where} does not speak first, as a server of ${name} does`,
      'say which protocol it speaks',
      'protocol: { json: { authenticate: …, authenticated: … } }',
    );
  }
  if (what === 'command') {
    const fix = 'send the command that the server knows, and say how its acknowledgement looks';
    const cause = 'no message of the server acknowledges the command';
    return json === null
      ? inTarget(cause, 'correct event or method in target.protocol', `protocol: { ${name}: … }`)
      : inTarget(cause, fix, 'protocol: { json: { command: …, ack: …, ackId: … } }');
  }
  if (json !== null) return anotherFrame(`${where} does not answer the message that presents the token`, '', scenario);
  return inTarget(
    `${where} does not answer as a server of ${name} does`,
    'say which protocol it speaks',
    'protocol: …',
  );
};

/** A cause that another first message mends. */
function anotherFrame(cause: string, text: string, scenario: Scenario): Cause {
  const json = jsonProtocolOf(scenario);
  if (json === null) {
    return {
      cause,
      fix: 'check protocol, namespace or path, and what the server wants to see in the token',
      yaml: null,
    };
  }
  const template = json.authenticate.text === '' ? (json.handshake[0]?.send.text ?? '') : json.authenticate.text;
  return inTarget(cause, 'send the message that the server expects', authenticateLine(template, text));
}

/** The line with the first message, of the kind that the server's words ask for. */
function authenticateLine(template: string, text: string): string {
  const wanted =
    /expect(?:ed|s|ing)?\b[^\w]*(?:(?:a|an|the|type|message|first|frame|event|op)\b[^\w]*)*([a-z][\w.:-]*)/i.exec(
      text,
    )?.[1];
  const fields = fieldsOf(template);
  const kind = fields === null ? null : kindOf(fields);
  const other =
    fields === null || kind === null ? template : JSON.stringify({ ...fields, [kind[0]]: wanted ?? 'NAME' });
  return `protocol: { json: { authenticate: ${yamlText(other)} } }`;
}
