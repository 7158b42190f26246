import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { it } from 'node:test';
import { shapes } from '../mends/shapes.ts';
import { write } from '../source/kit.ts';
import { documentOf, ended, project } from './kit.ts';

it('cache fix shows a diff, writes it only when it is agreed to, and finds nothing the next time', async (t) => {
  const on = project(t, { config: { recipe: 'laravel', isolation: 'store' } });
  const shape = shapes.find(({ name }) => name.startsWith('Laravel 13, Redis'));
  write(on.app, { ...shape?.files, '.env.production': 'CACHE_STORE=redis\nSESSION_CONNECTION=cache\n' });
  const read = (file: string) => readFileSync(join(on.app, file), 'utf8');

  const shown = ended(await on.cutover('cache', 'fix', '--dry-run'), 0);
  assert.match(shown.out, /^--- config\/cache\.php\n\+\+\+ config\/cache\.php\n@@ -\d+,\d+ \+\d+,\d+ @@\n/);
  assert.match(
    shown.out,
    /^\+ {12}'options' => \[\n\+ {16}'prefix' => 'shop:'\.basename\(base_path\(\)\)\.':',\n\+ {12}\],$/m,
  );
  assert.match(shown.out, /^-SESSION_CONNECTION=cache\n\+SESSION_CONNECTION=default$/m);
  assert.match(ended(await on.cutover('cache', 'fix'), 3).err, /Nobody can be asked here/);
  assert.equal(read('config/cache.php'), shape?.files['config/cache.php']);

  const wrote = ended(await on.cutover('cache', 'fix', '--yes'), 0);
  assert.match(wrote.err, /Wrote config\/cache\.php, config\/database\.php, \.env\.production\. .*cutover env push/);
  assert.match(read('config/cache.php'), /'limiter' => 'shared',/);
  assert.equal(ended(await on.cutover('cache', 'fix', '--yes'), 0).out, 'There is nothing to mend.\n');

  write(on.app, { 'config/cache.php': '<?php return computed();' });
  const refused = await on.cutover('cache', 'fix', '--json', '--yes');
  assert.equal(documentOf<{ left: readonly { file: string }[] }>(ended(refused, 3)).left[0]?.file, 'config/cache.php');
});
