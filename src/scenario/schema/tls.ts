import type { Codec, ValueOf } from '../../core/codec/codec.ts';
import { object } from '../../core/codec/object.ts';
import { boolean } from '../../core/codec/scalars.ts';
import { MAX_PATH_CHARS } from '../../core/limits.ts';
import type { Template } from '../../core/template/template.ts';
import { templateText } from '../../core/template/template-text.ts';
import { share } from '../../core/codec/scalars.ts';
import { fileName } from './file-name.ts';
import { host } from './host.ts';

/** The path of a file, which may be another one for each client. */
const pathOfEach = (example: string): Codec<Template> =>
  templateText({ holes: ['client', 'user'], maxChars: MAX_PATH_CHARS, example });

export const tls = object({
  ca: fileName()
    .orNull()
    .describe(
      "file with certificates (PEM) of authorities that the target's certificate may come from, in place of those of this machine",
    ),
  cert: pathOfEach('client.pem')
    .orNull()
    .describe('file with the certificate (PEM) that a client presents; {user.COLUMN} and {client} name one for each'),
  key: pathOfEach('client.key').orNull().describe("file with the certificate's private key (PEM, not encrypted)"),
  servername: host().orNull().describe('the name in SNI and in the certificate; default: the host of the URL'),
  resume: share({ zero: true })
    .default('0%')
    .describe('share of the clients that resume the TLS session of their last connection, if the target lets them'),
  verify: boolean().default(true).describe('false: any certificate of the target is taken, and the report says so'),
}).refine(({ cert, key }, refuse) => {
  if (cert !== null && key === null) refuse('a certificate without its key — name its file in key', ['cert']);
  if (cert === null && key !== null) refuse('a key without its certificate — name its file in cert', ['key']);
});

/** TLS settings of a target, as its scenario has them. */
export type TlsSettings = ValueOf<typeof tls>;
