import { inTarget, type Cause, type Rule } from './cause.ts';
import { fieldsOf, jsonProtocolOf, kindOf, matchFor, pathOf, valueAt, yamlText, type Fields } from './frame-words.ts';

const PINGS_BY_MESSAGE = 'the server pings by a message, and nothing answers it';
const ANSWER_IT = 'answer it as its own clients do';

/** A ping of the application that no rule of the protocol answers. */
export const serverPing: Rule = ({ kind, what, text }, scenario) => {
  if (kind !== 'frame' || what !== 'frame' || scenario.target.kind !== 'url') return null;
  if (/^ping$/i.test(text)) return reply("'ping'", text === 'PING' ? 'PONG' : 'pong');
  const fields = fieldsOf(text);
  const found = fields === null ? null : kindOf(fields);
  if (fields === null || found === null || !/^(ping|heartbeat)$/i.test(String(found[1]))) return null;
  const [name, value] = found;
  const pong = String(value)
    .replace(/^ping$/, 'pong')
    .replace(/^PING$/, 'PONG');
  return reply(matchFor(fields), JSON.stringify({ [name]: pong }));
};

/** A ready connection that the server ends for want of a sign of life. */
export const unansweredPing: Rule = ({ kind, what, text, stage }) => {
  if (kind !== 'end' || stage !== 'ready' || !what.startsWith('close ')) return null;
  if (!/\bping|\bpong|heart-?beat|keep-?alive|stale|idle|inactiv/i.test(text)) return null;
  return reply('{ type: ping }', '{"type":"pong"}');
};

function reply(to: string, send: string): Cause {
  return inTarget(
    PINGS_BY_MESSAGE,
    ANSWER_IT,
    `protocol: { json: { replies: [{ to: ${to}, send: ${yamlText(send)} }] } }`,
  );
}

/** An acknowledgement whose id is a number, for a command whose id is a text. */
export const numericIds: Rule = ({ kind, what, text, stage }, scenario) => {
  const json = jsonProtocolOf(scenario);
  if (kind !== 'frame' || what !== 'frame' || json === null || isBeforeReady(stage)) return null;
  if (!json.command.text.includes('{id}')) return null;
  const fields = fieldsOf(text);
  if (fields === null) return null;
  const isNumber = typeof valueAt(fields, json.ackId) === 'number';
  const wantsNumber = /\b(?:id|seq)\b.*\b(?:number|numeric|integer|int)\b/i.test(text);
  if (!isNumber && !wantsNumber) return null;
  const command = json.command.text.replaceAll('"{id}"', '{seq}').replaceAll('{id}', '{seq}');
  return inTarget(
    'the server counts its commands by numbers, and squall sends ids of text',
    'send the number of the command',
    `protocol: { json: { command: ${yamlText(command)} } }`,
  );
};

/** A message that holds the id of a command, and that no rule takes as its acknowledgement. */
export const ackElsewhere: Rule = ({ kind, what, text, stage }, scenario) => {
  const json = jsonProtocolOf(scenario);
  if (kind !== 'frame' || what !== 'frame' || json === null || isBeforeReady(stage)) return null;
  const fields = fieldsOf(text);
  const path = fields === null ? null : pathOf(fields, isCommandId);
  if (fields === null || path === null) return null;
  const pathWord = yamlText(path);
  if (isError(fields)) {
    return inTarget(
      'the server refuses commands by a message that squall does not know as a refusal',
      'say how it looks, and send a command that the server takes',
      `protocol: { json: { refused: ${matchFor(fields)}, ackId: ${pathWord} } }`,
    );
  }
  return inTarget(
    'the server acknowledges commands by a message that squall does not know as an acknowledgement',
    'say how it looks, and where it has the id',
    `protocol: { json: { ack: ${matchFor(fields)}, ackId: ${pathWord} } }`,
  );
};

function isBeforeReady(stage: Parameters<Rule>[0]['stage']): boolean {
  return stage !== undefined && stage !== 'ready';
}

function isCommandId(value: unknown): boolean {
  return typeof value === 'string' && /^\d{1,10}-\d{1,10}$/.test(value);
}

function isError(fields: Fields): boolean {
  return (
    Object.hasOwn(fields, 'error') || /error|refus|reject|denied|forbidden/i.test(String(kindOf(fields)?.[1] ?? ''))
  );
}
