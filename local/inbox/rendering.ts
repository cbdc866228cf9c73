// A message as the page renders it, from any source: a few kinds of parts, and text that is only ever text. Pure.

/** How a stretch of text looks; the page has a CSS class for each. */
export type Style =
  | 'bold'
  | 'italic'
  | 'strike'
  | 'code'
  | 'mention'
  | 'small'
  | 'large'
  | 'subtle'
  | 'accent'
  | 'good'
  | 'warning'
  | 'attention'

/** A stretch of text; with an address, a link. */
export type Run = { readonly text: string; readonly styles: readonly Style[]; readonly url: string | null }

export type Link = { readonly title: string; readonly url: string | null }

/** note: the fine print; grid: Slack's fields; box: parts beside a bar of this colour (`#rrggbb`). */
export type Part =
  | { readonly kind: 'heading'; readonly text: string }
  | { readonly kind: 'text' | 'note'; readonly runs: readonly Run[] }
  | { readonly kind: 'grid'; readonly cells: readonly (readonly Run[])[] }
  | { readonly kind: 'facts'; readonly facts: readonly { readonly name: string; readonly runs: readonly Run[] }[] }
  | { readonly kind: 'line' }
  | { readonly kind: 'json'; readonly text: string }
  | { readonly kind: 'box'; readonly colour: string | null; readonly parts: readonly Part[] }
  | { readonly kind: 'columns'; readonly columns: readonly (readonly Part[])[] }
  | { readonly kind: 'links'; readonly links: readonly Link[] }

/** A message as it is shown; `title` is its text in one line, `raw` the received JSON. */
export type Rendering = { readonly title: string; readonly parts: readonly Part[]; readonly raw: string }

/** A body as its receiver reads it. `reason` is sent to the sender. */
export type Received =
  | { readonly kind: 'message'; readonly rendering: Rendering }
  | { readonly kind: 'malformed'; readonly reason: string }

export const run = (text: string, styles: readonly Style[] = [], url: string | null = null): Run => ({
  text,
  styles,
  url,
})

/** All the text of these. */
export const textIn = (runs: readonly Run[]): string => runs.map(({ text }) => text).join('')

/** In place of something that the page cannot render. */
export const notRendered = (what: string): Part => ({ kind: 'note', runs: [run(`(not drawn: ${what})`, ['subtle'])] })

/** The address of a web page; null for anything else, which must never become a link. */
export function webUrl(text: string): string | null {
  const url = URL.parse(text)
  return url && (url.protocol === 'https:' || url.protocol === 'http:') ? url.href : null
}
