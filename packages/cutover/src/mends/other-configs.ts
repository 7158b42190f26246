import { edited, withEntry, withValue } from './edit.ts';
import { isOfRelease, type Mended, type MendWish, prefixCode, untouched } from './mend.ts';
import { codeOf, entryAt, literalOf, parseConfig } from './php-array.ts';

/** `config/database.php` with a prefix of project and release for one Redis connection. */
export function withConnectionPrefix(text: string, connection: string, wish: MendWish): Mended {
  const code = prefixCode(wish);
  const redis = entryAt(parseConfig(text), 'redis')?.array;
  const own = entryAt(redis ?? null, connection)?.array;
  if (!redis || !own)
    return untouched(
      text,
      `It has no Redis connection "${connection}" that can be read. Give that connection: 'options' => ['prefix' => ${code}],`,
    );
  const general = entryAt(redis, 'options', 'prefix');
  if (general && isOfRelease(codeOf(text, general)))
    return untouched(
      text,
      'The prefix of all Redis connections names the release: queues and sessions would be cut off. Take it out of "options" by hand.',
    );
  const options = entryAt(own, 'options');
  if (options === null)
    return { after: edited(text, [withEntry(text, own, ['options', [['prefix', code]]])]), left: [] };
  if (!options.array)
    return untouched(
      text,
      `The options of the connection "${connection}" cannot be read. Put there: 'prefix' => ${code},`,
    );
  const prefix = entryAt(options.array, 'prefix');
  if (prefix === null) return { after: edited(text, [withEntry(text, options.array, ['prefix', code])]), left: [] };
  const now = codeOf(text, prefix);
  if (isOfRelease(now) && now !== releaseOnly) return untouched(text);
  return { after: edited(text, [withValue(prefix, code)]), left: [] };
}

/** The release alone: two projects on one database can have releases of the same second. */
const releaseOnly = "basename(base_path()).'_'";

/** `config/statamic/stache.php` with the store that the Stache is to use. */
export function withCacheStore(text: string): Mended {
  const root = parseConfig(text);
  if (root === null) return untouched(text, "It cannot be read. Put there: 'cache_store' => 'stache',");
  const store = entryAt(root, 'cache_store');
  if (store === null) return { after: edited(text, [withEntry(text, root, ['cache_store', "'stache'"])]), left: [] };
  const code = codeOf(text, store);
  const named = literalOf(code);
  if (named === 'stache') return untouched(text);
  const isUnset = code === 'null' || /^env\(\s*['"]\w+['"]\s*(?:,\s*null\s*)?\)$/.test(code);
  if (isUnset)
    return {
      after: edited(text, [
        withValue(store, code === 'null' ? "'stache'" : code.replace(/(?:,\s*null\s*)?\)$/, ", 'stache')")),
      ]),
      left: [],
    };
  return untouched(
    text,
    `Its cache_store is ${code}. Each release must have that store for itself, or name the store "stache" there.`,
  );
}

/** An environment file in which a variable has another value; the rest of it stays byte for byte. */
export function withVariable(text: string, name: string, [from, to]: readonly [string, string]): string {
  return text.replaceAll(
    /^([ \t]*(?:export[ \t]+)?)(\w+)(=)(["']?)([^\r\n"'#]*?)\4([ \t]*(?:#.*)?)(?=\r?$)/gm,
    (...found: string[]) => {
      const [line = '', lead = '', key, equals = '', quote = '', value, tail = ''] = found;
      return key === name && value === from ? `${lead}${key}${equals}${quote}${to}${quote}${tail}` : line;
    },
  );
}
