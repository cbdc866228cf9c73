// The choices of a person for this browser: colours and language. None is secret.
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

/** Applies the stored choices to the page's root at once. Without storage, they last as long as the page. `browserLanguages`: what `navigator.languages` has. */
export function createPreferences(
  storage: Pick<Storage, 'getItem' | 'setItem'> | null,
  root: HTMLElement,
  browserLanguages: unknown,
): Preferences {
  const stored = (key: string) => storage?.getItem(key) ?? ''
  let theme = themes.find((each) => each === stored(themeKey)) ?? 'system'
  let language = languageOf([stored(languageKey), ...tagsIn(browserLanguages)])
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
