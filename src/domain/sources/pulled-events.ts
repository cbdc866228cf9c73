// The events of the public API, which have no ids: what identifies one, and how it is stored. Pure.
import * as v from 'valibot'
import { isAuditType } from '../events/audit-events.ts'
import { AcceptedEvent, textCharactersMax } from '../events/event.ts'
import { type Guid, guidOfContent, parseGuid } from '../guid.ts'
import { normalizeDate } from '../ingest/event-date.ts'
import { formatInstant, type Instant, millisecondsOf, parseInstant } from '../instant.ts'

/** The ids of an entry, by the field that they become in an event. */
const idFields = [
  ['itemId', 'cipherId'],
  ['collectionId', 'collectionId'],
  ['groupId', 'groupId'],
  ['policyId', 'policyId'],
  ['memberId', 'organizationUserId'],
  ['actingUserId', 'actingUserId'],
  ['installationId', 'installationId'],
  ['secretId', 'secretId'],
  ['projectId', 'projectId'],
  ['serviceAccountId', 'serviceAccountId'],
] as const

const wholeNumber = v.pipe(
  v.union([v.number(), v.pipe(v.string(), v.regex(/^\d{1,9}$/), v.transform(Number))]),
  v.integer(),
)
const Entry = v.looseObject({ type: v.pipe(wholeNumber, v.minValue(0), v.maxValue(65_535)) })

/** An entry of a page. `content` is equal for entries that are equal in every known field, however they are written. */
export type PulledEvent = {
  readonly content: string
  /** Undefined when the date cannot be read. */
  readonly date: Instant | undefined
  /** The fields of the event, less its id and date. */
  readonly facts: Readonly<Record<string, unknown>>
  /** The date as text. */
  readonly written: string
}

/**
 * Reads an entry; undefined for one that is no event, or of a type that only Keytrail reports. Fields of a newer API make
 * no difference, nor do the spelling of a date or an id, and null is the same as absent.
 */
export function readEntry(entry: unknown): PulledEvent | undefined {
  const read = v.safeParse(Entry, entry)
  if (!read.success || isAuditType(read.output.type)) return undefined
  const { type, ...fields } = read.output
  const written = plain(fields.date)
  const date = parseInstant(written)
  const ids = idFields.map(([name]) => parseGuid(fields[name]) ?? plain(fields[name]))
  const device = v.safeParse(wholeNumber, fields.device)
  const deviceType = device.success ? device.output : plain(fields.device)
  const ipAddress = plain(fields.ipAddress)
  return {
    content: JSON.stringify([type, date ?? written, ...ids, deviceType, ipAddress]),
    date,
    written,
    facts: { type, ...idFacts(ids), ...otherFacts(deviceType, ipAddress) },
  }
}

const plain = (value: unknown): string => {
  if (value === null || value === undefined) return ''
  return typeof value === 'string' ? value.trim() : JSON.stringify(value)
}

const idFacts = (ids: readonly string[]) =>
  Object.fromEntries(
    idFields.flatMap(([, field], index) => {
      const id = parseGuid(ids[index])
      return id ? [[field, id]] : []
    }),
  )

const otherFacts = (deviceType: unknown, ipAddress: string) => ({
  ...(typeof deviceType === 'number' && deviceType >= 0 && deviceType <= 32_767 && { deviceType }),
  ...(ipAddress !== '' && { ipAddress: ipAddress.slice(0, textCharactersMax) }),
})

/** An event with its id, and the time that it is dated (Unix ms); undefined when its date cannot be read. */
export type IdentifiedEvent = { readonly event: AcceptedEvent; readonly ms: number | undefined }

/**
 * Gives events their ids: an id stands for the content and its number, 1, 2 and so on, among equal ones. Give it what one
 * response holds, or what was read in another way that counts each event once: a smaller count gives a part of the ids, so
 * that counts are never added up.
 */
export function identified(events: readonly PulledEvent[], organizationId: Guid, now: Instant): IdentifiedEvent[] {
  const counts = new Map<string, number>()
  return events.map(({ content, date, facts, written }) => {
    const number = (counts.get(content) ?? 0) + 1
    counts.set(content, number)
    const id = guidOfContent('bitwarden-api', organizationId, content, number)
    // A date in the future or long past is one spelling of the instant, since the store's guard compares it.
    const dated = normalizeDate(date ? formatInstant(date) : written, now)
    const event = v.parse(AcceptedEvent, { id, ...facts, organizationId, ...dated })
    return { event, ms: date && millisecondsOf(date) }
  })
}
