import {
  ACCESS_MODES,
  ENTRY_ROLES,
  HOST_ROLES,
  KNOCK_ANSWERS,
  LIMITS,
  PATTERNS,
  PROTOCOL_VERSION,
  ROLES,
  TOPOLOGIES,
} from '@firesignal/protocol';

type Constant = number | string | readonly string[];

const BEGIN = '// <protocol>';
const END = '// </protocol>';

/** `CAPACITY_MAX` → `capacityMax`: the name of the function that stands for the constant in the rules. */
function nameOf(key: string): string {
  return key.toLowerCase().replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

const CONSTANTS: ReadonlyMap<string, Constant> = new Map<string, Constant>([
  ['protocolVersion', PROTOCOL_VERSION],
  ['accessModes', ACCESS_MODES],
  ['roles', ROLES],
  ['entryRoles', ENTRY_ROLES],
  ['hostRoles', HOST_ROLES],
  ['knockAnswers', KNOCK_ANSWERS],
  ['topologies', TOPOLOGIES],
  ...Object.entries(LIMITS).map(([key, value]): [string, Constant] => [nameOf(key), value]),
  ...Object.entries(PATTERNS).map(([key, value]): [string, Constant] => [nameOf(`${key}_PATTERN`), value]),
]);

function literal(value: Constant): string {
  if (typeof value === 'number') return String(value);
  if (typeof value === 'string') return `'${value}'`;
  return `[${value.map(literal).join(', ')}]`;
}

/** The rules with the block between the markers made new: one function for each constant that the rules use. */
export function withConstants(rules: string): string {
  const begin = rules.indexOf(BEGIN);
  const end = rules.indexOf(END);
  if (begin < 0 || end < begin) throw new Error(`firestore.rules must have the markers ${BEGIN} and ${END}.`);
  const rest = rules.slice(0, begin) + rules.slice(end);
  const indent = rules.slice(rules.lastIndexOf('\n', begin) + 1, begin);
  const lines = [...CONSTANTS]
    .filter(([name]) => new RegExp(`\\b${name}\\(\\)`).test(rest))
    .map(([name, value]) => `${indent}function ${name}() { return ${literal(value)}; }\n`);
  return `${rules.slice(0, begin)}${BEGIN}\n${lines.join('')}${indent}${rules.slice(end)}`;
}
