import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { configNames } from '../../config/find.ts';
import { type Answers, scaffoldConfig } from '../../config/scaffold.ts';
import { typesShim } from '../../config/shim.ts';
import { recipes } from '../../recipes/index.ts';
import { type Recognised, recognise } from '../../recipes/recognise.ts';
import { agreed } from '../ask.ts';
import { Exit, type ExitCode } from '../exit.ts';
import { answersFor, exampleHost, type InitOptions, wrongAnswer } from '../init/answers.ts';
import { gitState, listing, projectName } from '../init/directory.ts';
import { say } from '../json.ts';
import type { Outside } from '../outside.ts';

interface How {
  readonly options: InitOptions;
  readonly outside: Outside;
}

/** `cutover init`: a small config for the application in this directory, and the types for the editor beside it. */
export async function init(options: InitOptions, outside: Outside): Promise<ExitCode> {
  const how = { options, outside };
  const { directory } = outside;
  const wrong = wrongAnswer(options);
  if (wrong !== null) {
    outside.err(`${wrong}\n`);
    return Exit.usage;
  }
  const problem = obstacle(how);
  if (problem !== null) {
    outside.err(`${problem} Nothing was written.\n`);
    return Exit.refused;
  }
  const seen = listing(directory);
  const recognised = recognise(seen);
  say(recognisedText(recognised), how);
  if (!(await mayWrite(how))) return Exit.refused;
  const answers = await answersFor({ project: projectName(directory, seen), recognised }, options, outside);
  if (answers === null) {
    outside.err('Nothing was written.\n');
    return Exit.refused;
  }
  writeFileSync(join(directory, configName), scaffoldConfig(answers));
  writeFileSync(join(directory, shimName), typesShim());
  say(nextText(answers, how), how);
  return Exit.succeeded;
}

const configName = 'cutover.config.ts';
const shimName = 'cutover.d.ts';

/** Why nothing can be written at all; null when it can. Who answers nothing must not lose a config by it. */
function obstacle({ options, outside }: How): string | null {
  if (!options.yes && !outside.canAsk)
    return 'Nobody can be asked here: say --yes, and --stage, --host, --user and --path for what would be asked.';
  const there = configNames.filter((name) => existsSync(join(outside.directory, name)));
  const other = there.find((name) => name !== configName);
  if (other !== undefined) return `There is a config already: ${other}. Remove it first if you want a new one.`;
  if (options.yes && there.length > 0)
    return `${configName} is there already. Remove it first, or run init without --yes: it asks before it writes over it.`;
  if (options.yes && hasForeignShim(outside))
    return `${shimName} is there already and is not Cutover's. Move it away first.`;
  return null;
}

async function mayWrite(how: How): Promise<boolean> {
  const { outside } = how;
  if (existsSync(join(outside.directory, configName)) && !(await agreed(`Write over ${configName}?`, how)))
    return false;
  return !hasForeignShim(outside) || agreed(`Write over ${shimName}, which is not Cutover's?`, how);
}

/** Types that `init` wrote before may be written anew. */
function hasForeignShim({ directory }: Outside): boolean {
  const file = join(directory, shimName);
  return existsSync(file) && readFileSync(file, 'utf8').split('\n')[0] !== typesShim().split('\n')[0];
}

function recognisedText({ recipe, evidence }: Recognised): string {
  const { title } = recipes[recipe];
  return recipe === 'static'
    ? `Recognised no framework: taken for a ${title.toLowerCase()}.`
    : `Recognised: ${title} (${evidence.join(', ')}).`;
}

function nextText(answers: Answers, { outside }: How): string {
  const isExample = answers.host.address === exampleHost;
  return [
    `Wrote ${configName}, and ${shimName} for the editor.`,
    ...(isExample ? [`Put the address of your host in the place of ${exampleHost}.`] : []),
    ...gitText(outside.directory),
    '',
    'Next:',
    ...nextCommands(answers).map(([command, why]) => `  ${command.padEnd(34)}${why}`),
  ].join('\n');
}

function gitText(directory: string): readonly string[] {
  const state = gitState(directory);
  if (state === 'ready') return [];
  return [
    state === null ? 'This directory is in no git repository.' : 'The git repository has no commit yet.',
    "Make a commit (git init, git add, git commit), or deploy what is built here: source: { type: 'artifact', path: 'dist' }.",
  ];
}

function nextCommands({ recipe, stage }: Answers): readonly (readonly [string, string])[] {
  const file = recipes[recipe].shared.find((path) => path.type === 'file' && path.required);
  return [
    ['cutover check', 'examines the host'],
    file === undefined
      ? ['cutover plan', 'shows what a deployment would do']
      : [`cutover env push ${file.to}.${stage}`, `sends the host its ${file.to}`],
    ['cutover deploy', 'puts the first release in service'],
  ];
}
