// A storage account in which something else happens just before chosen table requests: what another instance does meanwhile.
import { openStorage, type Storage } from '../../src/adapters/azure-storage.ts'

/** Opens a storage account; `before` is asked before each table request, from the first on, as `POST /$batch`. */
export function interposedStorage(
  connectionString: string,
  before: (request: string, place: number) => Promise<unknown> | undefined,
): Storage {
  const storage = openStorage({ kind: 'connection-string', connectionString })
  let place = 0
  return {
    ...storage,
    table: (name) => {
      const client = storage.table(name)
      client.pipeline.addPolicy({
        name: 'interposed',
        sendRequest: async (request, next) => {
          place += 1
          const path = new URL(request.url).pathname.replace(/^\/[^/]+/, '')
          await before(`${request.method} ${path}`, place)
          return next(request)
        },
      })
      return client
    },
  }
}
