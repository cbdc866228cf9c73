// What events of one kind say in words: "copied 26 passwords (2 of them critical)", behind the name of who did it. Pure.
import type { Names } from '../../../directory/names.ts'
import { describe, nameUnknown } from '../../../events/describe.ts'
import type { StoredEvent } from '../../../events/event.ts'
import { sentenceParts } from '../../../events/sentences.ts'
import { systemUserName } from '../../../events/system-users.ts'
import type { Guid } from '../../../guid.ts'
import { shown } from '../../labels.ts'
import { distinct } from '../../what-happened.ts'
import { copiedPassword, failedSecondStep, kindOf, loggedIn, type WayOfTaking, wayOfTaking } from './kinds.ts'

/** What names people and things, and says which items are critical. */
export type Wording = { readonly names: Names; readonly isCritical: (itemId: Guid) => boolean }

/** Most things that a phrase names; the others are counted. */
const namedMax = 3

/** Events of one kind, at least one, as what a person did: "modified policy Single organization". Reads of items are several phrases. */
export function phrasesOf(events: readonly StoredEvent[], wording: Wording): readonly string[] {
  const [first] = events
  if (!first) return []
  switch (kindOf(first)) {
    case 'items':
      return itemsPhrases(events, wording)
    case 'deletions':
      return [...Map.groupBy(events, ({ type }) => type)].map(([type, of]) => listPhrase(type, of, wording))
    case 'secrets':
      return [`read ${counted(distinct(events.map(({ secretId }) => secretId)).length || events.length, 'secret')}`]
    case 'failed-login':
      return [`failed to log in${times(events.length)}`]
    case `type ${loggedIn}`:
      return [`logged in${times(events.length)}`]
    default:
      return [plainPhrases.get(first.type) ?? listPhrase(first.type, events, wording)]
  }
}

/** An entry of a timeline as a whole sentence without a stop: who, and what. */
export function sentenceOf(events: readonly StoredEvent[], wording: Wording): string {
  const [first] = events
  if (!first) return ''
  if (kindOf(first) === 'failed-login') return failuresPhrase(events, wording.names)
  const who =
    first.actingUserId || first.serviceAccountId || !isAboutMember(first.type)
      ? actorName(first, wording.names)
      : memberName(first, wording.names)
  return `${who} ${listed(phrasesOf(events, wording))}`
}

/** "14 failed logins as Dave Duarte", "157 failed logins to 38 accounts". */
function failuresPhrase(events: readonly StoredEvent[], names: Names): string {
  const accounts = distinct(events.map(({ actingUserId }) => actingUserId))
  const first = events.find(({ actingUserId }) => actingUserId !== undefined)
  const whose = accounts.length > 1 ? ` to ${accounts.length} accounts` : first ? ` as ${actorName(first, names)}` : ''
  const secondSteps = events.filter(({ type }) => type === failedSecondStep).length
  const step =
    secondSteps === 0
      ? ''
      : secondSteps === events.length
        ? ' at the second step'
        : `, ${secondSteps} of them at the second step`
  return `${counted(events.length, 'failed login')}${whose}${step}`
}

/** Who acted, by name alone: as short as a sentence wants it. */
export function actorName(event: StoredEvent, names: Names): string {
  const { actingUserId, actingUserName, actingUserEmail, serviceAccountId, systemUser } = event
  if (actingUserId)
    return personName(actingUserId, names) ?? shown(actingUserName ?? actingUserEmail ?? `user ${nameUnknown}`)
  if (serviceAccountId) return machineName(serviceAccountId)
  return actingUserName ? shown(actingUserName) : (systemUserName(systemUser) ?? 'The server')
}

/** The name of a person alone, else the email address; null if neither is known. */
export function personName(id: Guid, names: Names): string | null {
  const { name, email } = names.person(id)
  return name || email ? shown(name || email || '') : null
}

/** Keytrail knows no names of machine accounts: their ids begin with different digits. */
export const machineName = (id: string): string => `machine account ${id.slice(0, 8)}`

/** "copied 26 passwords (2 of them critical)"; what was opened is said if more was opened than taken. */
function itemsPhrases(events: readonly StoredEvent[], wording: Wording): readonly string[] {
  const by = (way: WayOfTaking) => events.filter(({ type }) => wayOfTaking(type) === way)
  const [copied, revealed, filled] = [by('copied'), by('revealed'), by('autofilled')]
  const taken = new Set([...copied, ...revealed, ...filled].map(({ cipherId }) => cipherId))
  const opened = by('viewed')
  const isMore = opened.some(({ cipherId }) => !taken.has(cipherId))
  const groups = [isMore ? opened : [], copied, revealed, filled].filter((group) => group.length > 0)
  return groups.map((group) => itemsTaken(group, wording))
}

/** Events of one way of taking: "copied 26 passwords (2 of them critical)"; of one item by its name. */
function itemsTaken(events: readonly StoredEvent[], { names, isCritical }: Wording): string {
  const [first] = events
  const items = distinct(events.map(({ cipherId }) => cipherId))
  const critical = items.filter(isCritical).length
  if (!first || items.length <= 1) {
    return `${first ? lowered(describe(first, names)) : ''}${critical > 0 ? ' (critical)' : ''}`
  }
  const all = critical === items.length ? 'all' : critical
  return `${manyTaken(events, items.length)}${critical > 0 ? ` (${all} of them critical)` : ''}`
}

function manyTaken(events: readonly StoredEvent[], count: number): string {
  switch (wayOfTaking(events[0]?.type ?? 0)) {
    case 'copied':
      return events.every(({ type }) => type === copiedPassword)
        ? `copied ${count} passwords`
        : `copied secrets of ${count} items`
    case 'revealed':
      return `had secrets of ${count} items shown`
    case 'autofilled':
      return `filled in ${count} items`
    default:
      return `opened ${count} items`
  }
}

/** Events of one type by the things that they are about: "modified policy Single organization, Two-step login and 2 more". */
function listPhrase(type: number, events: readonly StoredEvent[], { names }: Wording): string {
  const sentences = distinct(events.map((event) => lowered(describe(event, names))))
  const [first = ''] = sentences
  if (isAboutMember(type)) return ownPhrase(type)
  if (sentences.length === 1) return `${first}${times(events.length)}`
  const [before = '', placeholder, after = '', ...more] = sentenceParts(type)
  if (placeholder === undefined || more.length > 0) return `${first}, and ${sentences.length - 1} more like it`
  const [start, end] = [
    typeof before === 'string' ? before.length : 0,
    typeof after === 'string' ? after.length - 1 : 0,
  ]
  const things = sentences.map((sentence) => sentence.slice(start, sentence.length - end))
  return `${first.slice(0, start)}${listed(named(things))}${first.slice(first.length - end)}`
}

/** Types whose sentence is about what a member did: "User {member} left the organization." */
const isAboutMember = (type: number): boolean => {
  const [before, placeholder] = sentenceParts(type)
  return before === 'User ' && typeof placeholder === 'object'
}
const ownPhrase = (type: number): string => {
  const rest = sentenceParts(type).at(-1)
  return typeof rest === 'string' ? rest.trim().replace(/\.$/, '') : ''
}

const memberName = ({ organizationUserId }: StoredEvent, names: Names): string =>
  shown(names.member(organizationUserId) ?? `user ${nameUnknown}`)

/** The first names, and how many more there are. */
const named = (things: readonly string[]): readonly string[] =>
  things.length <= namedMax + 1 ? things : [...things.slice(0, namedMax), `${things.length - namedMax} more`]

/** "a", "a and b", "a, b and c" */
export function listed(parts: readonly string[]): string {
  const last = parts.at(-1) ?? ''
  return parts.length < 2 ? last : `${parts.slice(0, -1).join(', ')} and ${last}`
}

/** "1 secret", "12 secrets" */
export const counted = (count: number, one: string): string => `${count} ${one}${count === 1 ? '' : 's'}`

const times = (count: number): string => (count === 1 ? '' : ` ${count} times`)
/** A sentence as it stands behind a name. Keytrail knows no names of Sends, secrets, projects and machine accounts. */
const lowered = (sentence: string): string =>
  shown(sentence.charAt(0).toLowerCase() + sentence.slice(1).replace(/\.$/, ''))
    .replace(/\b(Send|secret|project|machine account) \(name unknown\)/, '$1')
    .replace(/^turned (on|off): (.*)$/, 'turned $1 “$2”')

/** What types say whose sentence has no verb that fits behind a name, or says less. */
const plainPhrases: ReadonlyMap<number, string> = new Map([
  [1007, 'exported the account’s own vault'],
  [1602, 'exported the organization vault'],
  [1603, 'opened the organization vault for its provider'],
])
