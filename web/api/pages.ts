// Pages of the API's lists. With filters a page may be empty while others follow: it ends after so many entries read, matching or not. Pure.

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
