// What an event is in the story of an incident: of which kind, who acted, and how much it matters. Pure.
import type { StoredEvent } from '../../../events/event.ts'
import { eventTypeOf } from '../../../events/event-types.ts'

/** How the content of an item was taken. */
export const waysOfTaking = ['viewed', 'revealed', 'copied', 'autofilled'] as const
export type WayOfTaking = (typeof waysOfTaking)[number]

/** Events of one kind are named together: every read of items is of one kind, anything without a kind of its own by its type. */
export type EventKind = 'failed-login' | 'items' | 'secrets' | 'deletions' | `type ${number}`

/** The kind of an event. */
export function kindOf({ type }: Pick<StoredEvent, 'type'>): EventKind {
  if (isFailedLogin(type)) return 'failed-login'
  if (wayOfTaking(type)) return 'items'
  if (isDeletion(type)) return 'deletions'
  return type === secretRetrieved ? 'secrets' : `type ${type}`
}

/** Logins of which the password (1005) or the second step (1006) was wrong: they are about an account, and its owner need not have acted. */
export const isFailedLogin = (type: number): boolean => type === 1005 || type === failedSecondStep
export const failedSecondStep = 1006
export const loggedIn = 1000
export const secretRetrieved = 2100
export const copiedPassword = 1111

/** How an event of this type takes the content of an item; undefined if it does not. */
export function wayOfTaking(type: number): WayOfTaking | undefined {
  const name = eventTypeOf(type)?.name ?? ''
  if (name === 'Cipher_ClientViewed') return 'viewed'
  if (name === 'Cipher_ClientAutofilled') return 'autofilled'
  if (name.startsWith('Cipher_ClientToggled')) return 'revealed'
  return name.startsWith('Cipher_ClientCopied') ? 'copied' : undefined
}

/** Whose vault an event of this type exports; undefined if it exports none. */
export function exportedVault(type: number): 'organization' | 'individual' | undefined {
  if (type === 1602) return 'organization'
  return type === 1007 ? 'individual' : undefined
}

/** Whether an event of this type changes an organization, its people and things, or how an account is protected; or sends something out. */
export function isAdministration(type: number): boolean {
  const category = eventTypeOf(type)?.category
  if (category === 'user') return type !== loggedIn && !isFailedLogin(type)
  if (category === 'item') return isDeletion(type)
  return category !== undefined && category !== 'phishing-blocker' && !reads.has(type)
}

/** Secrets, projects and Sends that were read. */
const reads: ReadonlySet<number> = new Set([secretRetrieved, 2200, 2510, 2511])

/** Whether an event of this type deletes an item or a secret, or sends it to the trash. */
const isDeletion = (type: number): boolean => [1102, 1115, 2103, 2104].includes(type)
export const purgedVault = 1601

/** Who acted, as the key of an entity; null for a part of a server, and if nobody is named. */
export function actorKeyOf({ actingUserId, serviceAccountId }: StoredEvent): string | null {
  if (actingUserId) return `person:${actingUserId}`
  return serviceAccountId ? `machine:${serviceAccountId}` : null
}
