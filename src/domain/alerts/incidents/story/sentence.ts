// An incident in one or two sentences: who, from where, how they got in, what they did. Made of its events. Pure.
import type { StoredEvent } from '../../../events/event.ts'
import { type Guid, parseGuid } from '../../../guid.ts'
import { distinct } from '../../what-happened.ts'
import { partsOfKey } from '../entities.ts'
import {
  actorKeyOf,
  type EventKind,
  exportedVault,
  failedSecondStep,
  isFailedLogin,
  kindOf,
  loggedIn,
  purgedVault,
} from './kinds.ts'
import { counted, listed, machineName, personName, phrasesOf, type Wording } from './phrases.ts'
import type { Suspicion } from './suspicion.ts'
import { atTime, spanOf } from './times.ts'

/** Most kinds of acts that a sentence names, and that the sentence about who did second most names: those that weigh most. */
const actsMax = 4
const furtherActsMax = 2
/** Fewest failed logins that make a guess of what a person may have mistyped. */
const guessesMin = 3
/** Fewest accounts with failed logins from one new address that make a spray. */
const sprayedMin = 3

/** The suspicious events of an incident, in order of time, what names people, and whose clocks show times. */
type Facts = Wording &
  Pick<Suspicion, 'newAddressOf'> & { readonly events: readonly StoredEvent[]; readonly timeZone: string }

/** What happened; undefined if no event is known. */
export function sentencesOf(facts: Facts): string | undefined {
  const { events } = facts
  const acted = events.filter(({ type }) => !isFailedLogin(type))
  const byActor = Map.groupBy(acted, (event) => actorKeyOf(event) ?? '')
  const actors = [...byActor].sort(
    ([key, one], [other, another]) => another.length - one.length || (key < other ? -1 : 1),
  )
  const [main, second, ...more] = actors
  if (!main) return events.length === 0 ? undefined : triedInVain(facts)
  const others = more.length === 0 ? '' : `, and ${counted(more.length, 'more account')} acted`
  return `${partOf(main, facts, actsMax)}.${second ? ` ${partOf(second, facts, furtherActsMax)}${others}.` : ''}`
}

/** What one account did, and how it came to be used. */
function partOf([actor, acts]: readonly [string, readonly StoredEvent[]], facts: Facts, kindsMax: number): string {
  const done = actsOf(acts, facts, kindsMax)
  const fromNew = acts.find((event) => facts.newAddressOf(event) !== undefined)
  if (fromNew) return listed([...wayIn(actor, fromNew, facts), ...done])
  const address = acts[0]?.ipAddress
  const who = `${capitalized(nameOfActor(actor, facts))}${address === undefined ? '' : ` (at ${address})`}`
  return `${who} ${listed(done.length > 0 ? done : ['logged in'])} ${whenOf(acts, facts)}`
}

/** How an account came to be used at a new address, given its first event there. */
function wayIn(actor: string, first: StoredEvent, facts: Facts): readonly string[] {
  const name = nameOfActor(actor, facts)
  const address = `${first.ipAddress} (never seen before)`
  const when = atTime(first.date, facts.timeZone)
  // A session that was there before is no login.
  if (first.type !== loggedIn) return [`Someone used ${accountOf(actor, name)} from ${address} ${when}`]
  const failures = facts.events.filter(({ type, date }) => isFailedLogin(type) && date <= first.date)
  const place = facts.newAddressOf(first)
  const fromThere = failures.filter((event) => facts.newAddressOf(event) === place)
  const tried = distinct(fromThere.map(({ actingUserId }) => actingUserId)).length
  if (tried >= sprayedMin) {
    return [`Someone tried to log in to ${tried} accounts from ${address}`, `logged in as ${name} ${when}`]
  }
  const own = failures.filter((event) => actorKeyOf(event) === actor)
  if (own.length < guessesMin) return [`Someone logged in as ${name} from ${address} ${when}`]
  const what = own.every(({ type }) => type === failedSecondStep) ? 'second step of login' : 'password'
  const guess = `Someone guessed ${name}’s ${what} from ${address} after ${counted(own.length, 'failed login')}`
  return [guess, `logged in ${when}`]
}

/** Failed logins alone: "Someone tried 157 times to log in to 38 accounts from 203.0.113.66 (never seen before), and did not get in." */
function triedInVain(facts: Facts): string {
  const { events, newAddressOf } = facts
  const accounts = distinct(events.map((event) => actorKeyOf(event) ?? undefined))
  const [only] = accounts
  const whose = accounts.length === 1 && only ? `as ${nameOfActor(only, facts)}` : `to ${accounts.length} accounts`
  const addresses = distinct(events.map(({ ipAddress }) => ipAddress))
  const [address] = addresses
  const seen = events.every((event) => newAddressOf(event) !== undefined) ? ' (never seen before)' : ''
  const where = addresses.length > 1 ? `${addresses.length} addresses` : address
  const times = events.length === 1 ? '' : ` ${events.length} times`
  return `Someone tried${times} to log in ${whose}${where ? ` from ${where}${seen}` : ''} ${whenOf(events, facts)}, and did not get in.`
}

/** What was done, in order of time, the kinds that weigh most. */
function actsOf(acts: readonly StoredEvent[], wording: Wording, kindsMax: number): readonly string[] {
  const kinds = [...Map.groupBy(acts, kindOf)].filter(([kind]) => kind !== `type ${loggedIn}`)
  const named = new Set(
    kinds
      .map(([kind]) => kind)
      .sort((one, other) => weightOf(other) - weightOf(one))
      .slice(0, kindsMax),
  )
  const others = kinds.flatMap(([kind, events]) => (named.has(kind) ? [] : events)).length
  return [
    ...kinds.flatMap(([kind, events]) => (named.has(kind) ? phrasesOf(events, wording) : [])),
    ...(others > 0 ? [`did ${others} other ${others === 1 ? 'thing' : 'things'}`] : []),
  ]
}

/** What leaves the vault, or is gone for good, weighs more than what is changed in it. */
function weightOf(kind: EventKind): number {
  const type = Number(kind.replace('type ', ''))
  if (exportedVault(type) || type === purgedVault) return 3
  return kind === 'items' || kind === 'secrets' || kind === 'deletions' ? 2 : 1
}

function nameOfActor(key: string, { names }: Pick<Wording, 'names'>): string {
  const { kind, value } = partsOfKey(key)
  const id: Guid | undefined = parseGuid(value)
  if (kind === 'machine') return machineName(value)
  return (id && personName(id, names)) ?? (key === '' ? 'a server' : `user ${value.slice(0, 8)}`)
}

const accountOf = (key: string, name: string): string => (key.startsWith('machine:') ? name : `${name}’s account`)

const whenOf = (events: readonly StoredEvent[], { timeZone }: Facts): string => {
  const [first, last] = [events[0], events.at(-1)]
  return first && last ? spanOf(first.date, last.date, timeZone) : ''
}

const capitalized = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)
