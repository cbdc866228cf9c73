// The search box: Enter searches; suggestions come while one writes, and problems are said below it.
import type { JSX } from 'preact'
import { useEffect, useId, useRef, useState } from 'preact/hooks'
import { useApp } from '../../../app/context.ts'
import { Button, Select } from '../../../ui/index.ts'
import { searchIn } from '../filters.ts'
import { completed, problemsIn, type Writing, writingAt } from './search-text.ts'
import { type Suggestion, useSuggestions } from './use-suggestions.ts'

/** Common searches, by the name of their text. */
const presets = {
  secrets: 'what:viewed,copied',
  exports: 'what:exported',
  logins: 'what:"logged in"',
  failed: 'what:"failed login"',
  administration: 'what:administration',
} as const
const presetNames = ['secrets', 'exports', 'logins', 'failed', 'administration'] as const

export function SearchBox({ errors }: { readonly errors: readonly string[] }): JSX.Element {
  const { t, query, setQuery } = useApp()
  const search = searchIn(query)
  const [text, setText] = useState(search)
  const [problems, setProblems] = useState<readonly string[]>([])
  useEffect(() => {
    setText(search)
    setProblems([])
  }, [search])
  const go = (next: string) => {
    const found = problemsIn(next.trim())
    setProblems(found)
    if (found.length === 0) setQuery({ q: next.trim() })
  }
  const preset = presetNames.find((name) => presets[name] === search)
  return (
    <search>
      <form
        class="search"
        onSubmit={(event) => {
          event.preventDefault()
          go(text)
        }}
      >
        <SearchField
          text={text}
          onText={setText}
          problems={problems.length > 0 ? problems : text.trim() === search ? errors : []}
        />
        <Button type="submit" look="primary">
          {t('events.search.button')}
        </Button>
        <Select
          label={t('events.search.presets')}
          value={preset ?? ''}
          onChoose={(chosen) => setQuery({ q: presetNames.some((name) => name === chosen) ? searchOf(chosen) : null })}
          options={[
            { value: '', label: t('events.search.preset.choose') },
            ...presetNames.map((name) => ({ value: name, label: t(`events.search.preset.${name}`) })),
          ]}
        />
      </form>
    </search>
  )
}

const searchOf = (chosen: string): string | null =>
  presetNames.flatMap((name) => (name === chosen ? [presets[name]] : []))[0] ?? null

type SearchFieldProps = {
  readonly text: string
  readonly onText: (text: string) => void
  readonly problems: readonly string[]
}

/** The box itself: a combobox whose list holds what may be written next. */
function SearchField({ text, onText, problems }: SearchFieldProps): JSX.Element {
  const { t, announce } = useApp()
  const id = useId()
  const input = useRef<HTMLInputElement>(null)
  const [writing, setWriting] = useState<Writing | null>(null)
  const [active, setActive] = useState(-1)
  const suggestions = useSuggestions(writing)
  const isOpen = suggestions.length > 0
  const shown = suggestions[active]
  const write = () => {
    const { value = '', selectionStart = null } = input.current ?? {}
    setWriting(writingAt(value, selectionStart ?? value.length))
    setActive(-1)
  }
  const close = () => {
    setWriting(null)
    setActive(-1)
  }
  const choose = ({ insert }: Suggestion) => {
    if (!writing || !input.current) return
    const next = completed(text, writing, insert)
    onText(next.text)
    // The box gets the text at once, as the caret can only be where there is text.
    input.current.value = next.text
    input.current.setSelectionRange(next.caret, next.caret)
    input.current.focus()
    if (insert.endsWith(':')) write()
    else close()
  }
  useEffect(() => {
    if (suggestions.length > 0) announce(t('events.search.count', { count: suggestions.length }))
  }, [suggestions.length])

  useEffect(() => {
    if (active >= 0) document.getElementById(`${id}-${active}`)?.scrollIntoView({ block: 'nearest' })
  }, [active])

  const onKeyDown = (event: KeyboardEvent) => {
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0
    if (step !== 0 && !isOpen) write()
    else if (step !== 0)
      setActive((active + step + suggestions.length + (active < 0 && step < 0 ? 1 : 0)) % suggestions.length)
    else if (event.key === 'Escape' && isOpen) close()
    else if (event.key === 'Enter' && shown) choose(shown)
    else {
      if (event.key === 'Enter') close()
      return
    }
    event.preventDefault()
  }
  return (
    <div class="field search-field">
      <label for={id}>{t('events.search.label')}</label>
      <input
        ref={input}
        id={id}
        type="text"
        role="combobox"
        value={text}
        maxLength={500}
        placeholder={t('events.search.example')}
        autocomplete="off"
        autocapitalize="off"
        spellcheck={false}
        enterkeyhint="search"
        aria-autocomplete="list"
        aria-expanded={isOpen}
        aria-controls={`${id}-list`}
        aria-describedby={problems.length > 0 ? `${id}-problems` : `${id}-hint`}
        {...(shown && { 'aria-activedescendant': `${id}-${active}` })}
        {...(problems.length > 0 && { 'aria-invalid': true })}
        onInput={(event) => {
          onText(event.currentTarget.value)
          write()
        }}
        onKeyDown={onKeyDown}
        onBlur={close}
      />
      <div
        id={`${id}-list`}
        role="listbox"
        aria-label={t('events.search.suggestions')}
        class="suggestions"
        hidden={!isOpen}
      >
        {suggestions.map((each, index) => (
          // The keyboard reaches options from the box.
          // biome-ignore lint/a11y/useFocusableInteractive: the focus stays in the box
          <div
            key={`${each.insert} ${each.note}`}
            id={`${id}-${index}`}
            role="option"
            aria-selected={index === active}
            class="suggestion"
            onMouseDown={(event) => {
              event.preventDefault()
              choose(each)
            }}
          >
            <bdi class="suggested">{each.name}</bdi> <bdi class="hint">{each.note}</bdi>
          </div>
        ))}
      </div>
      {problems.length > 0 ? (
        <div id={`${id}-problems`} class="error" role="alert">
          {problems.map((problem) => (
            <p key={problem}>{problem}</p>
          ))}
        </div>
      ) : (
        <small id={`${id}-hint`} class="hint">
          {t('events.search.hint')}
        </small>
      )}
    </div>
  )
}
