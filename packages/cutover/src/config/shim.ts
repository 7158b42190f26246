import { configJsonSchema, type JsonSchema } from './jsonSchema.ts';

/** The text of `cutover.d.ts`: it gives a config its types where Cutover is installed globally only. */
export function typesShim(): string {
  const schema = configJsonSchema();
  const interfaces = Object.entries(schema.$defs ?? {}).map(([name, form]) => declaration(name, form, schema));
  const module = [declaration('Config', schema, schema), ...interfaces, identity].join('\n\n');
  return `${header}\ndeclare module 'cutover' {\n${indented(module)}\n}\n`;
}

const header = `// Types of cutover.config.ts for the editor. Written by \`cutover init\`; not needed where the package "cutover" is
// installed in the project.`;

const identity = [
  '/** Gives a config its type in the editor; it comes back as it is. */',
  'export function defineConfig(config: Config): Config;',
].join('\n');

function declaration(name: string, form: JsonSchema, root: JsonSchema): string {
  const comment = doc(form);
  if (form.properties === undefined) return `${comment}export type ${name} = ${typeText(form)};`;
  return `${comment}export interface ${name} {\n${indented(properties(form, root))}\n}`;
}

function properties(form: JsonSchema, root: JsonSchema): string {
  const required = form.required ?? [];
  return Object.entries(form.properties ?? {})
    .map(
      ([key, value]) =>
        `${doc(described(value, root))}${keyText(key)}${required.includes(key) ? '' : '?'}: ${typeText(value)};`,
    )
    .join('\n');
}

/** An option that has no sentence of its own has that of its type, or of the project's option that it sets anew. */
function described(value: JsonSchema, root: JsonSchema): JsonSchema {
  const [, section, name] = value.$ref?.split('/') ?? [];
  if (section === 'properties') return root.properties?.[name ?? ''] ?? value;
  return value;
}

function doc({ description, default: fallback }: JsonSchema): string {
  if (description === undefined) return '';
  const hasDefault = fallback !== undefined && JSON.stringify(fallback) !== '{}';
  return `/** ${description.replaceAll('*/', '*\\/')}${hasDefault ? ` Default: ${JSON.stringify(fallback)}.` : ''} */\n`;
}

function typeText(form: JsonSchema): string {
  if (form.$ref !== undefined) return refText(form.$ref);
  const forms = form.anyOf ?? form.oneOf;
  if (forms !== undefined) return forms.map((one) => typeText(one)).join(' | ');
  if (form.const !== undefined) return JSON.stringify(form.const);
  if (form.enum !== undefined) return form.enum.map((value) => JSON.stringify(value)).join(' | ');
  if (form.type === 'array') return `ReadonlyArray<${typeText(form.items ?? {})}>`;
  if (form.type === 'object') return `Readonly<Record<string, ${typeText(form.additionalProperties || {})}>>`;
  return [form.type ?? 'unknown']
    .flat()
    .map((type) => (type === 'integer' ? 'number' : type))
    .join(' | ');
}

function refText(ref: string): string {
  const [, section, name = ''] = ref.split('/');
  return section === 'properties' ? `Config[${JSON.stringify(name)}]` : name;
}

function keyText(key: string): string {
  return /^\w+$/.test(key) ? key : JSON.stringify(key);
}

function indented(text: string): string {
  return text.replaceAll(/^(?=.)/gm, '  ');
}
