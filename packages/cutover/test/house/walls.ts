import type { Import, Source } from './sources.ts';

/** What a room may import beside itself, and why nothing else. */
interface Room {
  /** Rooms or single files. */
  readonly may: readonly string[];
  /** Rooms or single files of which only types may be imported. */
  readonly mayTypes?: readonly string[];
  /** Files or folders of this room that may import more. */
  readonly exceptions?: readonly { readonly in: string; readonly may: string }[];
  /** Does no I/O, reads no clock, rolls no dice; the files named here are the exception. */
  readonly pure?: { readonly but: readonly string[] };
  /** Ends the sentence "a imports b: …". */
  readonly because: string;
}

const ground = ['model', 'shell'];

/** The house: imports go down only. A file directly below `src` is a room of its own. */
const rooms: Readonly<Record<string, Room>> = {
  model: { may: [], pure: { but: [] }, because: 'the nouns know nothing of the rooms above them' },
  shell: { may: ['model'], pure: { but: [] }, because: 'shell text is made from values alone' },
  events: { may: ground, pure: { but: [] }, because: 'what happened is told without how it came about' },
  plan: { may: ground, pure: { but: [] }, because: 'planning must not touch the wire' },
  remote: { may: ground, because: 'the wire carries segments and knows no plan' },
  source: { may: ground, because: 'where code comes from knows nothing of where it goes' },
  recipes: { may: ground, pure: { but: [] }, because: 'a recipe is data' },
  audit: { may: ground, pure: { but: [] }, because: 'what was found is judged by itself' },
  mends: { may: ground, pure: { but: [] }, because: 'what is to be changed follows from the text alone' },
  config: {
    may: ground,
    exceptions: [
      // The defaults of a stage are those of its recipe.
      { in: 'config/resolve', may: 'recipes' },
      // The first config file names the recipe that was recognised.
      { in: 'config/scaffold', may: 'recipes' },
    ],
    pure: { but: ['config/find', 'config/load'] },
    because: 'what is wanted is settled before anything is planned or done',
  },
  engine: {
    may: [...ground, 'plan', 'events', 'remote/session.ts'],
    mayTypes: ['source'],
    because: 'the engine carries out a plan and neither makes one nor tells of it',
  },
  report: {
    may: [...ground, 'events'],
    mayTypes: ['audit', 'plan/plan.ts', 'plan/purge/judge.ts', 'plan/refusal.ts'],
    pure: { but: [] },
    because: 'what is told is a fold of events',
  },
  demo: {
    may: [...ground, 'events', 'plan', 'remote', 'source', 'recipes', 'config', 'engine', 'report'],
    because: 'only the command line stands above the demo',
  },
  cli: { may: ['*'], because: '' },
  'index.ts': { may: ['model', 'config'], because: 'the library is the config and its types' },
};

/** Node's modules that compute only. */
const computing = ['node:util', 'node:path/posix'];

/** What a pure room must not say, as code outside strings and comments. */
const effects: readonly { readonly form: RegExp; readonly what: string }[] = [
  { form: /\bDate\.now\b|\bnew Date\(\s*\)|\bnew Date\b(?!\()|\bperformance\./, what: 'reads the clock' },
  { form: /\bMath\.random\b|\bcrypto\./, what: 'rolls dice' },
  { form: /(?<!(?<!\.\.)\.|\w)process\.(?!ts)/, what: 'looks at the process' },
  { form: /(?<![.\w])console\./, what: 'prints' },
  { form: /(?<![.\w])(?:setTimeout|setInterval|setImmediate)\b/, what: 'waits' },
  { form: /(?<![.\w])fetch\(/, what: 'asks the network' },
];

/** Each breach of the house's walls as a sentence. */
export function breaches(sources: readonly Source[]): readonly string[] {
  return sources.flatMap((source) => [...importBreaches(source), ...effectBreaches(source)]);
}

function importBreaches(source: Source): readonly string[] {
  const room = rooms[roomOf(source.path)];
  if (!room)
    return [
      `${source.path} stands in no room of the house: name the room and what it may import in test/house/walls.ts.`,
    ];
  return source.imports
    .filter((import_) => import_.own && !isAllowed(source.path, import_, room))
    .map((import_) => `${source.path} imports ${import_.from}: ${reasonFor(import_, room)}.`);
}

function isAllowed(path: string, { from, typesOnly }: Import, { may, mayTypes = [], exceptions = [] }: Room): boolean {
  const excepted = exceptions.filter((exception) => isWithin(path, exception.in)).map((exception) => exception.may);
  const open = [...may, ...excepted, ...(typesOnly ? mayTypes : [])];
  return roomOf(from) === roomOf(path) || open.some((place) => place === '*' || isWithin(from, place));
}

function reasonFor({ from }: Import, { mayTypes = [], because }: Room): string {
  return mayTypes.some((place) => isWithin(from, place)) ? 'only its types may be imported here' : because;
}

function effectBreaches({ path, code, imports }: Source): readonly string[] {
  const pure = rooms[roomOf(path)]?.pure;
  if (!pure || pure.but.some((place) => isWithin(path, place))) return [];
  const modules = imports.filter(({ from }) => from.startsWith('node:') && !computing.includes(from));
  return [
    ...modules.map(({ from }) => `${path} imports ${from}: ${roomOf(path)} does no I/O; what it needs is passed in.`),
    ...effects
      .filter(({ form }) => form.test(code))
      .map(({ what }) => `${path} ${what}: ${roomOf(path)} is pure; what it needs is passed in.`),
  ];
}

function roomOf(path: string): string {
  return path.split('/')[0] ?? path;
}

/** `place` is a room, a folder or file of it, or a file's name without its ending. */
function isWithin(path: string, place: string): boolean {
  return path === place || path === `${place}.ts` || path.startsWith(`${place}/`);
}
