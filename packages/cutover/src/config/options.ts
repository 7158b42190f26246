import { configJsonSchema, type JsonSchema } from './jsonSchema.ts';
import type { Path } from './problem.ts';

/** What can stand at a path of the config: the options of an object, or the values of a choice. */
export function optionsAt(path: Path): string[] {
  const schema = configJsonSchema();
  const found = path.reduce<readonly JsonSchema[]>(
    (at, key) => at.flatMap((form) => formsBelow(schema, form, key)),
    formsOf(schema, schema),
  );
  return [...new Set(found.flatMap(namesIn))];
}

/** The forms that a value may have, references followed. */
function formsOf(root: JsonSchema, schema: JsonSchema): readonly JsonSchema[] {
  const target = schema.$ref === undefined ? schema : referred(root, schema.$ref);
  const forms = target.anyOf ?? target.oneOf;
  return forms === undefined ? [target] : forms.flatMap((form) => formsOf(root, form));
}

function referred(root: JsonSchema, ref: string): JsonSchema {
  const [, section, key] = ref.split('/');
  const found = (section === '$defs' ? root.$defs : root.properties)?.[key ?? ''] ?? {};
  return found.$ref === undefined ? found : referred(root, found.$ref);
}

function formsBelow(root: JsonSchema, form: JsonSchema, key: string | number): readonly JsonSchema[] {
  const below =
    typeof key === 'number' ? form.items : (form.properties?.[key] ?? (form.additionalProperties || undefined));
  return below === undefined ? [] : formsOf(root, below);
}

function namesIn(form: JsonSchema): string[] {
  const values = form.enum ?? (form.const === undefined ? [] : [form.const]);
  return [...Object.keys(form.properties ?? {}).filter((key) => !key.startsWith('$')), ...values.map(String)];
}
