// Events in the Open Cybersecurity Schema Framework, one JSON object a line. docs/ocsf.md describes the mapping. Pure.
import type { Names } from '../../directory/names.ts'
import { describeWithIds } from '../../events/describe.ts'
import { idFields, type StoredEvent } from '../../events/event.ts'
import { eventTypeOf } from '../../events/event-types.ts'
import { formatInstant, millisecondsOf } from '../../instant.ts'
import { wellFormedText } from '../../texts.ts'
import { thingsOf } from '../event-views.ts'
import { appOf } from './apps.ts'
import { ocsfClasses, ocsfSeverity, ocsfStatus, ocsfVersion, otherActivity } from './ocsf-classes.ts'
import { type OcsfMapping, ocsfMappingOf } from './ocsf-mapping.ts'
import { accountOf, actorOf, addressOf, groupOf, managedEntityOf, webResourceOf } from './ocsf-objects.ts'

/** One event as a line. */
export const ocsfLine = (event: StoredEvent, names?: Names): string =>
  `${wellFormedText(JSON.stringify(ocsfEvent(event, names)))}\n`

/** An event in OCSF; one of a type that the catalogue does not have is a Base Event (class 0). */
export function ocsfEvent(event: StoredEvent, names?: Names) {
  const mapping = ocsfMappingOf(event.type)
  const { class_uid, category_uid } = mapping ? ocsfClasses[mapping.class] : { class_uid: 0, category_uid: 0 }
  const activity_id = mapping?.activityId ?? otherActivity
  const activityName = mapping ? mapping.activityName : `Event ${event.type}`
  const ip = addressOf(event)
  const app = appOf(event.deviceType)
  return {
    class_uid,
    category_uid,
    activity_id,
    ...(activityName !== undefined && { activity_name: activityName }),
    type_uid: class_uid * 100 + activity_id,
    severity_id: mapping?.failed ? ocsfSeverity.low : ocsfSeverity.informational,
    status_id: mapping?.failed ? ocsfStatus.failure : ocsfStatus.success,
    time: millisecondsOf(event.date),
    message: describeWithIds(event, names),
    metadata: {
      version: ocsfVersion,
      product: { name: 'Keytrail', vendor_name: 'Keytrail' },
      profiles: ['host'],
      uid: event.id,
      event_code: String(event.type),
      original_time: formatInstant(event.date),
      ...(event.organizationId && { tenant_uid: event.organizationId }),
    },
    actor: actorOf(event, names),
    device: { ...app.device, name: app.name, ...(ip && { ip }) },
    ...(ip && { src_endpoint: { ip } }),
    ...(mapping && classAttributes(event, mapping, names)),
    unmapped: unmappedOf(event, names),
  }
}

/** The attributes of the event's class. */
function classAttributes(event: StoredEvent, mapping: OcsfMapping, names: Names | undefined) {
  const { thing = 'organization', account = 'user', privileges } = mapping
  const privileged = privileges && { privileges }
  switch (mapping.class) {
    case 'authentication':
      return { user: accountOf(event, account, names), service: { name: 'Vault' } }
    case 'accountChange':
      return { user: accountOf(event, account, names) }
    case 'userAccess':
      return { user: accountOf(event, account, names), ...privileged }
    case 'groupManagement':
      return { group: groupOf(event, names), ...privileged }
    case 'entityManagement':
      return { entity: managedEntityOf(event, thing, names) }
    case 'webResources':
      return { web_resources: [webResourceOf(event, thing, names)] }
  }
}

/** The properties that are not null. */
const knownOf = (properties: Readonly<Record<string, unknown>>) =>
  Object.fromEntries(Object.entries(properties).filter(([, value]) => value !== null))

/** Everything without an attribute in OCSF: the type's code and name, every id but the organization's and the actor's, and known names. */
function unmappedOf(event: StoredEvent, names: Names | undefined) {
  const { type, deviceType, systemUser, domainName, objectName, ipAddress, clientDate } = event
  const ids = idFields.filter((field) => field !== 'organizationId' && field !== 'actingUserId')
  return {
    type,
    typeName: eventTypeOf(type)?.name ?? null,
    ...Object.fromEntries(ids.flatMap((field) => (event[field] ? [[field, event[field]]] : []))),
    ...(deviceType !== undefined && { deviceType }),
    ...(systemUser !== undefined && { systemUser }),
    ...(domainName !== undefined && { domainName }),
    ...(objectName !== undefined && { objectName }),
    ...(ipAddress !== undefined && !addressOf(event) && { ipAddress }),
    ...(clientDate !== undefined && { clientDate }),
    ...(names && knownOf(thingsOf(event, names))),
  }
}
