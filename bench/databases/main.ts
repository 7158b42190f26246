import { execFileSync } from 'node:child_process';
import { parseArgs } from 'node:util';
import { live, old, siteWith } from '../../packages/cutover/test/purge/kit.ts';

/*
 * The purge of a database store against real servers, which tests do not start: 20,000 rows of one release among rows that almost are
 * its own. The database is `shop`; the table is made anew.
 * node bench/databases/main.ts [--mysql 127.0.0.1:3306] [--pgsql 127.0.0.1:5432] [--user root] [--password …] [--ini directory]
 */

const { values } = parseArgs({
  options: {
    mysql: { type: 'string' },
    pgsql: { type: 'string' },
    user: { type: 'string', default: 'root' },
    password: { type: 'string', default: '' },
    /** A directory of .ini files that load pdo_mysql and pdo_pgsql, where PHP does not do so by itself. */
    ini: { type: 'string' },
  },
});

const env = values.ini === undefined ? {} : { PHP_INI_SCAN_DIR: `:${values.ini}` };
const prefix = `sh_p%:${old}:`;
/** By wildcards, by collation or by their beginning they are close; none is the release's. */
const others = [`sh_p%:${live}:k`, `shxp%:${old}:k`, `sh_pp:${old}:k`, `SH_P%:${old}:k`, 'z'];

for (const driver of ['mysql', 'pgsql'] as const) if (values[driver] !== undefined) prove(driver, values[driver]);

/** Fills the table, purges one release, and tells what is left. */
function prove(driver: 'mysql' | 'pgsql', place: string): void {
  const [host, port] = place.split(':');
  const quote = driver === 'mysql' ? '`' : '"';
  const dsn = `${driver}:host=${host};port=${port};dbname=shop`;
  const ask = (code: string): string =>
    execFileSync(
      'php',
      ['-r', `$p = new PDO($argv[1], $argv[2], $argv[3]); ${code}`, '--', dsn, values.user, values.password],
      {
        encoding: 'utf8',
        env: { ...process.env, ...env },
      },
    );
  const collation = driver === 'mysql' ? 'collate utf8mb4_general_ci' : 'collate "en-x-icu"';
  ask(`
    $p->exec('drop table if exists app_cache');
    $p->exec('create table app_cache (${quote}key${quote} varchar(255) ${collation} primary key, ${quote}value${quote} text, expiration int)');
    $p->beginTransaction();
    $row = $p->prepare('insert into app_cache values (?, ?, 0)');
    foreach (${JSON.stringify(others)} as $key) $row->execute([$key, 'x']);
    for ($i = 0; $i < 20000; $i++) $row->execute(['${prefix}'.$i, 'four']);
    $p->commit();`);
  const ends: (() => unknown)[] = [];
  const connection = { driver, host, port, database: 'shop', username: values.user, password: values.password };
  const site = siteWith(
    { after: (end) => void ends.push(end) },
    { database: { default: 'main', connections: { main: { ...connection, prefix: 'app_' } } } },
  );
  site.note(old, [{ kind: 'database', name: 'rows', connection: null, table: 'cache', prefix }]);
  const begunMs = Date.now();
  const { code, said } = site.ask({ do: 'purge', env });
  const ms = Date.now() - begunMs;
  const left = ask(
    `echo implode("\\n", $p->query('select ${quote}key${quote} from app_cache')->fetchAll(PDO::FETCH_COLUMN));`,
  );
  const isExact = left.split('\n').sort().join() === [...others].sort().join();
  console.log(`${driver}: ${code === 0 && isExact ? 'exactly its rows are gone' : `WRONG: ${said}${left}`}, ${ms} ms`);
  if (code !== 0 || !isExact) process.exitCode = 1;
  for (const end of ends) end();
}
