// Incidents as the API returns them in lists. Pure.

import type { Names } from '../../directory/names.ts'
import { parseGuid } from '../../guid.ts'
import { formatInstant } from '../../instant.ts'
import { labelOf } from '../labels.ts'
import { type Entity, partsOfKey } from './entities.ts'
import type { IncidentRecord } from './incident.ts'

/** An incident as lists show it; entities have today's names, as far as `names` are given and know them. */
export const incidentView = (
  { id, title, level, from, to, alertCount, entities }: IncidentRecord,
  names: Names | null = null,
) => ({
  object: 'incident',
  id,
  title,
  level,
  from: formatInstant(from),
  to: formatInstant(to),
  alertCount,
  entities: entities.map((entity) => entityView(entity, names)),
})

function entityView({ key, label }: Entity, names: Names | null) {
  const { kind, value } = partsOfKey(key)
  const id = parseGuid(value)
  const field = kind === 'member' ? 'organizationUserId' : 'userId'
  const known = names && id && (kind === 'person' || kind === 'member') ? labelOf(field, value, names) : null
  return { kind, value, label: known ?? label }
}
