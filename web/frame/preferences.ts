// What a person chose for this browser: colours and language. Nothing of it is secret.
import { type Language, languageOf, languages, tagsIn } from '../locale/i18n.ts'

export const themes = ['system', 'light', 'dark'] as const
export type Theme = (typeof themes)[number]

export type Preferences = {
  theme(): Theme
  setTheme(theme: Theme): void
  language(): Language
  setLanguage(language: string): void
}

const themeKey = 'keytrail.theme'
const languageKey = 'keytrail.language'

/** Puts the choices that are kept on the page's root at once. A browser that keeps nothing is asked again each time; `said`: what it says of its languages. */
export function createPreferences(
  storage: Pick<Storage, 'getItem' | 'setItem'> | null,
  root: HTMLElement,
  said: unknown,
): Preferences {
  const kept = (key: string) => storage?.getItem(key) ?? ''
  let theme = themes.find((each) => each === kept(themeKey)) ?? 'system'
  let language = languageOf([kept(languageKey), ...tagsIn(said)])
  const show = () => {
    if (theme === 'system') delete root.dataset.theme
    else root.dataset.theme = theme
    root.lang = language
  }
  show()
  return {
    theme: () => theme,
    setTheme: (chosen) => {
      theme = chosen
      storage?.setItem(themeKey, chosen)
      show()
    },
    language: () => language,
    setLanguage: (chosen) => {
      language = languageOf([chosen, language])
      storage?.setItem(languageKey, language)
      show()
    },
  }
}

/** The languages to choose from. */
export const languageOptions: readonly { readonly value: string; readonly label: string }[] = Object.entries(
  languages,
).map(([value, { title }]) => ({ value, label: title }))
