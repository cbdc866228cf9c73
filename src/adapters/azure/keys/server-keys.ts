// ServerKeys on Azure Table storage: one row has all of them, beside the rows of organizations' keys.
import * as v from 'valibot'
import { ServerKey, serverKeysMax } from '../../../domain/keys/server-keys.ts'
import type { ServerKeys } from '../../../ports/keys.ts'
import type { RowKind } from '../damaged-rows.ts'
import { jsonColumns, jsonIn } from '../json-columns.ts'
import type { Storage } from '../storage.ts'
import { openTable } from '../table.ts'
import { apiKeyTableName, changeKeys, type KeyFormat, readKeys } from './key-row.ts'

const keys = { partitionKey: 'Servers', rowKey: 'ServerKeys' }

const format: KeyFormat<ServerKey> = {
  schema: ServerKey,
  keysMax: serverKeysMax,
  listIn: (row) => jsonIn(row, 'Data', v.array(v.unknown())),
  columnsOf: (list) => jsonColumns('Data', list),
}

/** The server keys in a storage account; the table is created at first use. */
export function tableServerKeys(storage: Storage): ServerKeys {
  const table = openTable(storage, apiKeyTableName, 'key store')

  return {
    list: async () => (await readKeys(table, keys, format)).keys,
    hasDamaged: async () => (await readKeys(table, keys, format)).unreadable.length > 0,
    change: (change) => changeKeys(table, keys, format, change),
  }
}

/** How the row is checked, and what to do when it is damaged. */
export const serverKeyRow: Readonly<Record<string, RowKind>> = {
  [keys.rowKey]: {
    check: (row) => {
      v.parse(v.object({ partitionKey: v.literal(keys.partitionKey), rowKey: v.literal(keys.rowKey) }), row)
      jsonIn(row, 'Data', v.array(ServerKey))
    },
    repair: { kind: 'leave', advice: 'Mend its JSON by hand, or delete the row and make the server keys anew.' },
  },
}
