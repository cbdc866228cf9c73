// The table of the built-in rules, as rules/README.md shows it.
import { typesOf } from '../../scripts/rule-coverage.ts'
import type { CorrelationRule, Rule, RuleSet } from '../../src/domain/alerts/sigma/rules.ts'
import { writtenDuration } from '../../src/domain/durations.ts'
import { ruleOf } from './built-in-rules.ts'

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
    [...types].sort().join(', ') || 'any',
    groupOf(rule),
    firesAt(rule, set),
    rule.enabled ? 'yes' : 'no',
    `\`${rule.id}\``,
  ]
  return `| ${cells.join(' | ')} |`
}

/** The steps of a correlation of correlations: how often, within which time, which rules match. */
function stepsOf(rule: CorrelationRule, set: RuleSet): string {
  const steps = rule.rules.map((id) => {
    const inner = set.find((each) => each.id === id)
    if (inner?.kind !== 'correlation') return inner?.name ?? ''
    return `${inner.name} (${firesAt(inner, set)})`
  })
  return steps.join(rule.correlation.kind === 'temporal' && rule.correlation.ordered ? ', then ' : ', ')
}

const groupOf = (rule: Rule): string =>
  rule.kind === 'event' || rule.groupBy.length === 0 ? 'organization' : rule.groupBy.map(({ name }) => name).join(', ')

function firesAt(rule: Rule, set: RuleSet): string {
  if (rule.kind === 'event') return 'each'
  const timespan = writtenDuration(rule.timespanMs)
  const { correlation } = rule
  switch (correlation.kind) {
    case 'event-count':
      return correlation.count[0]?.value === 1 ? 'each' : `${correlation.count[0]?.value} in ${timespan}`
    case 'value-count':
      return `${correlation.count[0]?.value} different ${correlation.field.name} in ${timespan}`
    case 'temporal': {
      const isChained = set.some((each) => each.kind === 'correlation' && rule.rules.includes(each.id))
      const order = correlation.ordered ? ' in order' : ''
      return isChained
        ? `${stepsOf(rule, set)} within ${timespan}`
        : `all ${rule.rules.length}${order} within ${timespan}`
    }
    case 'abnormal-rate':
      return `${correlation.countMin} or more in ${timespan}, ${correlation.sensitivity} deviations above the usual`
    case 'risk':
      return `${correlation.count[0]?.value} points within ${timespan}`
    case 'absence':
      return `none for ${timespan}`
  }
}
