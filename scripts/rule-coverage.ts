// Writes docs/coverage.md: every event type with the built-in rules that count it, and else why none does.
import { globSync, readFileSync } from 'node:fs'
import { basename, resolve } from 'node:path'
import { type RuleDocument, readBuiltInRules } from '../src/domain/alerts/rule-documents.ts'
import type { Rule } from '../src/domain/alerts/sigma/rules.ts'
import { eventTypes } from '../src/domain/events/event-types.ts'
import { uncounted } from './uncounted-events.ts'

const folder = resolve(import.meta.dirname, '../rules')

/** Every event type that a rule over events names; none for others. */
export const typesOf = (rule: Rule): readonly number[] =>
  (rule.kind === 'event' ? [...rule.selections.values()] : [])
    .flat(2)
    .filter(({ field }) => field === 'type')
    .flatMap(({ operands }) => operands)
    .flatMap((operand) => (operand.kind === 'exactly' && typeof operand.value === 'number' ? [operand.value] : []))

type NamedRule = { readonly name: string; readonly rule: RuleDocument }

/** The built-in rules that count events of each type. */
export function countedBy(): ReadonlyMap<number, readonly NamedRule[]> {
  const names = globSync('*.yaml', { cwd: folder, exclude: ['*.test.yaml'] })
    .map((file) => basename(file, '.yaml'))
    .toSorted()
  const rules = readBuiltInRules(names.map((name) => readFileSync(resolve(folder, `${name}.yaml`), 'utf8')))
  const counting = new Map<number, NamedRule[]>()
  for (const [index, rule] of rules.entries()) {
    const named = { name: names[index] ?? '', rule }
    for (const type of new Set(rule.set.flatMap(typesOf))) counting.set(type, [...(counting.get(type) ?? []), named])
  }
  return counting
}

/** The text of docs/coverage.md. */
export function ruleCoverage(): string {
  const counting = countedBy()
  const rows = eventTypes.map(({ code, name }) => {
    const rules = counting.get(code) ?? []
    const named = (isOn: boolean) =>
      rules
        .filter(({ rule }) => rule.rule.enabled === isOn)
        .map((each) => `\`${each.name}\``)
        .join(', ')
    return `| ${code} | ${name} | ${named(true) || (uncounted[code] ?? '')} | ${named(false)} |`
  })
  return [
    '# Coverage',
    '',
    'Every event type with the [built-in rules](../rules/README.md) that count it, by the names of their files, and the reason where none does',
    'that is on from the start. `npm run --silent rule-coverage > docs/coverage.md` writes this page.',
    '',
    '| type | event | counted by, or why not | by rules that are off at first |',
    '|---|---|---|---|',
    ...rows,
    '',
  ].join('\n')
}

if (import.meta.main) process.stdout.write(ruleCoverage())
