// Events as newline-delimited JSON: one object a line, the members' view of an event. Pure.
import type { StoredEvent } from '../event.ts'
import type { Names } from '../names.ts'
import { wellFormedText } from '../texts.ts'
import { memberView } from '../views.ts'

/** One event as a line. */
export const ndjsonLine = (event: StoredEvent, names?: Names): string =>
  `${wellFormedText(JSON.stringify(memberView(event, names)))}\n`
