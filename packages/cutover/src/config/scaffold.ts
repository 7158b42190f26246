import type { RecipeName } from './schema/settings.ts';

/** What `init` asked or saw. */
export interface Answers {
  readonly project: string;
  readonly recipe: RecipeName;
  readonly stage: string;
  readonly host: ScaffoldHost;
  readonly deployPath: string;
  /** The branch, tag or SHA to deploy; null leaves it to what is checked out. */
  readonly ref: string | null;
  /** Absolute or null: asked after activation. */
  readonly url: string | null;
  readonly hooks: readonly ScaffoldHooks[];
  /** What runs the process that serves requests; null where none does. */
  readonly run: string | null;
}

/** The first host. */
export interface ScaffoldHost {
  readonly name: string;
  /** Null when it is this machine. */
  readonly address: string | null;
  readonly user: string | null;
}

/** Commands at one point of a deployment. */
export interface ScaffoldHooks {
  readonly point: string;
  readonly commands: readonly { readonly run: string; readonly once: boolean }[];
}

/** A small commented `cutover.config.ts`; the types shim is written beside it as `cutover.d.ts`. */
export function scaffoldConfig(answers: Answers): string {
  return `${[
    '/// <reference path="./cutover.d.ts" />',
    "import { defineConfig } from 'cutover';",
    '',
    '// Every option has a sentence in the editor. `cutover plan` shows what a deployment would do.',
    'export default defineConfig({',
    ...[
      ...projectLines(answers),
      ...processLines(answers),
      ...hookLines(answers.hooks),
      ...checkLines(answers.url),
      ...stageLines(answers),
    ].map(indented),
    '});',
  ].join('\n')}\n`;
}

function projectLines({ project, recipe, ref, deployPath }: Answers): string[] {
  return [
    `project: ${text(project)},`,
    `recipe: ${text(recipe)},`,
    '',
    '// What the git repository on this machine has is sent to the hosts; they need no credentials.',
    ref === null ? "source: 'git'," : `source: { type: 'git', ref: ${text(ref)} },`,
    '',
    '// On each host: holds `current`, `releases/` and what is shared between releases.',
    `path: ${text(deployPath)},`,
    'keep: 5,',
    '',
  ];
}

function processLines({ run, deployPath }: Answers): string[] {
  if (run === null) return [];
  return [
    "// Started beside the old release's process, and asked until it answers, before the swap. It finds in PORT where to listen: a socket, which",
    '// the web server reaches through `current`. For nginx:',
    `//   proxy_pass http://unix:${deployPath}/current/app.sock; proxy_set_header Connection close;`,
    `app: { process: { run: ${text(run)}, healthy: { http: '/' } } },`,
    '',
  ];
}

function hookLines(hooks: readonly ScaffoldHooks[]): string[] {
  const used = hooks.filter(({ commands }) => commands.length > 0);
  if (used.length === 0) return [];
  return ['hooks: {', ...used.flatMap(pointLines).map(indented), '},', ''];
}

function pointLines({ point, commands }: ScaffoldHooks): string[] {
  const key = /^\w+$/.test(point) ? point : text(point);
  return [
    `${key}: [`,
    ...commands.map(({ run, once }) => indented(once ? `{ run: ${text(run)}, once: true },` : `${text(run)},`)),
    '],',
  ];
}

function checkLines(url: string | null): string[] {
  const advice = '// Asked once the new release is in service; when it does not answer, the old one is put back.';
  return url === null ? [] : [advice, `checks: [{ http: ${text(url)} }],`, ''];
}

function stageLines({ stage, host }: Answers): string[] {
  return [
    'stages: {',
    indented(`${key(stage)}: {`),
    indented(indented(`hosts: { ${key(host.name)}: ${hostText(host)} },`)),
    indented('},'),
    '},',
  ];
}

function hostText({ name, address, user }: ScaffoldHost): string {
  if (address === null) return '{ local: true }';
  const options = [
    address === name ? null : `address: ${text(address)}`,
    user === null ? null : `user: ${text(user)}`,
  ].filter((option) => option !== null);
  return options.length === 0 ? '{}' : `{ ${options.join(', ')} }`;
}

function key(word: string): string {
  return /^[A-Za-z_]\w*$/.test(word) ? word : text(word);
}

/** A TypeScript string literal that stands for exactly this text. */
function text(value: string): string {
  const inner = JSON.stringify(value).slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'");
  return `'${inner}'`;
}

function indented(line: string): string {
  return line === '' ? line : `  ${line}`;
}
