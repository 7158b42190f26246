import { isObject } from '../model/json.ts';

/** Whether a value of unknown origin is what it should be. */
export type Is = (value: unknown) => boolean;

/** A moment that a date can be made of. */
export function isMoment(value: unknown): boolean {
  return typeof value === 'string' && !Number.isNaN(Date.parse(value));
}

/** Text, empty or not. */
export function isText(value: unknown): boolean {
  return typeof value === 'string';
}

/** A number. */
export function isNumber(value: unknown): boolean {
  return typeof value === 'number';
}

/** One of these words. */
export function oneOf(...words: readonly string[]): Is {
  return (value) => typeof value === 'string' && words.includes(value);
}

/** Null, or what it may be else. */
export function orNull(is: Is): Is {
  return (value) => value === null || is(value);
}

/** A list of such values. */
export function list(is: Is): Is {
  return (value) => Array.isArray(value) && value.every(is);
}

/** One such value for each host. */
export function byHost(is: Is): Is {
  return (value) => isObject(value) && Object.values(value).every(is);
}

/** An object that has at least these fields. */
export function record(fields: Readonly<Record<string, Is>>): Is {
  return (value) => isObject(value) && Object.entries(fields).every(([name, is]) => is(value[name]));
}
