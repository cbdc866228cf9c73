// A list of the API, page by page: refreshed while only its first page is shown, with the changes made here meanwhile.
import { useEffect, useRef, useState } from 'preact/hooks'
import type { ApiProblem } from './client.ts'
import { type Page, pageWithAny } from './pages.ts'
import { type Loaded, problemFrom, useLoad } from './use-load.ts'

/** How often what is looked at is loaded again, in milliseconds: as often as alerts are evaluated. */
const refreshMs = 60_000

export type Pages<Item> = {
  readonly state: Loaded<unknown>['state']
  /** Whether the first page for this key is loaded. */
  readonly known: boolean
  readonly problem: ApiProblem | undefined
  /** Every item that was loaded, in the order of the API, in its newest version. */
  readonly loaded: readonly Item[]
  /** Whether there are more. */
  readonly unfinished: boolean
  readonly loadingMore: boolean
  more(): void
  reload(): void
  /** The newest version of an item that was loaded or put. */
  find(id: string): Item | undefined
  /** Replaces an item until a page that is asked for later has it. */
  put(item: Item): void
}

/** An item, and how many items had been put when it was asked for. */
type Seen<Item> = { readonly item: Item; readonly puts: number }
type Further<Item> = { readonly after: unknown; readonly items: readonly Seen<Item>[]; readonly next: string | null }
type More = { readonly kind: 'idle' | 'loading' } | { readonly kind: 'failed'; readonly problem: ApiProblem }

/** Loads the first page whenever `key` changes, and regularly while no other page is shown. */
export function usePages<Item extends { readonly id: string }>(
  key: string,
  pageAt: (token: string | null, signal?: AbortSignal) => Promise<Page<Item>>,
): Pages<Item> {
  const puts = useRef(0)
  const [changed, setChanged] = useState<ReadonlyMap<string, Seen<Item>>>(new Map())
  const [further, setFurther] = useState<Further<Item> | null>(null)
  const [more, setMore] = useState<More>({ kind: 'idle' })
  const ask = async (after: string | null, signal?: AbortSignal) => {
    const before = puts.current
    const page = await pageWithAny(
      (token) => pageAt(token, signal),
      ({ items }) => items,
      after,
    )
    return { items: page.items.map((item) => ({ item, puts: before })), next: page.next }
  }
  const first = useLoad(async (signal) => ({ ...(await ask(null, signal)), key }), [key])

  const page = first.value?.key === key ? first.value : undefined
  const beyond = page && further?.after === page ? further : undefined
  useRefresh(beyond === undefined, first.reload)
  const next = beyond ? beyond.next : (page?.next ?? null)
  const newest = (seen: Seen<Item>) => {
    const change = changed.get(seen.item.id)
    return change && change.puts > seen.puts ? change.item : seen.item
  }
  const loaded = [...(page?.items ?? []), ...(beyond?.items ?? [])].map(newest)
  const loadMore = async () => {
    if (!page || next === null || more.kind === 'loading') return
    setMore({ kind: 'loading' })
    try {
      const last = await ask(next)
      setFurther({ after: page, items: [...(beyond?.items ?? []), ...last.items], next: last.next })
      setMore({ kind: 'idle' })
    } catch (error) {
      setMore({ kind: 'failed', problem: problemFrom(error) })
    }
  }
  return {
    state: first.state,
    known: page !== undefined,
    problem: first.problem ?? (more.kind === 'failed' ? more.problem : undefined),
    loaded,
    unfinished: next !== null,
    loadingMore: more.kind === 'loading',
    more: loadMore,
    reload: first.problem ? first.reload : loadMore,
    find: (id) => loaded.find((item) => item.id === id) ?? changed.get(id)?.item,
    put: (item) => {
      puts.current += 1
      const seen = { item, puts: puts.current }
      setChanged((before) => new Map(before).set(item.id, seen))
    },
  }
}

/** Reloads regularly while the page is visible. */
export function useRefresh(on: boolean, reload: () => void): void {
  useEffect(() => {
    if (!on) return
    const timer = setInterval(() => document.visibilityState === 'visible' && reload(), refreshMs)
    return () => clearInterval(timer)
  }, [on, reload])
}
