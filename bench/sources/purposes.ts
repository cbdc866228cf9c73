// What each request of a pull is for, as its address says.
import { rereadHours } from '../../src/domain/sources/progress.ts'
import type { VaultApi } from '../../src/ports/sources.ts'

const hourMs = 3_600_000
const dayMs = 24 * hourMs

/** The same API, and how many requests it had for each purpose; `take` gives them and begins anew. */
export function countedApi(api: VaultApi, now: () => number) {
  let counts = new Map<string, number>()
  const count = (purpose: string) => counts.set(purpose, (counts.get(purpose) ?? 0) + 1)
  const counted: VaultApi = {
    token: (request) => {
      count('tokens')
      return api.token(request)
    },
    get: (url, token) => {
      count(purposeOf(new URL(url), now()))
      return api.get(url, token)
    },
  }
  const take = (): ReadonlyMap<string, number> => {
    const taken = counts
    counts = new Map()
    return taken
  }
  return { api: counted, take }
}

/** Counts in words, the highest first. */
export const inWords = (counts: ReadonlyMap<string, number>): string =>
  [...counts]
    .toSorted(([, one], [, other]) => other - one)
    .map(([purpose, count]) => `${purpose} ${count}`)
    .join(', ')

function purposeOf({ pathname, searchParams }: URL, now: number): string {
  if (!pathname.endsWith('/events')) return pathname.endsWith('/members') ? 'members' : 'groups, collections, policies'
  const [from, to] = [Date.parse(searchParams.get('start') ?? ''), Date.parse(searchParams.get('end') ?? '')]
  if (to > now) return searchParams.has('continuationToken') ? 'further pages of polls' : 'polls'
  if (to - from <= 1) return 'equal events'
  if (to < 40 * dayMs) return 'clocks never set'
  if (to - from > 2 * dayMs) return 'history'
  const hours = rereadHours.findLast((each) => now - to >= each * hourMs)
  // Polls that begin anew at the end of a page, and what they left over.
  if (hours === undefined) return 'the last hour'
  return hours < 24 ? `again after ${hours} h` : `again after ${hours / 24} d`
}
