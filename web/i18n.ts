// Every text of the page by its key: fills in names and numbers, and chooses the form that a number asks for.
import { en } from './locale/en.ts'

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

/** The first of these tags that the page speaks; English otherwise. */
export function languageOf(tags: readonly string[]): Language {
  const speaks = (tag: string): tag is Language => Object.hasOwn(languages, tag)
  return tags.map((tag) => tag.split('-')[0] ?? '').find(speaks) ?? 'en'
}

/** The first of these tags that is of this language, so that its region decides how dates are written. */
export const localeOf = (language: Language, tags: readonly string[]): string =>
  tags.find((tag) => tag.split('-')[0] === language && Intl.DateTimeFormat.supportedLocalesOf([tag]).length > 0) ??
  language

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
