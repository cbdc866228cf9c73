// What to say of a member of a rule that is not as its schema wants it: what it is, and what to write. Pure.
import type * as v from 'valibot'
import { nearest } from './near-names.ts'

/** Members as examples write them; each is a whole `name: value`. */
const examples: ReadonlyMap<string, string> = new Map([
  ['title', 'title: Many failed logins'],
  ['logsource', 'logsource: {product: keytrail}'],
  ['product', 'product: keytrail'],
  ['detection', 'detection: {selection: {type: 1000}, condition: selection}'],
  ['type', 'type: event_count'],
  ['rules', 'rules: [login_failed]'],
  ['timespan', 'timespan: 15m'],
  ['condition', 'condition: {gte: 10}'],
  ['field', 'field: ipAddress'],
  ['minimum', 'minimum: 20'],
  ['group-by', 'group-by: [actingUserId]'],
  ['aliases', 'aliases: {who: {login_failed: userId}}'],
  ['keytrail', 'keytrail: {repeat: 2h}'],
])

/** Most characters of a wrong value that a message repeats. */
const shownMax = 64

/** Says that a member is missing. */
export function missingMember(name: string): string {
  const example = examples.get(name)
  return example === undefined ? `${name} is missing.` : `${name} is missing: write it as in ${example}.`
}

/** A sentence about what is wrong with the member at this path. */
export function wordsFor(issue: v.BaseIssue<unknown>, path: readonly string[]): string {
  const label = labelOf(path)
  if (!issue.message.startsWith('Invalid '))
    return /^[a-z]/.test(issue.message) ? `${label} ${issue.message}.` : issue.message
  const meant = typeof issue.input === 'string' ? nearest(issue.input, optionsOf(issue)) : undefined
  return `${label} ${predicateOf(issue, path.at(-1) ?? '')}.${meant === undefined ? '' : ` Is ${meant} meant?`}`
}

/** The name of a member, or which entry of a list it is. */
function labelOf(path: readonly string[]): string {
  const [list = '', name = list] = path.slice(-2)
  return /^\d+$/.test(name) ? `Entry ${Number(name) + 1} of ${list}` : name
}

function predicateOf(issue: v.BaseIssue<unknown>, name: string): string {
  const { type, input, requirement } = issue
  switch (type) {
    case 'variant':
      return optionsOf(issue).length > 0 ? oneOf(issue) : mapOf(issue, name)
    case 'picklist':
    case 'literal':
      return oneOf(issue)
    case 'array':
      return `is a list: write ${typeof input === 'string' ? `${name}: [${shown(input)}]` : 'its values in brackets'}`
    case 'string':
      return typeof input === 'number' || typeof input === 'boolean' ? `is text: quote it, "${input}"` : 'is text'
    case 'number':
      return `is a number${notThis(issue)}`
    case 'integer':
      return `is a whole number${notThis(issue)}`
    case 'min_value':
      return `is ${requirement} at least${notThis(issue)}`
    case 'max_value':
      return `is ${requirement} at most${notThis(issue)}`
    case 'min_length':
      return 'is empty'
    case 'max_length':
      return `has at most ${requirement} ${typeof input === 'string' ? 'characters' : 'entries'}`
    case 'union':
      return 'is text, or a list of texts'
    default:
      return mapOf(issue, name)
  }
}

function mapOf(issue: v.BaseIssue<unknown>, name: string): string {
  const example = examples.get(name)
  return example === undefined ? `is a map of names and values${notThis(issue)}` : `is a map: write it as in ${example}`
}

function oneOf(issue: v.BaseIssue<unknown>): string {
  const options = optionsOf(issue)
  return `${options.length === 1 ? 'is' : 'is one of'} ${options.join(', ')}${notThis(issue)}`
}

/** The values that there are, as the schema lists them. */
const optionsOf = ({ expected }: v.BaseIssue<unknown>): string[] =>
  [...(expected ?? '').matchAll(/"([^"]+)"/g)].map(([, option = '']) => option)

const notThis = ({ received }: v.BaseIssue<unknown>): string => (received.length > shownMax ? '' : `, not ${received}`)

const shown = (text: string): string => (text.length > shownMax ? '…' : text)
