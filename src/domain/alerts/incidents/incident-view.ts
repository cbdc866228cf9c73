// Incidents as the API returns them in lists. Pure.

import type { Names } from '../../directory/names.ts'
import { parseGuid } from '../../guid.ts'
import { formatInstant } from '../../instant.ts'
import { labelOf } from '../labels.ts'
import { type Entity, partsOfKey } from './entities.ts'
import type { TriagedIncident } from './incident.ts'
import { triageView } from './triage/triage-view.ts'

/** An incident as lists show it, with people by today's names, as far as `names` know them. */
export function incidentView(incident: TriagedIncident, names: Names) {
  const { id, title, level, from, to, alertCount, entities } = incident.record
  return {
    object: 'incident',
    id,
    title,
    level,
    from: formatInstant(from),
    to: formatInstant(to),
    alertCount,
    ...triageView(incident, names),
    entities: entities.map((entity) => entityView(entity, names)),
  }
}

function entityView({ key, label }: Entity, names: Names) {
  const { kind, value } = partsOfKey(key)
  const id = parseGuid(value)
  const field = kind === 'member' ? 'organizationUserId' : 'userId'
  const known = id && (kind === 'person' || kind === 'member') ? labelOf(field, value, names) : null
  return { kind, value, label: known ?? label }
}
