// Every text of the page by its key: fills in names and numbers, and chooses the form that a number asks for.
import { en } from './en.ts'

/** A text in the forms that a language's plural rules tell apart; `{count}` chooses. */
type Forms = { readonly other: string } & { readonly [form in Intl.LDMLPluralRule]?: string }
type Texts = { readonly [key: string]: string | Forms | Texts }

type KeysOf<T> = {
  [K in keyof T & string]: T[K] extends string | { readonly other: string } ? K : `${K}.${KeysOf<T[K]>}`
}[keyof T & string]

/** The key of a text: `alerts.title`. */
export type TextKey = KeysOf<typeof en>

/** The text of a key, its `{name}`s filled in; numbers are written as the language writes them. */
export type Translate = (key: TextKey, values?: Readonly<Record<string, string | number>>) => string

/** Every language there is, by its tag (RFC 5646), and what it calls itself. */
export const languages = { en: { title: 'English', texts: en } } as const
export type Language = keyof typeof languages

/** The language tags (RFC 5646) in what a browser says of its languages, in canonical form; what is none is left out. */
export function tagsIn(said: unknown): readonly string[] {
  return Array.isArray(said) ? said.flatMap(tagIn) : []
}

function tagIn(said: unknown): readonly string[] {
  try {
    return typeof said === 'string' ? Intl.getCanonicalLocales(said) : []
  } catch {
    // As of `en-US@posix`, which a browser says when its system's language is named so.
    return []
  }
}

const primary = (tag: string): string => tag.split('-')[0] ?? ''

/** The first of these that is a tag of a language that the page speaks; English otherwise. `said`: what a browser says, whatever it is. */
export function languageOf(said: unknown): Language {
  const speaks = (tag: string): tag is Language => Object.hasOwn(languages, tag)
  return tagsIn(said).map(primary).find(speaks) ?? 'en'
}

/** The first of these that is a tag of this language, so that its region decides how dates are written; the language alone otherwise. */
export const localeOf = (language: Language, said: unknown): string =>
  Intl.DateTimeFormat.supportedLocalesOf(tagsIn(said).filter((tag) => primary(tag) === language))[0] ?? language

/** Texts of a language. A key without a text gives the key, so that it is seen. */
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
