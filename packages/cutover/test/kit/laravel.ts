import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Lifetime } from '../source/kit.ts';
import { type Shop, type ShopOptions, shop } from './shop.ts';

const fixtures = join(import.meta.dirname, '../fixtures');

/** A shop that is a Laravel application on Debian's packages, or a site that behaves like Statamic. */
export interface LaravelShop extends Shop {
  /** Writes the shared `.env`, as it were by hand. */
  env(lines: Readonly<Record<string, string>>): void;
  /** The directory of a release; of the one in service unless it is named. */
  release(name?: string): string;
  /** Runs PHP in a release and gives what it prints, without the newline at its end. */
  php(directory: string, args: readonly string[], env?: Readonly<Record<string, string>>): string;
  /** Asks the application of a release, in one process, and gives the answer to each question. */
  ask(release: string, ...questions: readonly (readonly [string, ...string[]])[]): readonly string[];
  /** Starts PHP in a release; it is ended with the test at the latest. */
  run(directory: string, args: readonly string[]): Running;
}

/** A process that runs. */
export interface Running {
  readonly isOver: () => boolean;
  readonly over: Promise<void>;
  kill(): void;
}

/** Makes it, with its code committed and nothing deployed. */
export async function laravelShop(
  t: Lifetime,
  kind: 'laravel' | 'statamic',
  options: ShopOptions & { readonly config?: Readonly<Record<string, unknown>> } = {},
): Promise<LaravelShop> {
  const site = await shop(t, options);
  const more = { recipe: kind, shared: {}, assets: [], composer: 'sh bin/composer', ...options.config };
  site.configure(more);
  site.change({ ...filesIn('laravel'), ...(kind === 'statamic' ? filesIn('statamic') : {}) });
  const php: LaravelShop['php'] = (directory, args, env = {}) =>
    execFileSync('php', args, { cwd: directory, encoding: 'utf8', env: { ...process.env, ...env } }).trimEnd();
  const release = (name?: string) => join(site.path('web1'), 'releases', name ?? site.serves('web1') ?? '');
  return {
    ...site,
    configure: (changes) => site.configure({ ...more, ...changes }),
    env(lines) {
      mkdirSync(site.path('web1'), { recursive: true });
      const all = { APP_NAME: 'Shop', DB_DATABASE: ':memory:', QUEUE_CONNECTION: 'sync', ...lines };
      writeFileSync(
        join(site.path('web1'), '.env'),
        Object.entries(all)
          .map(([name, value]) => `${name}=${value}\n`)
          .join(''),
      );
    },
    release,
    php,
    ask(name, ...questions) {
      const words = questions.flatMap((question, i) => (i === 0 ? question : [',', ...question]));
      return php(release(name), ['artisan', 'ask', ...words]).split('\n');
    },
    run(directory, args) {
      const child = spawn('php', args, { cwd: directory, stdio: 'ignore' });
      t.after(() => child.kill('SIGKILL'));
      return {
        isOver: () => child.exitCode !== null || child.signalCode !== null,
        over: once(child, 'exit').then(() => {}),
        kill: () => void child.kill('SIGKILL'),
      };
    },
  };
}

function filesIn(name: string): Readonly<Record<string, string>> {
  const root = join(fixtures, name);
  const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((file) =>
    statSync(join(root, file)).isFile(),
  );
  return Object.fromEntries(files.map((file) => [file, readFileSync(join(root, file), 'utf8')]));
}
