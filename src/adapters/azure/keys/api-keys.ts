// ApiKeys on Azure Table storage: a row for each organization.
import * as v from 'valibot'
import type { Guid } from '../../../domain/guid.ts'
import { ApiKey, apiKeysMax } from '../../../domain/keys/api-keys.ts'
import type { ApiKeys } from '../../../ports/keys.ts'
import { checksByKind } from '../damaged-rows.ts'
import { partitionOf } from '../partitions.ts'
import type { Storage } from '../storage.ts'
import { openTable } from '../table.ts'
import { apiKeyTableName, changeKeys, type KeyFormat, readKeys } from './key-row.ts'
import { serverKeyRow } from './server-keys.ts'

const rowKey = 'Keys'

const KeysRow = v.object({ Data: v.pipe(v.string(), v.parseJson(), v.array(v.unknown())) })

const format: KeyFormat<ApiKey> = {
  schema: ApiKey,
  keysMax: apiKeysMax,
  listIn: (row) => v.parse(KeysRow, row).Data,
  columnsOf: (keys) => ({ Data: JSON.stringify(keys) }),
}

const rowOf = (organizationId: Guid) => ({ partitionKey: partitionOf(organizationId), rowKey })

/** The API keys in a storage account; the table is created at first use. */
export function tableApiKeys(storage: Storage): ApiKeys {
  const table = openTable(storage, apiKeyTableName, 'key store')

  return {
    keysOf: async (organizationId) => (await readKeys(table, rowOf(organizationId), format)).keys,
    hasDamaged: async (organizationId) => (await readKeys(table, rowOf(organizationId), format)).unreadable.length > 0,
    change: (organizationId, change) => changeKeys(table, rowOf(organizationId), format, change),
  }
}

/** How rows of the keys' table are checked, and what to do about damaged ones. */
export const apiKeyRows = checksByKind({
  [rowKey]: {
    check: (row) => {
      v.parse(v.object({ rowKey: v.literal(rowKey), Data: v.pipe(v.string(), v.parseJson(), v.array(ApiKey)) }), row)
    },
    repair: {
      kind: 'leave',
      advice: 'Mend its JSON by hand, or delete the row and make the organization’s API keys anew.',
    },
  },
  ...serverKeyRow,
})
