import { stops } from '../../audit/audit.ts';
import { servedBy } from '../../plan/job.ts';
import { auditLines } from '../../report/audit.ts';
import { type Asked, askRelease } from '../audit/ask.ts';
import { withFleet } from '../connected.ts';
import { Exit, type ExitCode } from '../exit.ts';
import { look } from '../hosts.ts';
import type { StageOptions } from '../options.ts';
import type { Outside } from '../outside.ts';
import { isColoured } from '../paint.ts';
import { settingsFor } from '../stage.ts';
import { tellUnseen } from '../telling.ts';

interface Answer {
  readonly host: string;
  readonly release: string;
  readonly asked: Asked;
}

/** `cutover cache audit [release]`: what the config of a release comes to, and what of it is not as it must be. */
export async function cacheAudit(
  release: string | undefined,
  options: StageOptions,
  outside: Outside,
): Promise<ExitCode> {
  const settings = await settingsFor(options, outside);
  if (settings === null) return Exit.usage;
  if (settings.routine.audited === null) {
    outside.err(
      `An application of the recipe "${settings.recipe}" cannot be asked for its config. What "caches" declares is verified by each deployment.\n`,
    );
    return Exit.usage;
  }
  return withFleet({ settings, outside, first: 'look' }, async (fleet) => {
    const { signal } = new AbortController();
    const { facts, unseen } = await look(fleet, settings, signal);
    if (unseen.length > 0) return tellUnseen(unseen, outside);
    const answers = settings.hosts
      .filter((host) => host.receivesCode)
      .flatMap((host) => {
        const found = facts[host.name];
        const name = release ?? (found && servedBy(found));
        return name ? [{ host, release: name }] : [];
      })
      .map(
        async (asked): Promise<Answer> => ({
          host: asked.host.name,
          release: asked.release,
          asked: await askRelease(fleet, settings, { ...asked, signal }),
        }),
      );
    return tell(await Promise.all(answers), options, outside);
  });
}

function tell(answers: readonly Answer[], options: StageOptions, outside: Outside): ExitCode {
  if (options.json)
    outside.out(
      `${JSON.stringify({ format: 1, answers: answers.map(({ asked, ...rest }) => ({ ...rest, ...asked })) }, null, 2)}\n`,
    );
  else
    outside.out(
      `${answers.flatMap((answer) => linesOf(answer, isColoured(options, outside))).join('\n') || 'Nothing is in service that could be asked.'}\n`,
    );
  return answers.some(({ asked }) => 'trouble' in asked || stops(asked.findings)) ? Exit.refused : Exit.succeeded;
}

function linesOf({ host, release, asked }: Answer, colour: boolean): readonly string[] {
  const head = `${host}, release ${release}`;
  if ('trouble' in asked) return [`${head}: the application could not be asked.`, asked.trouble];
  const found = auditLines(asked.findings, colour);
  return found.length === 0
    ? [`${head}: its caches are as they must be.`]
    : [head, ...found.map((line) => `  ${line}`)];
}
