import type { Slot, Template } from './template.ts';

/** Makes one template of texts, holes and templates, without a text as written. */
export function join(...parts: readonly (string | Slot | Template)[]): Template {
  const slots = parts.flatMap((part): readonly Slot[] => {
    if (typeof part === 'string') return part === '' ? [] : [{ kind: 'text', text: part }];
    return 'slots' in part ? part.slots : [part];
  });
  return { text: '', slots };
}
