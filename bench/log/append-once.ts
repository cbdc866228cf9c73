// A process that fills logs of the storage account it is given, whenever its parent asks.
import * as v from 'valibot'
import { openStorage } from '../../src/adapters/azure/storage.ts'
import { Guid } from '../../src/domain/guid.ts'
import { appendMessages, itemEvent } from './appends.ts'

const Order = v.object({ log: Guid, from: v.number(), count: v.number() })
const storage = openStorage({ kind: 'connection-string', connectionString: process.argv[2] ?? '' })

process.on('disconnect', () => process.exit(0))
process.on('message', async (message) => {
  const { log, from, count } = v.parse(Order, message)
  await appendMessages(
    storage,
    Array.from({ length: count }, (_, index) => itemEvent(log, from + index)),
  )
  process.send?.('filled')
})
process.send?.('ready')
