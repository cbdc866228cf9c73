// Pages of the API's lists. With filters a page may be empty while others follow: it ends after so many entries read, matching or not. Pure.
import { list, record, textOrNull } from './read.ts'

/** `next` is the token of the page after it; null after the last. */
export type Page<Item> = { readonly items: readonly Item[]; readonly next: string | null }

/** Reads a page of any list of the API, each item with `read`. */
export function pageOf<Item>(json: unknown, read: (json: unknown) => Item): Page<Item> {
  const from = record<{ readonly data: unknown; readonly continuationToken: string | null }>(json)
  return { items: list(from, 'data', read), next: textOrNull(from, 'continuationToken') }
}

/** The page after `token` (null: the first one), or the next one that is not empty; the last one if all are. */
export async function pageWithAny<P extends { readonly next: string | null }>(
  ask: (token: string | null) => Promise<P>,
  holds: (page: P) => readonly unknown[],
  token: string | null = null,
): Promise<P> {
  let page = await ask(token)
  while (holds(page).length === 0 && page.next !== null) page = await ask(page.next)
  return page
}
