// Every text of the page by its key: fills in names and numbers, and chooses the plural form.
import { en } from './en.ts'

/** A text in the plural forms of a language; `{count}` chooses one. */
type Forms = { readonly other: string } & { readonly [form in Intl.LDMLPluralRule]?: string }
type Texts = { readonly [key: string]: string | Forms | Texts }

type KeysOf<T> = {
  [K in keyof T & string]: T[K] extends string | { readonly other: string } ? K : `${K}.${KeysOf<T[K]>}`
}[keyof T & string]

/** The key of a text: `alerts.title`. */
export type TextKey = KeysOf<typeof en>

/** The text of a key, its `{name}`s filled in; numbers are written as the language writes them. */
export type Translate = (key: TextKey, values?: Readonly<Record<string, string | number>>) => string

/** Every language of the page by its tag (RFC 5646), with its own name. */
export const languages = { en: { title: 'English', texts: en } } as const
export type Language = keyof typeof languages

/** The language tags (RFC 5646) that a browser states, in canonical form; anything else is skipped. */
export function tagsIn(browserLanguages: unknown): readonly string[] {
  return Array.isArray(browserLanguages) ? browserLanguages.flatMap(tagIn) : []
}

function tagIn(language: unknown): readonly string[] {
  try {
    return typeof language === 'string' ? Intl.getCanonicalLocales(language) : []
  } catch {
    // For example of `en-US@posix`, which a browser states if its system names the language so.
    return []
  }
}

const primary = (tag: string): string => tag.split('-')[0] ?? ''

/** The first of these that the page has texts in; English otherwise. A browser may state anything. */
export function languageOf(browserLanguages: unknown): Language {
  const isKnown = (tag: string): tag is Language => Object.hasOwn(languages, tag)
  return tagsIn(browserLanguages).map(primary).find(isKnown) ?? 'en'
}

/** The first of these tags that is of this language, so that its region decides how dates are written; the language alone otherwise. */
export const localeOf = (language: Language, browserLanguages: unknown): string =>
  Intl.DateTimeFormat.supportedLocalesOf(tagsIn(browserLanguages).filter((tag) => primary(tag) === language))[0] ??
  language

/** Texts of a language. A key without a text gives the key, so that the gap is seen. */
export function translator(language: Language, texts: Texts = languages[language].texts): Translate {
  const numbers = new Intl.NumberFormat(language)
  const plurals = new Intl.PluralRules(language)
  return (key, values = {}) => {
    const found = textAt(texts, key)
    if (found === undefined) return key
    const count = values.count
    const form =
      typeof found === 'string' ? found : (typeof count === 'number' && found[plurals.select(count)]) || found.other
    return form.replace(/\{(\w+)\}/g, (whole, name: string) => {
      const value = values[name]
      return value === undefined ? whole : typeof value === 'number' ? numbers.format(value) : value
    })
  }
}

const isForms = (node: string | Forms | Texts): node is Forms =>
  typeof node !== 'string' && typeof node.other === 'string'

function textAt(texts: Texts, key: string): string | Forms | undefined {
  let node: string | Forms | Texts | undefined = texts
  for (const part of key.split('.')) {
    if (node === undefined || typeof node === 'string' || isForms(node)) return undefined
    node = node[part]
  }
  return node === undefined || typeof node === 'string' || isForms(node) ? node : undefined
}
