// Pages of the API's lists, which may be empty while others follow: with filters, each ends after so many entries, wanted or not. Pure.

/** The page after `token` (null: the first one), or the first after it that holds something; the last one if none does. */
export async function pageWithAny<P extends { readonly next: string | null }>(
  ask: (token: string | null) => Promise<P>,
  holds: (page: P) => readonly unknown[],
  token: string | null = null,
): Promise<P> {
  let page = await ask(token)
  while (holds(page).length === 0 && page.next !== null) page = await ask(page.next)
  return page
}
