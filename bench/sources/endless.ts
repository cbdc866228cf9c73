// A vault's API with a long history that takes no memory: each event is made when its page is asked for.
import { publicEvent } from '../../local/bitwarden/traffic.ts'
import { formatInstant, instantAt } from '../../src/domain/instant.ts'
import { type ApiResponse, readApiResponse } from '../../src/domain/sources/api-responses.ts'
import { pageEvents } from '../../src/domain/sources/pages.ts'
import type { VaultApi } from '../../src/ports/sources.ts'
import { alice, guid } from '../../test/support/events.ts'

type History = { readonly newestMs: number; readonly events: number; readonly everyMs: number }

/** An API whose history ends at `newestMs` (Unix ms) and has this many events, so far apart; and the simulator's lists. */
export const endlessApi = (simulated: VaultApi, history: History): VaultApi => ({
  token: simulated.token,
  get: async (text, token) => {
    const url = new URL(text)
    return url.pathname.endsWith('/events') ? pageAt(url.searchParams, history) : simulated.get(text, token)
  },
})

function pageAt(query: URLSearchParams, { newestMs, events, everyMs }: History): ApiResponse {
  const at = (name: string) => Date.parse(query.get(name) ?? '')
  const first = Number(query.get('continuationToken') ?? Math.max(0, Math.ceil((newestMs - at('end')) / everyMs)))
  const end = Math.min(events, Math.floor((newestMs - at('start')) / everyMs) + 1)
  const data = Array.from({ length: Math.max(0, Math.min(pageEvents, end - first)) }, (_, index) =>
    publicEvent({
      type: 1107,
      date: formatInstant(instantAt(newestMs - (first + index) * everyMs)),
      itemId: guid(1, 'd'),
      actingUserId: alice,
      device: 9,
    }),
  )
  const next = first + pageEvents
  const body = JSON.stringify({ object: 'list', data, continuationToken: next < end ? `${next}` : null })
  const raw = { status: 200, retryAfter: null, date: null, body, isWhole: true }
  return readApiResponse(raw, instantAt(newestMs))
}
