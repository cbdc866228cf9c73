// Events as CSV (RFC 4180): the columns of the web vault's export, then ours; safe to open in a spreadsheet. Pure.
import { actingPerson, type Names } from '../../directory/names.ts'
import { describe } from '../../events/describe.ts'
import type { StoredEvent } from '../../events/event.ts'
import { eventTypeOf } from '../../events/event-types.ts'
import { systemUserName } from '../../events/system-users.ts'
import { formatInstant } from '../../instant.ts'
import { appOf } from './apps.ts'

const lineEnd = '\r\n'

/** The columns of the web vault's export. */
const vaultColumns = 'message,appIcon,appName,userId,userName,userEmail,date,ip,type,installationId'
/** What those lack. */
const moreColumns =
  'eventId,typeNumber,itemId,itemName,critical,memberId,memberName,collectionName,groupName,policyName,secretId,serviceAccountId'

/** The first line of an export. */
export const csvHeader = `${vaultColumns},${moreColumns}${lineEnd}`

/**
 * One event as a line: the user who acted, else the system user, else the user it is about; by id and, if names are given, name
 * and email address.
 */
export function csvLine(event: StoredEvent, names?: Names): string {
  const system = event.actingUserId ? undefined : event.systemUser
  const userId = event.actingUserId ?? (system === undefined ? event.userId : undefined)
  const person = names && personOf(event, names)
  const app = appOf(event.deviceType)
  const fields = [
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
    event.id,
    String(event.type),
    event.cipherId,
    names?.item(event.cipherId),
    yesOrNo(names?.isCritical(event.cipherId)),
    event.organizationUserId,
    names?.member(event.organizationUserId),
    names?.collection(event.collectionId),
    names?.group(event.groupId),
    names?.policy(event.policyId),
    event.secretId,
    event.serviceAccountId,
  ]
  return fields.map((field) => csvField(field ?? '')).join(',') + lineEnd
}

/** Empty where it is not known. */
const yesOrNo = (flag: boolean | null | undefined) => (flag === true ? 'yes' : flag === false ? 'no' : '')

function personOf(event: StoredEvent, names: Names) {
  if (event.actingUserId) return actingPerson(names, event)
  const { systemUser, userId } = event
  return systemUser === undefined ? names.person(userId) : { name: systemUserName(systemUser), email: null }
}

/**
 * A text as a field. If a spreadsheet might take it for a formula, a single quote goes before it, as spreadsheets themselves
 * mark text: if it begins with a control character (a tab, a line end, NUL …), or, after blanks and invisible characters,
 * with `=`, `+`, `-`, `@` or a variant of one (full-width, small, raised …). Quotes, line ends and separators (commas,
 * semicolons, tabs) put the field in quotes (RFC 4180 section 2). Any other text stays as it is.
 */
export function csvField(text: string): string {
  const safe = mayBeFormula(text) ? `'${text}` : text
  return /[",;\t\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}

/** What spreadsheets ignore at the beginning of a field. */
const ignoredPrefix = /^[\p{C}\p{Z}\p{Default_Ignorable_Code_Point}\s]+/u

function mayBeFormula(text: string): boolean {
  const first = String.fromCodePoint(text.replace(ignoredPrefix, '').codePointAt(0) ?? 0)
  // NFKC turns variants into the plain character; the minus sign U+2212 has no such form.
  return /^[\p{Cc}\p{Zl}\p{Zp}]/u.test(text) || /^[=+\-@\u2212]/.test(first.normalize('NFKC'))
}
