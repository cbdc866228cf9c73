// Events as newline-delimited JSON: one object a line, as in the members' API. Pure.
import type { Names } from '../../directory/names.ts'
import type { StoredEvent } from '../../events/event.ts'
import { wellFormedText } from '../../texts.ts'
import { memberView } from '../event-views.ts'

/** One event as a line. */
export const ndjsonLine = (event: StoredEvent, names?: Names): string =>
  `${wellFormedText(JSON.stringify(memberView(event, names)))}\n`
