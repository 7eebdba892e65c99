import { type Codec, scalar } from '../../core/codec/codec.ts';
import { refusal, Rejection } from '../../core/codec/reject.ts';
import { url } from '../../core/codec/url.ts';
import { MAX_URL_CHARS } from '../../core/limits.ts';
import { templateText } from '../../core/template/template-text.ts';

const EXAMPLE = 'wss://staging.example.com/realtime';

const plain = url(['ws', 'wss'], EXAMPLE);

const withHoles = templateText({
  holes: ['client', 'user', 'env'],
  maxChars: MAX_URL_CHARS,
  example: `${EXAMPLE}?tenant={user.tenant}`,
});

/** What stands before path and query, where a value could send a client to another host. */
const ORIGIN = /^[^/]*\/\/[^/?#]*/;

/** The URL of a gateway, with holes in its path and query. A secret in the query is no longer one where it is a hole. */
export function targetUrl(): Codec<string> {
  return scalar(
    (input) => {
      if (typeof input !== 'string' || !/[{}]/.test(input)) return plain.read(input);
      const template = withHoles.read(input);
      if (template instanceof Rejection) return template;
      const [origin = ''] = ORIGIN.exec(input) ?? [];
      if (/[{}]/.test(origin))
        return refusal(
          'a brace before the path — write the host and port as they are: holes may stand in path and query',
        );
      const isTaken = plain.read(withoutHoles(input));
      return isTaken instanceof Rejection ? isTaken : input;
    },
    String,
    { ...plain.schema, examples: [EXAMPLE, `${EXAMPLE}?tenant={user.tenant}`] },
  );
}

/** The URL as one without holes, in which a query parameter that is nothing but a hole does not look like a secret. */
function withoutHoles(text: string): string {
  return text
    .replaceAll(/([?&])[^=&]*=\{(?:user|env)\.[\w.-]+\}(?=&|$)/g, '$1hole=')
    .replaceAll(/\{[\w.-]+\}/g, 'hole');
}
