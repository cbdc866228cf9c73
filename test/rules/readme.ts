// The table of the built-in rules, as rules/README.md shows it.
import { typesOf } from '../../scripts/rule-coverage.ts'
import type { Rule } from '../../src/domain/alerts/sigma/rules.ts'
import { ruleOf, textOf } from './built-in-rules.ts'

/** The rules by name: level, title, event types, group key, when they fire, whether they are on, and id. */
export const rulesTable = (names: readonly string[]): string =>
  [
    '| rule | level | title | events | for each | fires at | on | id |',
    '|---|---|---|---|---|---|---|---|',
    ...names.map(rowOf),
  ].join('\n')

function rowOf(name: string): string {
  const { rule, set } = ruleOf(name)
  const types = new Set(set.flatMap(typesOf))
  const cells = [
    `[${name}](${name}.yaml)`,
    rule.level,
    rule.title,
    [...types].sort().join(', '),
    groupOf(rule),
    thresholdOf(name, rule),
    rule.enabled ? 'yes' : 'no',
    `\`${rule.id}\``,
  ]
  return `| ${cells.join(' | ')} |`
}

const groupOf = (rule: Rule): string =>
  rule.kind === 'event' || rule.groupBy.length === 0 ? 'organization' : rule.groupBy.map(({ name }) => name).join(', ')

function thresholdOf(name: string, rule: Rule): string {
  if (rule.kind === 'event') return 'each'
  const [, timespan = ''] = /^ {2}timespan: (\S+)$/m.exec(textOf(name)) ?? []
  const { correlation } = rule
  switch (correlation.kind) {
    case 'event-count':
      return correlation.count[0]?.value === 1 ? 'each' : `${correlation.count[0]?.value} in ${timespan}`
    case 'value-count':
      return `${correlation.count[0]?.value} different ${correlation.field.name} in ${timespan}`
    case 'temporal':
      return `all ${rule.rules.length}${correlation.ordered ? ' in order' : ''} within ${timespan}`
    case 'abnormal-rate':
      return `${correlation.countMin} or more in ${timespan}, ${correlation.sensitivity} deviations above the usual`
    case 'absence':
      return `none for ${timespan}`
  }
}
