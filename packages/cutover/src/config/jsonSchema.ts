import * as z from 'zod';
import { isObject } from '../model/json.ts';
import { configSchema } from './schema/config.ts';
import { settings } from './schema/settings.ts';

/** The part of JSON Schema that our schema comes out as. */
export interface JsonSchema {
  readonly $ref?: string;
  readonly $defs?: Readonly<Record<string, JsonSchema>>;
  readonly title?: string;
  readonly description?: string;
  readonly default?: unknown;
  readonly examples?: readonly unknown[];
  readonly type?: string | readonly string[];
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly pattern?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: JsonSchema | false;
  readonly items?: JsonSchema;
  readonly anyOf?: readonly JsonSchema[];
  readonly oneOf?: readonly JsonSchema[];
}

/** The config's JSON Schema: what a user may write. */
export function configJsonSchema(): JsonSchema {
  const whole = z.toJSONSchema(configSchema, { io: 'input', override: keepExamples }) as JsonSchema;
  return tidy({ ...whole, $defs: { ...whole.$defs, Stage: sharing(whole.$defs?.Stage ?? {}) } }) as JsonSchema;
}

/** Zod leaves the examples of a value out that it transforms; ours are all of what is written. */
function keepExamples({
  zodSchema,
  jsonSchema,
}: {
  zodSchema: z.core.$ZodType;
  jsonSchema: { examples?: unknown };
}): void {
  const examples = z.globalRegistry.get(zodSchema)?.examples;
  if (examples !== undefined) jsonSchema.examples = examples;
}

/** What a stage sets anew is what the project sets: said once. */
function sharing(stage: JsonSchema): JsonSchema {
  const refs = Object.keys(settings.shape).map((key) => [key, { $ref: `#/properties/${key}` }]);
  return { ...stage, properties: { ...stage.properties, ...Object.fromEntries(refs) } };
}

/** Bounds that are JavaScript's own say nothing to a reader. */
function tidy(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(tidy);
  if (!isObject(value)) return value;
  const kept = Object.entries(value).filter(([key, item]) => !(key === 'maximum' && item === Number.MAX_SAFE_INTEGER));
  return Object.fromEntries(kept.map(([key, item]) => [key, tidy(item)]));
}
