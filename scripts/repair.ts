// `npm run repair`: looks through every table for rows that cannot be read, and makes whole what can be made from other rows.
import { odata } from '@azure/data-tables'
import * as v from 'valibot'
import { scheduleTableName, tableSchedule } from '../src/adapters/azure/alerts/schedule.ts'
import { checkedTables } from '../src/adapters/azure/damage/checked-tables.ts'
import { tableDamage } from '../src/adapters/azure/damage/damage-log.ts'
import { type Beginning, damageOf, isDamage, type Repair } from '../src/adapters/azure/damaged-rows.ts'
import { type EventFault, eventFaults } from '../src/adapters/azure/events/check.ts'
import { eventTableName } from '../src/adapters/azure/events/event-store.ts'
import { repairEvents } from '../src/adapters/azure/events/repair.ts'
import { headKey } from '../src/adapters/azure/events/row-keys.ts'
import { isNotFound, type Storage } from '../src/adapters/azure/storage.ts'
import { summaryTableName } from '../src/adapters/azure/summary/summaries.ts'
import { existingTable, openTable, type Table } from '../src/adapters/azure/table.ts'
import { tallyTableName } from '../src/adapters/azure/tallies/tallies.ts'
import { parseGuid } from '../src/domain/guid.ts'
import type { DamagedRow } from '../src/ports/damage-log.ts'
import { Refusal } from './keys/arguments.ts'
import { explain } from './keys.ts'
import { openNamed, readArguments, storageUsage } from './storage-command.ts'

const usage = `npm run repair -- check   looks through every table, and names each row that cannot be read
npm run repair -- fix     the same, and makes whole what can be made from other rows

${storageUsage}`

/** Progress is shown each time that many rows of a table have been read. */
const rowsPerProgress = 10_000

/** How often the event table is looked through and mended. */
const roundsMax = 3

/** Where texts go: results, and how far it is. */
type Output = { readonly print: (line: string) => void; readonly progress: (line: string) => void }

/** Does what the arguments say; resolves to how many rows are left that cannot be read. Throws a `Refusal` with a text for the caller. */
export async function runRepair(
  args: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
  { print, progress }: Output,
): Promise<number> {
  const { values, positionals } = readArguments(args, usage)
  const [command] = positionals
  if (positionals.length !== 1 || (command !== 'check' && command !== 'fix')) throw new Refusal(usage)
  const storage = await openNamed(values, environment)
  const fixes = command === 'fix'

  const left: DamagedRow[] = []
  const show = (row: DamagedRow, became: string) =>
    print(`${row.table}  ${row.partitionKey}  ${row.rowKey}: ${row.reason}. ${became}`)

  let events = await eventsIn(storage, progress)
  if (!fixes) for (const fault of events) show(rowOf(fault), '`fix` makes it again, or takes it out.')
  // What is wrong behind a row may show only when that one is mended.
  for (let round = 0; fixes && events.length > 0 && round < roundsMax; round += 1) {
    const table = openTable(storage, eventTableName, eventTableName)
    await repairEvents(storage, table, events, (fault, became) => show(rowOf(fault), `${became}.`))
    events = await eventsIn(storage, progress)
  }
  left.push(...events.map(rowOf))

  for await (const row of damagedRows(storage, progress)) {
    const repair = checkedTables.get(row.table)?.repairOf(row.rowKey) ?? { kind: 'leave', advice: '' }
    if (!fixes) show(row, [repair.advice, plans[repair.kind]].join(' ').trim())
    else show(row, `${await repaired(storage, row, repair)} ${repair.advice}`)
    if (!fixes || repair.kind !== 'delete') left.push(row)
  }
  await noteOnly(storage, left)
  print(left.length === 0 ? 'every row can be read' : `rows that cannot be read: ${left.length}`)
  return left.length
}

const rowOf = ({ partitionKey, rowKey, reason }: EventFault): DamagedRow => {
  return { table: eventTableName, partitionKey, rowKey, reason }
}

/** A table that is not created, and of which a damaged row is not noted as it is met. */
const tableToCheck = ({ table, queue }: Storage, name: string): Table => existingTable({ table, queue }, name, name)

async function eventsIn(storage: Storage, progress: Output['progress']): Promise<EventFault[]> {
  const faults: EventFault[] = []
  try {
    const table = tableToCheck(storage, eventTableName)
    const passed = (rows: number) => rows % rowsPerProgress === 0 && progress(`${eventTableName}: ${rows} rows`)
    for await (const fault of eventFaults(table, passed)) faults.push(fault)
  } catch (error) {
    if (!isNotFound(error)) throw error
  }
  return faults
}

/** The damaged rows of every other table. */
async function* damagedRows(storage: Storage, progress: Output['progress']): AsyncGenerator<DamagedRow> {
  for (const [name, { check }] of checkedTables) {
    const table = tableToCheck(storage, name)
    const beginning: Beginning = (partitionKey, prefix) =>
      table.rows({ partitionKey, from: prefix, before: `${prefix}~` })
    let checked = 0
    try {
      for await (const { rows } of table.pages({})) {
        for (const row of rows) {
          const { partitionKey } = v.parse(InPartition, row)
          try {
            await check(row, beginning)
          } catch (error) {
            if (!isDamage(error)) throw error
            yield { table: name, partitionKey, rowKey: row.rowKey, reason: damageOf(error) }
          }
          checked += 1
          if (checked % rowsPerProgress === 0) progress(`${name}: ${checked} rows`)
        }
      }
    } catch (error) {
      if (!isNotFound(error)) throw error
    }
  }
}

const InPartition = v.object({ partitionKey: v.string() })

/** What `fix` does. */
const plans = { delete: '`fix` deletes it.', evaluate: '`fix` has that done.', leave: '' } as const

/** Does what can be done about a row, and says what it was. */
async function repaired(storage: Storage, row: DamagedRow, { kind }: Repair): Promise<string> {
  if (kind === 'leave') return 'Left.'
  const table = existingTable(storage, row.table, row.table)
  if (kind === 'evaluate') {
    // Without it, days and tallies are counted from the beginning.
    if ([summaryTableName, tallyTableName].includes(row.table))
      await table.remove({ partitionKey: row.partitionKey, rowKey: 'Progress' })
    await evaluateSoon(storage, row.partitionKey)
    return 'Evaluation is on its way.'
  }
  if (row.table === scheduleTableName) await evaluateAllSoon(storage)
  await table.remove(row)
  return 'Deleted.'
}

async function evaluateSoon(storage: Storage, partitionKey: string): Promise<void> {
  const [, id] = /^Organization(?:Id)?=(.*)$/.exec(partitionKey) ?? []
  const organizationId = parseGuid(id)
  if (organizationId) await tableSchedule(storage).add({ organizationId, at: Date.now() })
}

/** Adds a schedule entry for each organization that has a log. */
async function evaluateAllSoon(storage: Storage): Promise<void> {
  const heads = { filter: odata`RowKey eq ${headKey}`, columns: ['PartitionKey'] }
  for await (const { rows } of existingTable(storage, eventTableName, eventTableName).pages(heads)) {
    for (const row of rows) await evaluateSoon(storage, v.parse(InPartition, row).partitionKey)
  }
}

/** Has `/health` name these rows, and no other. */
async function noteOnly(storage: Storage, left: readonly DamagedRow[]): Promise<void> {
  const damage = tableDamage(storage, { now: Date.now, warn: () => {} })
  for (let noted = await damage.noted(); noted.length > 0; noted = await damage.noted()) {
    for (const row of noted) await damage.forget(row)
  }
  for (const row of left) await damage.note(row)
}

if (import.meta.main) {
  try {
    const left = await runRepair(process.argv.slice(2), process.env, { print: console.log, progress: console.error })
    if (left > 0) process.exitCode = 1
  } catch (error) {
    console.error(explain(error))
    process.exitCode = 1
  }
}
