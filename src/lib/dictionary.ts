// Objects whose keys somebody else chose: `__proto__` and `constructor` are names like any other.
import { z } from 'zod';

/** As z.record, which leaves `__proto__` out without a word. */
export function dictionary<V>(value: z.ZodType<V>, key: z.ZodType<string> = z.string()) {
  return z.unknown().transform((given, context): Record<string, V> => {
    if (typeof given !== 'object' || given === null || Array.isArray(given)) {
      context.addIssue({ code: 'invalid_type', expected: 'record', input: given });
      return z.NEVER;
    }
    const entries = Object.entries(given).map(([name, each]) => {
      const [parsedKey, parsed] = [key.safeParse(name), value.safeParse(each)];
      const issues = [parsedKey.error?.issues ?? [], parsed.error?.issues ?? []].flat();
      for (const { message, path } of issues) context.addIssue({ code: 'custom', message, path: [name, ...path] });
      return [name, parsed.data as V] as const;
    });
    return Object.fromEntries(entries);
  });
}
