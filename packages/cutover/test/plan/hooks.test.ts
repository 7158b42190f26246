import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { describe, it } from 'node:test';
import { withVariables } from '../../src/plan/hooks.ts';

describe('variables in hooks', () => {
  const cases: readonly (readonly [string, string, string])[] = [
    ['bare', 'echo {{ message }}', 'echo "${CUTOVER_MESSAGE}"'],
    ['without spaces', 'echo {{message}}', 'echo "${CUTOVER_MESSAGE}"'],
    ['in double quotes', 'echo "<{{ message }}>"', 'echo "<${CUTOVER_MESSAGE}>"'],
    ['in single quotes', "echo '<{{ message }}>'", `echo '<'"\${CUTOVER_MESSAGE}"'>'`],
    ['after an escaped quote', 'echo \\"{{ message }}', 'echo \\""${CUTOVER_MESSAGE}"'],
    ['after a backslash that ends single quotes', "echo '\\'{{ message }}", `echo '\\'"\${CUTOVER_MESSAGE}"`],
    ['an apostrophe in double quotes', `echo "it's {{ message }}"`, `echo "it's \${CUTOVER_MESSAGE}"`],
    ['after an apostrophe in a comment', "# don't\necho {{ message }}", `# don't\necho "\${CUTOVER_MESSAGE}"`],
    ['after a comment behind a command', "true; # isn't\n{{ php }}", "true; # isn't\n${CUTOVER_PHP}"],
    ['after a hash within a word, which begins no comment', `a#'{{ message }}'`, `a#''"\${CUTOVER_MESSAGE}"''`],
    ['after a hash in quotes', `echo '# '{{ message }}`, `echo '# '"\${CUTOVER_MESSAGE}"`],
    ['several', '{{ time }} {{ release }}/artisan', '"${CUTOVER_TIME}" "${CUTOVER_RELEASE}"/artisan'],
    ['a command of the config, which may be several words', '{{ composer }} install', '${CUTOVER_COMPOSER} install'],
  ];
  for (const [name, text, expected] of cases) it(name, () => assert.equal(withVariables(text), expected));

  it('are harmless whatever a commit message says, wherever they stand', () => {
    const message = `"; touch /tmp/owned; echo '$(touch /tmp/owned)' \`touch /tmp/owned\` \\`;
    for (const text of [
      'printf %s {{ message }}',
      'printf %s "{{ message }}"',
      "printf %s '{{ message }}'",
      'x="{{ message }}"; printf %s "$x"',
      `# don't\nprintf %s "{{ message }}" # isn't`,
    ]) {
      const out = execFileSync('bash', ['-c', withVariables(text)], {
        env: { ...process.env, CUTOVER_MESSAGE: message },
      });
      assert.equal(out.toString(), message, text);
    }
  });
});
