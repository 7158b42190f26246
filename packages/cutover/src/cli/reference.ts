import { Exit, exitMeanings } from './exit.ts';
import type { Spec } from './specs/spec.ts';
import { commands } from './specs.ts';

/** The reference page of the command line, in Markdown: docs/reference/cli.md. */
export function cliReference(): string {
  const overview = table(
    ['command', ''],
    commands.map((spec) => [link(spec), cell(spec.summary)]),
  );
  const sections = commands.flatMap((spec) => [spec, ...within(spec)]).filter(({ action }) => action !== undefined);
  return `${[intro, overview, exitCodes(), json, ...sections.map(section)].join('\n\n')}\n`;
}

const intro = `# Command line reference

This page is generated from the command line itself; \`cutover help <command>\` shows the same. Every command about a
stage takes \`--stage\`, and \`--host\`, \`--role\` and \`--label\` select among its hosts. What is to be done is shown and asked
first wherever something could be lost; \`--yes\` agrees beforehand, and where nobody can be asked the answer is no.
Ctrl-C asks a deployment to stop and to take back what it did; a second one leaves at once.`;

const json = `## JSON

With \`--json\` all of stdout is JSON, and what is meant for people is on stderr. A command that looks prints one document
with a \`format\`; a command that does something prints one event per line. A command that had neither, because it was refused
or there was nothing to do, prints \`{"format":1,"exit":3,"said":"…"}\` with its exit code and what it said on stderr.
Mistakes in the command line itself are told on stderr alone.`;

function exitCodes(): string {
  const rows = Object.entries(Exit).map(([name, code]) => [
    String(code),
    name,
    cell(exitMeanings[name as keyof typeof Exit]),
  ]);
  return `## Exit codes\n\n${table(['code', 'name', ''], rows)}`;
}

/** Subcommands under their whole name. */
function within({ usage, subcommands = [] }: Spec): readonly Spec[] {
  return subcommands.map((inner) => ({ ...inner, usage: `${usage} ${inner.usage}` }));
}

function section(spec: Spec): string {
  const options = spec.options.map((make) => make());
  const rows = options.map(({ flags, description }) => [code(flags), cell(description)]);
  const about = spec.description ?? spec.summary;
  const head = [
    `## ${nameOf(spec)}`,
    code(`cutover ${spec.usage}`),
    about.includes('\n') ? fenced(about) : text(about),
  ];
  return [...head, ...(rows.length > 0 ? [table(['option', ''], rows)] : [])].join('\n\n');
}

/** Lines of their own stay so: the first paragraph is text, what is indented is for copying. */
function fenced(about: string): string {
  const [first = '', ...rest] = about.split('\n\n');
  return `${text(first)}\n\n\`\`\`text\n${rest.join('\n\n').replaceAll(/^ {2}/gm, '')}\n\`\`\``;
}

/** Without its operands. */
function nameOf({ usage }: Spec): string {
  return usage.replaceAll(/ [<[].*$/g, '');
}

function link(spec: Spec): string {
  const name = spec.action ? nameOf(spec) : (within(spec).map(nameOf)[0] ?? '');
  return `[${cell(nameOf(spec))}](#${name.replaceAll(' ', '-')})`;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(head), `|${head.map(() => '---').join('|')}|`, ...rows.map(line)].join('\n');
}

function code(written: string): string {
  return `\`${barless(written)}\``;
}

function cell(written: string): string {
  return barless(text(written));
}

/** What stands in angle brackets would be taken for HTML. */
function text(written: string): string {
  return written.replaceAll('<', '\\<');
}

/** A bar would end the table's cell. */
function barless(written: string): string {
  return written.replaceAll('|', '\\|');
}
