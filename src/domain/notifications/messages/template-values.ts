// The names that templates may use and their values: the reference server's, the fields of events, and those of alerts. Pure.
import type { AlertRecord } from '../../alerts/alert.ts'
import { type FieldValue, knownFields } from '../../alerts/sigma/fields.ts'
import { deviceTypes } from '../../events/device-types.ts'
import { eventTypeOf } from '../../events/event-types.ts'
import { writeEvent } from '../../ingest/event-messages.ts'
import { countOf, groupOf } from './alert-text.ts'
import type { EventFacts } from './notification.ts'

/**
 * What fills a template: an alert, an event, or an alert with its newest sample event. The values of an alert's group take
 * precedence over those of the event.
 */
export type TemplateContext = {
  readonly alert: AlertRecord | null
  readonly facts: EventFacts | null
  readonly organizationName: string | null
  readonly link: string | null
}

type Value = (context: TemplateContext) => FieldValue | undefined

const pascalCase = (name: string) => name.charAt(0).toUpperCase() + name.slice(1)

/** A field of the event, or of the group where the alert's rule groups by it. */
const field =
  (name: string): Value =>
  ({ alert, facts }) =>
    alert?.group.find((each) => each.name === name)?.value ?? facts?.fields[name]

/** A name that the group has only as the label of an id; a person's, without the address behind it. */
const nameFor =
  (id: string, otherwise: Value): Value =>
  (context) => {
    const member = context.alert?.group.find((each) => each.name === id)
    return member ? member.label?.replace(/ <[^<>]+>$/, '') : otherwise(context)
  }

/** The reference's names (IntegrationTemplateContext.cs) that are not simply a field's. */
const ofReference: readonly (readonly [name: string, value: Value])[] = [
  ['Type', ({ facts }) => facts && (eventTypeOf(facts.event.type)?.name ?? facts.event.type)],
  ['DateIso8601', ({ facts }) => facts?.event.date],
  ['DeviceType', ({ facts }) => deviceTypes[facts?.event.deviceType ?? -1]?.title],
  ['DeviceTypeId', field('deviceType')],
  ['UserName', nameFor('userId', ({ facts }) => facts?.userName)],
  ['UserEmail', ({ facts }) => facts?.userEmail],
  ['UserType', ({ facts }) => facts?.userRole && pascalCase(facts.userRole)],
  ['ActingUserName', nameFor('actingUserId', field('actingUserName'))],
  ['ActingUserType', ({ facts }) => pascalCase(String(facts?.fields.actingUserRole ?? ''))],
  ['OrganizationName', ({ organizationName }) => organizationName],
  ['IdempotencyId', ({ facts }) => facts?.event.id],
  // A single event, so without the array's brackets.
  ['EventMessage', ({ facts }) => facts && writeEvent(facts.event)],
]

const ofAlerts: readonly (readonly [name: string, value: Value])[] = [
  ['AlertTitle', ({ alert }) => alert?.title],
  ['Level', ({ alert }) => alert?.level],
  ['Summary', ({ alert }) => alert?.summary],
  ['Count', ({ alert }) => alert && countOf(alert)],
  ['Threshold', ({ alert }) => alert?.threshold],
  ['Group', ({ alert }) => alert && groupOf(alert)],
  ['Response', ({ alert }) => alert?.response],
  ['Link', ({ link }) => link],
]

const values: ReadonlyMap<string, Value> = new Map([
  ...[...knownFields.keys()].map((name) => [pascalCase(name), field(name)] as const),
  ['TypeId', field('type')] as const,
  ...ofReference,
  ...ofAlerts,
])

/** Every name that a template may use. */
export const templateNames: ReadonlySet<string> = new Set(values.keys())

/** The value of a name as text; nothing where there is none. */
export const templateValue = (name: string, context: TemplateContext): string =>
  String(values.get(name)?.(context) ?? '')
