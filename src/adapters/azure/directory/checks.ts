// How rows of the directory's table are checked, and what to do about damaged ones.
import * as v from 'valibot'
import { Organization, Provider } from '../../../domain/directory/directory.ts'
import type { Repair, RowCheck, RowChecks } from '../damaged-rows.ts'
import { entryIn, Head } from './entries.ts'
import { Owner, StoredText } from './items.ts'

/** An entry, unpacked, with its parts where they can be read. */
const entryOf =
  (schema: v.GenericSchema): RowCheck =>
  async (row, beginning) => {
    const { Parts, Version } = v.parse(Head, row)
    if (Parts === 0) return void (await entryIn(schema, [row]))
    const parts = await beginning?.(v.parse(v.string(), row.partitionKey), `Part=${Version}__`)
    if (!parts) return
    v.parse(v.object({ Parts: v.literal(parts.length) }), { Parts })
    await entryIn(schema, parts)
  }

const part: RowCheck = (row) => {
  v.parse(v.object({ Data0: v.pipe(v.instance(Uint8Array), v.minLength(1)) }), row)
}

/** A row that has nothing but its key. */
const pointer = (pattern: RegExp): RowCheck => {
  const Pointer = v.object({ rowKey: v.pipe(v.string(), v.regex(pattern, 'another key')) })
  return (row) => {
    v.parse(Pointer, row)
  }
}

const guid = '[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}'
const entryKey = new RegExp(`^(Organization|Provider)=${guid}$`, 'i')
const userKey = new RegExp(`^User=${guid}__(Organization|Provider)=${guid}$`, 'i')
const placeKey = /^Name=(?:[0-9a-f]{4})*-[0-9a-f-]{36}$/
const emailKey = new RegExp(`^Email=[0-9a-f]{64}__(Organization|Provider)=${guid}$`, 'i')
const itemKey = pointer(new RegExp(`^Item=${guid}$`, 'i'))

// Without `Data`, a row is of an earlier version, and the item is in a partition of its own.
const Reported = v.object({ Data: v.optional(StoredText) })
const item: RowCheck = (row) => {
  itemKey(row)
  v.parse(Reported, row)
}
const owner: RowCheck = (row) => {
  itemKey(row)
  v.parse(Owner, row)
}
const earlierItem: RowCheck = (row) => {
  v.parse(v.object({ Data: StoredText }), row)
}

/** By the kinds of the partition and of the row, which are the keys up to the first `=`. */
const checks: Readonly<Record<string, RowCheck>> = {
  'Organization Entry': entryOf(Organization),
  'Provider Entry': entryOf(Provider),
  'Organization Part': part,
  'Provider Part': part,
  'Organization Item': item,
  'Items Item': owner,
  'Item Entry': earlierItem,
  'Users User': pointer(userKey),
  'Emails Email': pointer(emailKey),
  'User Organization': pointer(entryKey),
  'User Provider': pointer(entryKey),
  'Provider Organization': pointer(entryKey),
  'Organizations Name': pointer(placeKey),
  'Organizations Indexed': pointer(/^Indexed$/),
}
const Keys = v.object({ partitionKey: v.string(), rowKey: v.string() })
const Kind = v.pipe(
  Keys,
  v.transform((keys) => [keys.partitionKey, keys.rowKey].map((key) => key.split('=', 1).join('')).join(' ')),
  v.picklist(Object.keys(checks)),
)

/** What to do about a damaged row. */
function repairOf(rowKey: string): Repair {
  if (rowKey.startsWith('Item=')) {
    return { kind: 'leave', advice: 'PUT the item again with those of its organization (PUT …/items).' }
  }
  if (rowKey === 'Entry' || rowKey.startsWith('Part=')) {
    return {
      kind: 'leave',
      advice:
        'PUT the organization, with its members, or the provider again. What it no longer has loses its name in the log. Of an item (partition Item=…), PUT the item again and delete this row.',
    }
  }
  return { kind: 'delete', advice: 'It only says where to look, and leads nowhere. Delete it.' }
}

/** How rows of this table are checked, and what to do about damaged ones. */
export const directoryTableRows: RowChecks = {
  check: (row, beginning) => checks[v.parse(Kind, row)]?.(row, beginning),
  repairOf,
}
