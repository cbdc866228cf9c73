// The members of a rule's document, but its selections: schemas after Sigma 2.1, and problems where they do not hold. Pure.
import * as v from 'valibot'
import { duration } from '../../durations.ts'
import { eventTypes } from '../../events/event-types.ts'
import { Guid } from '../../guid.ts'
import { nameOf } from '../../texts.ts'
import { correlationMembers } from './correlation-properties.ts'
import { type ProblemReason, problemsMax, type Report, type Warn } from './problems.ts'
import {
  isOfRisk,
  isRiskDayMax,
  isRiskMax,
  notOfRisk,
  riskMembers,
  wrongRiskDayMax,
  wrongRiskMax,
} from './risk-properties.ts'
import { levels, statuses } from './rules.ts'
import { missingMember, wordsFor } from './words/member-words.ts'
import { nearest } from './words/near-names.ts'
import { entryOf, offsetAt, plainOf, type Tree } from './yaml-tree.ts'

const text = (charactersMax: number) => v.pipe(v.string(), v.minLength(1), v.maxLength(charactersMax))
/** A list; entries left empty, as in templates, are passed over. */
const listOf = <T>(entry: v.GenericSchema<unknown, T>) =>
  v.pipe(
    v.array(v.nullable(entry)),
    v.transform((entries) => entries.flatMap((each): T[] => (each === null ? [] : [each]))),
  )
const texts = listOf(text(2_048))
const day = v.pipe(v.string(), v.isoDate('is a day as YYYY-MM-DD'))

/** Shortest and longest suppression window, in milliseconds. */
export const repeatMsMin = 60_000
export const repeatMsMax = 31 * 86_400_000
/** Most items that a rule may call critical. */
const itemsPerRuleMax = 500

/** Keytrail's own properties: whether the rule is on, its suppression window, what to do, and items that are critical to it. */
const own = {
  enabled: v.optional(v.union([v.boolean(), v.literal('always')], 'is true, false or always'), true),
  repeat: v.optional(duration(repeatMsMin, repeatMsMax)),
  response: v.optional(text(4_096)),
}

const head = {
  title: nameOf(256),
  id: v.optional(Guid),
  name: v.optional(v.pipe(nameOf(256), v.regex(/^\S+$/, 'has no blanks'))),
  related: v.optional(
    listOf(
      v.strictObject({
        id: Guid,
        type: v.picklist(['derived', 'obsolete', 'merged', 'renamed', 'similar', 'correlation']),
      }),
    ),
  ),
  taxonomy: v.optional(v.literal('sigma')),
  status: v.optional(v.picklist(statuses)),
  description: v.optional(text(65_535)),
  license: v.optional(text(256)),
  author: v.optional(text(1_024)),
  references: v.optional(texts, []),
  date: v.optional(day),
  modified: v.optional(day),
  fields: v.optional(listOf(v.string()), []),
  falsepositives: v.optional(
    v.union([
      texts,
      v.pipe(
        text(2_048),
        v.transform((one) => [one]),
      ),
    ]),
    [],
  ),
  level: v.optional(v.picklist(levels), 'medium'),
  tags: v.optional(texts, []),
}

const categories = [...new Set(eventTypes.map(({ category }) => category))]

export const EventDocument = v.object({
  ...head,
  logsource: v.strictObject({
    product: v.picklist(['keytrail', 'bitwarden']),
    service: v.optional(v.literal('events')),
    category: v.optional(v.picklist(categories)),
    definition: v.optional(text(4_096)),
  }),
  detection: v.record(v.string(), v.unknown()),
  keytrail: v.optional(
    v.pipe(
      v.strictObject({
        ...own,
        ...riskMembers,
        items: v.optional(v.pipe(v.array(Guid), v.maxLength(itemsPerRuleMax)), []),
      }),
      v.forward(
        v.check((given) => isRiskMax(given), wrongRiskMax),
        ['riskMax'],
      ),
      v.forward(
        v.check((given) => isRiskDayMax(given), wrongRiskDayMax),
        ['riskDayMax'],
      ),
      v.forward(
        v.check((given) => isOfRisk(given), notOfRisk),
        ['risk'],
      ),
    ),
    {},
  ),
})
export type EventDocument = v.InferOutput<typeof EventDocument>

export const CorrelationDocument = v.object({
  ...head,
  correlation: correlationMembers,
  generate: v.optional(v.boolean()),
  keytrail: v.optional(v.strictObject(own), {}),
})
export type CorrelationDocument = v.InferOutput<typeof CorrelationDocument>

/** What Sigma has, or had, and Keytrail does not, by the name of the member; with what to do about it. */
const unsupportedMembers: ReadonlyMap<string, string> = new Map([
  ['scope', 'There are no kinds of machines to limit a rule to.'],
  ['filter', 'Filters are not supported: write the exception into the rule.'],
  ['action', 'Collections of Sigma 1 are not supported: write every document out.'],
  ['timeframe', 'Aggregation of Sigma 1 is not supported: write a correlation rule.'],
])

/** Where what is found goes: what is wrong, and what is not but may be meant otherwise. */
type Notes = { readonly report: Report; readonly warn: Warn }

/** The document as the schema gives it; undefined once something is wrong with it, which is then reported. */
export function readMembers<S extends v.ObjectSchema<v.ObjectEntries, undefined>>(
  schema: S,
  tree: Tree,
  notes: Notes,
): v.InferOutput<S> | undefined {
  const unsupported = checkMembers(Object.keys(schema.entries), tree, notes) + checkNumbers(tree, notes)
  const parsed = v.safeParse(schema, plainOf(tree))
  if (parsed.success) return unsupported > 0 ? undefined : parsed.output
  for (const issue of parsed.issues) {
    const path = issue.path?.map(({ key }) => String(key)) ?? []
    const { reason, message } = problemOf(issue, path)
    notes.report({ offset: offsetAt(tree, path), member: path.join('.'), reason, message })
  }
  return undefined
}

/** Reports members that Sigma has and we do not, and warns of those that neither has: Sigma lets everybody add their own. */
function checkMembers(known: readonly string[], tree: Tree, { report, warn }: Notes): number {
  const others = tree.kind === 'map' ? tree.entries.filter(({ key }) => !known.includes(key)) : []
  let unsupported = 0
  for (const [index, { key, keyOffset }] of others.entries()) {
    const instead = unsupportedMembers.get(key)
    if (instead) {
      unsupported += 1
      report({ offset: keyOffset, member: key, reason: 'unsupported-member', message: instead })
      continue
    }
    if (index >= problemsMax) continue
    const meant = nearest(key, [...known, ...unsupportedMembers.keys()])
    const message = `${JSON.stringify(key)} is no member that Keytrail knows: it is kept, and does nothing.`
    warn({
      offset: keyOffset,
      member: key,
      reason: 'custom-member',
      message: meant === undefined ? message : `${message} Is ${meant} meant?`,
    })
  }
  return unsupported
}

/** Reports numbers of a correlation that others may read as another number: `010`, `1e1`, `0x10`. */
function checkNumbers(tree: Tree, { report }: Notes): number {
  const condition = entryOf(tree, 'correlation') && entryOf(entryOf(tree, 'correlation')?.value ?? tree, 'condition')
  const entries = condition?.value.kind === 'map' ? condition.value.entries : []
  const wrong = entries.filter(
    ({ value }) =>
      value.kind === 'scalar' && typeof value.value === 'number' && !/^-?(?:0|[1-9]\d*)(?:\.\d+)?$/.test(value.written),
  )
  for (const { key, value } of wrong) {
    const written = value.kind === 'scalar' ? value.written : ''
    report({
      offset: value.offset,
      member: `correlation.condition.${key}`,
      reason: 'bad-value',
      message: `${written} is not clear: numbers are written as plain decimal digits, such as 10.`,
    })
  }
  return wrong.length
}

function problemOf(issue: v.BaseIssue<unknown>, path: readonly string[]): { reason: ProblemReason; message: string } {
  const name = path.at(-1) ?? ''
  const instead = unsupportedMembers.get(name)
  if (issue.type === 'strict_object' && issue.expected === 'never') {
    if (instead) return { reason: 'unsupported-member', message: instead }
    return { reason: 'unknown-member', message: `There is no member ${JSON.stringify(name)} here.` }
  }
  if (/^(?:strict_object|object|variant)$/.test(issue.type) && issue.received === 'undefined') {
    return { reason: 'missing-member', message: missingMember(name) }
  }
  const message = wordsFor(issue, path)
  if (path[0] === 'logsource' && path.length > 1) return { reason: 'unsupported-logsource', message }
  if (path.join('.') === 'correlation.type') return { reason: 'unsupported-correlation', message }
  return { reason: 'bad-value', message }
}

/** What a document without `detection` and `correlation` is: one that we know and do not support, or no rule at all. */
export function reportNoRule(tree: Tree, report: Report): void {
  for (const [name, message] of unsupportedMembers) {
    const entry = entryOf(tree, name)
    if (!entry) continue
    report({ offset: entry.keyOffset, member: name, reason: 'unsupported-member', message })
    return
  }
  const message = 'A rule has a detection, or a correlation.'
  report({ offset: tree.offset, member: 'detection', reason: 'missing-member', message })
}
