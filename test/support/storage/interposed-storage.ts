// A storage account in which something else happens just before chosen table requests: what another instance does meanwhile.
import type { Storage } from '../../../src/adapters/azure/storage.ts'

/** The same storage; `before` is asked before each table request, from the first on, as `POST /$batch`. */
export function interposedStorage(
  storage: Storage,
  before: (request: string, place: number) => Promise<unknown> | undefined,
): Storage {
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
