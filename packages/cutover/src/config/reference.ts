import { configJsonSchema, type JsonSchema } from './jsonSchema.ts';

/** A generated file: its path in the repository and its text. */
export interface GeneratedDoc {
  readonly path: string;
  readonly text: string;
}

/** The files of `docs/reference/` that the config's schema gives. */
export function generatedDocs(): GeneratedDoc[] {
  return [
    { path: 'docs/reference/config.md', text: configReference() },
    { path: 'docs/reference/cutover.schema.json', text: `${JSON.stringify(configJsonSchema(), null, 2)}\n` },
  ];
}

/** The reference page of the config, in Markdown. */
export function configReference(): string {
  const schema = configJsonSchema();
  const types = Object.entries(schema.$defs ?? {});
  const sections = [
    section('The project', schema, schema),
    ...types.map(([name, form]) => section(name, form, schema)),
  ];
  return `${[intro, ...sections].join('\n\n')}\n`;
}

const intro = `# Configuration reference

This page is generated from the config's schema. A project's config is one file: \`cutover.config.ts\`, \`.mjs\`, \`.json\`
or \`.yaml\`. The JSON Schema for editors is [cutover.schema.json](cutover.schema.json).

- **Environment**: every text may hold \`\${NAME}\` or \`\${NAME:-default}\`, except hooks and commands, in which \`\${…}\` is the
  shell's own. A variable that is missing or empty is an error that names the place. \`$\${\` stands for a plain \`\${\`.
- **Variables**: hooks may hold \`{{ release }}\`, \`{{ project }}\`, \`{{ sha }}\`, \`{{ branch }}\`, \`{{ author }}\`, \`{{ message }}\`,
  \`{{ time }}\`, \`{{ php }}\`, \`{{ composer }}\`, \`{{ name }}\`, \`{{ previous }}\`, \`{{ stage }}\` and \`{{ host }}\`; values are put in safely quoted.
- **Recipes** contribute shared paths, writable paths and asset directories. What the config names comes on top; an entry
  for the same path takes the recipe's place, and \`without\` leaves one out.
- **Stages** may set every setting of the project anew: objects are merged key by key, lists and plain values take the
  project's place. With a single stage, \`--stage\` need not be given.
- **Command line**: \`--set keep=3 --set source.ref=v2\` goes over both.`;

function section(title: string, form: JsonSchema, root: JsonSchema): string {
  const head = [`## ${title}`, form.description ?? ''];
  if (form.properties === undefined) return [...head, `Written as: ${typeText(form)}.`].join('\n\n');
  const shared = Object.keys(form.properties).filter(
    (key) => form !== root && form.properties?.[key]?.$ref?.startsWith('#/properties/'),
  );
  const own = Object.entries(form.properties).filter(([key]) => !shared.includes(key));
  const rows = own.map(([key, value]) => row(key, described(value, root), form.required?.includes(key) ?? false));
  const note = shared.length > 0 ? `\n\nSettings that can be set anew: ${shared.map(code).join(', ')}.` : '';
  return [...head, `| option | type | default | |\n|---|---|---|---|\n${rows.join('\n')}${note}`].join('\n\n');
}

/** An option that has no sentence of its own has that of its type. */
function described(value: JsonSchema, root: JsonSchema): JsonSchema {
  const type = root.$defs?.[value.$ref?.split('/').at(-1) ?? ''];
  return type?.description === undefined ? value : { description: type.description, ...value };
}

function row(key: string, value: JsonSchema, isRequired: boolean): string {
  const fallback =
    value.default === undefined || JSON.stringify(value.default) === '{}' ? '' : code(JSON.stringify(value.default));
  const examples = (value.examples ?? []).map((example) => code(JSON.stringify(example))).join(', ');
  const words = [value.description ?? '', examples === '' ? '' : `Such as ${examples}.`]
    .filter((part) => part !== '')
    .join(' ');
  return `| ${code(key)} | ${typeText(value)} | ${isRequired ? '**required**' : fallback} | ${cell(words)} |`;
}

function typeText(form: JsonSchema): string {
  if (form.$ref !== undefined) return link(form.$ref.split('/').at(-1) ?? '');
  const forms = form.anyOf ?? form.oneOf;
  if (forms !== undefined) return forms.map(typeText).join(', or ');
  if (form.const !== undefined) return code(JSON.stringify(form.const));
  if (form.enum !== undefined) return form.enum.map((value) => code(JSON.stringify(value))).join(', ');
  if (form.type === 'array') return `list of ${typeText(form.items ?? {})}`;
  if (form.type === 'object') return `object of ${typeText(form.additionalProperties || {})}`;
  return [form.type ?? 'anything']
    .flat()
    .map((type) => words[type] ?? type)
    .join(', ');
}

const words: Readonly<Record<string, string>> = { string: 'text', integer: 'whole number' };

function link(name: string): string {
  return `[${name}](#${name.toLowerCase()})`;
}

function code(text: string): string {
  return `\`${cell(text)}\``;
}

/** A bar would end the table's cell. */
function cell(text: string): string {
  return text.replaceAll('|', '\\|');
}
