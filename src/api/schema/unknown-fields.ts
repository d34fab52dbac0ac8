// Fields of a body that its schema doesn't know.
import { z } from 'zod';

/** Their names, as `updates.0.colour`. What may be any name (config vars) is known. */
export function unknownFields(schema: z.ZodType, value: unknown, at = ''): string[] {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodNullable || schema instanceof z.ZodDefault) {
    return unknownFields(schema.unwrap() as z.ZodType, value, at);
  }
  if (schema instanceof z.ZodUnion) return ofUnion(schema.options as z.ZodType[], value, at);
  if (schema instanceof z.ZodPipe) return unknownFields(schema.in as z.ZodType, value, at);
  if (schema instanceof z.ZodArray && Array.isArray(value)) {
    return value.flatMap((each, index) => unknownFields(schema.element as z.ZodType, each, `${at}${index}.`));
  }
  if (!(schema instanceof z.ZodObject) || typeof value !== 'object' || value === null) return [];
  const shape = schema.shape as Record<string, z.ZodType>;
  return Object.entries(value).flatMap(([name, each]) => {
    const known = Object.hasOwn(shape, name) ? shape[name] : undefined;
    return known ? unknownFields(known, each, `${at}${name}.`) : [at + name];
  });
}

/** Of several forms that a value has, the one that knows most of it counts. */
function ofUnion(options: z.ZodType[], value: unknown, at: string): string[] {
  const fitting = options.filter((option) => option.safeParse(value).success).map((option) => unknownFields(option, value, at));
  return fitting.toSorted((a, b) => a.length - b.length)[0] ?? [];
}
