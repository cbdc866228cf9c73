// Events as CSV (RFC 4180), in the columns of the web vault's own export; safe to open in a spreadsheet. Pure.

import type { Names } from '../../directory/names.ts'
import { describe } from '../../events/describe.ts'
import type { StoredEvent } from '../../events/event.ts'
import { eventTypeOf } from '../../events/event-types.ts'
import { formatInstant } from '../../instant.ts'
import { appOf } from './apps.ts'

const lineEnd = '\r\n'

/** The first line of an export. */
export const csvHeader = `message,appIcon,appName,userId,userName,userEmail,date,ip,type,installationId${lineEnd}`

/** One event as a line: who acted, else whom it is about, by id and, if names are given, name and address. */
export function csvLine(event: StoredEvent, names?: Names): string {
  const userId = event.actingUserId ?? event.userId
  const person = names?.person(userId)
  const app = appOf(event.deviceType)
  const cells = [
    describe(event),
    app.icon,
    app.name,
    userId,
    person?.name,
    person?.email,
    formatInstant(event.date),
    event.ipAddress,
    eventTypeOf(event.type)?.name ?? String(event.type),
    event.installationId,
  ]
  return cells.map((cell) => csvCell(cell ?? '')).join(',') + lineEnd
}

/**
 * A text as a cell. One that a spreadsheet might take for a formula gets a single quote before it: that is how
 * spreadsheets themselves mark text. It begins with a control character (a tab, a line end, NUL …), or, after blanks and
 * characters that nobody sees, with `=`, `+`, `-`, `@` or another form of one (full-width, small, raised …). Quotes, line
 * ends and what may separate cells (commas, semicolons, tabs) put the cell in quotes (RFC 4180 section 2). Every other text
 * stays as it is.
 */
export function csvCell(text: string): string {
  const safe = mayBeFormula(text) ? `'${text}` : text
  return /[",;\t\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}

/** What spreadsheets pass over at the beginning of a cell. */
const passedOver = /^[\p{C}\p{Z}\p{Default_Ignorable_Code_Point}\s]+/u

function mayBeFormula(text: string): boolean {
  const first = String.fromCodePoint(text.replace(passedOver, '').codePointAt(0) ?? 0)
  // NFKC has one form for each of the others; the minus sign is a character of its own.
  return /^[\p{Cc}\p{Zl}\p{Zp}]/u.test(text) || /^[=+\-@\u2212]/.test(first.normalize('NFKC'))
}
