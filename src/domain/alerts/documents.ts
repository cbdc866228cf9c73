// The members of a rule's document, but its selections: schemas after Sigma 2.1, and problems where they do not hold. Pure.
import * as v from 'valibot'
import { eventTypes } from '../event-types.ts'
import { Guid } from '../guid.ts'
import { correlationMembers } from './correlation-members.ts'
import { duration } from './durations.ts'
import type { ProblemReason, Report } from './problems.ts'
import { levels, statuses } from './rules.ts'
import { entryOf, offsetAt, plainOf, type Tree } from './yaml-tree.ts'

const text = (charactersMax: number) => v.pipe(v.string(), v.minLength(1), v.maxLength(charactersMax))
const texts = v.array(text(2_048))
const day = v.pipe(v.string(), v.isoDate('is a day as YYYY-MM-DD'))

/** Shortest and longest time that an alert of a group may hold back the next, in milliseconds. */
export const repeatMsMin = 60_000
export const repeatMsMax = 31 * 86_400_000
/** Most items that a rule may call critical. */
export const itemsPerRuleMax = 500

/** Keytrail's own members: whether it is on, how often to speak, what to do, and items that are critical to this rule. */
const own = {
  enabled: v.optional(v.boolean(), true),
  repeat: v.optional(duration(repeatMsMin, repeatMsMax), '1h'),
  response: v.optional(text(4_096)),
}

const head = {
  title: text(256),
  id: v.optional(Guid),
  name: v.optional(v.pipe(text(256), v.regex(/^\S+$/, 'has no blanks'))),
  related: v.optional(
    v.array(
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
  fields: v.optional(v.array(v.string()), []),
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

export const EventDocument = v.strictObject({
  ...head,
  logsource: v.strictObject({
    product: v.picklist(['keytrail', 'bitwarden']),
    service: v.optional(v.literal('events')),
    category: v.optional(v.picklist(categories)),
    definition: v.optional(text(4_096)),
  }),
  detection: v.record(v.string(), v.unknown()),
  keytrail: v.optional(
    v.strictObject({ ...own, items: v.optional(v.pipe(v.array(Guid), v.maxLength(itemsPerRuleMax)), []) }),
    {},
  ),
})
export type EventDocument = v.InferOutput<typeof EventDocument>

export const CorrelationDocument = v.strictObject({
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

/** The document as the schema gives it; undefined once something is wrong with it, which is then reported. */
export function readMembers<S extends v.GenericSchema>(
  schema: S,
  tree: Tree,
  report: Report,
): v.InferOutput<S> | undefined {
  const parsed = v.safeParse(schema, plainOf(tree))
  if (parsed.success) return parsed.output
  for (const issue of parsed.issues) {
    const path = issue.path?.map(({ key }) => String(key)) ?? []
    const { reason, message } = problemOf(issue, path)
    report({ offset: offsetAt(tree, path), member: path.join('.'), reason, message })
  }
  return undefined
}

function problemOf(issue: v.BaseIssue<unknown>, path: readonly string[]): { reason: ProblemReason; message: string } {
  const name = path.at(-1) ?? ''
  const instead = unsupportedMembers.get(name)
  if (issue.type === 'strict_object' && issue.expected === 'never') {
    if (instead) return { reason: 'unsupported-member', message: instead }
    return { reason: 'unknown-member', message: `There is no member ${JSON.stringify(name)} here.` }
  }
  if (/^(?:strict_object|variant)$/.test(issue.type) && issue.received === 'undefined') {
    return { reason: 'missing-member', message: `${name} is missing.` }
  }
  if (path[0] === 'logsource' && path.length > 1) return { reason: 'unsupported-logsource', message: issue.message }
  if (path.join('.') === 'correlation.type') return { reason: 'unsupported-correlation', message: issue.message }
  return { reason: 'bad-value', message: issue.message }
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
