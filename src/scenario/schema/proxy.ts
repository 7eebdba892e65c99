import type { Codec } from '../../core/codec/codec.ts';
import { MAX_URL_CHARS } from '../../core/limits.ts';
import type { Template } from '../../core/template/template.ts';
import { templateText } from '../../core/template/template-text.ts';

const EXAMPLE = 'http://proxy.example.com:3128';
const HOLE = String.raw`\{env\.[A-Za-z_][\w.-]*\}`;
const URL_OF_PROXY = new RegExp(`^http://(?:(${HOLE}):(${HOLE})@)?[^/@?#{}]+/?$`, 'i');
const WITH_CREDENTIALS = /^[^/]*\/\/[^/]*@/;

/** The URL of an HTTP proxy, whose user name and password come from the environment. */
export function proxyUrl(): Codec<Template> {
  return templateText({ holes: ['env'], maxChars: MAX_URL_CHARS, example: EXAMPLE }).refine(({ text }, refuse) => {
    const host = text.replace(WITH_CREDENTIALS, 'http://');
    if (URL_OF_PROXY.test(text) && URL.canParse(host)) return;
    refuse(
      WITH_CREDENTIALS.test(text)
        ? 'credentials in the scenario — take both from the environment: http://{env.PROXY_USER}:{env.PROXY_PASSWORD}@HOST:PORT'
        : `not the URL of an HTTP proxy — write one such as ${EXAMPLE}`,
    );
  });
}
