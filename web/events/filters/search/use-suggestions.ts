// What may be written next in a search: keys, kinds of events and devices at once, names from the directory.
import { useEffect, useState } from 'preact/hooks'
import { deviceWords } from '../../../../src/domain/events/device-types.ts'
import { eventWords } from '../../../../src/domain/events/event-words.ts'
import { namedKeys, searchKeys } from '../../../../src/domain/log/search/keys.ts'
import { boolean, list, oneOf, record, text } from '../../../api/read.ts'
import type { SearchSuggestion, SearchSuggestionList } from '../../../api/types.ts'
import { useApp } from '../../../app/context.ts'
import { quoted, type Writing } from './search-text.ts'

/** A suggestion: what it puts into the search, what it shows, and what it says about that. */
export type Suggestion = { readonly insert: string; readonly name: string; readonly note: string }

/** Between the last key and the question for names, in milliseconds. */
const pauseMs = 150
/** Most suggestions of words. */
const wordsMax = 8

/** The suggestions for what is being written; none while nothing is (null). */
export function useSuggestions(writing: Writing | null): readonly Suggestion[] {
  const { api, organization, t } = useApp()
  const [named, setNamed] = useState<readonly Suggestion[]>([])
  const [key, typed] = [writing?.key ?? null, writing?.typed ?? '']
  const asks = writing !== null && (key === null ? typed !== '' : namedKeys.some((each) => each === key))
  useEffect(() => {
    setNamed([])
    if (!asks) return
    const controller = new AbortController()
    const { signal } = controller
    const parameters = new URLSearchParams({ text: typed.slice(0, 100), ...(key !== null && { key }) })
    const path = `/organizations/${organization.id}/events/suggestions?${parameters}`
    const load = () =>
      api.get(path, readSuggestions, signal).then(
        (found) => signal.aborted || setNamed(found.map((each) => suggestionOf(each, key))),
        // A search can be written without suggestions, and says itself what is wrong.
        () => {},
      )
    const timer = window.setTimeout(load, pauseMs)
    return () => {
      window.clearTimeout(timer)
      controller.abort()
    }
  }, [api, organization.id, asks, key, typed])

  const suggestionOf = ({ key: foundBy, value, name, gone }: Named, written: string | null): Suggestion => {
    const kind = t(`events.search.kind.${foundBy}`)
    const shown = value === name ? kind : `${value}, ${kind}`
    const insert = written === null ? `${foundBy}:${quoted(value)}` : quoted(value)
    return { insert, name, note: gone ? t('events.search.gone', { note: shown }) : shown }
  }
  return writing === null ? [] : [...wordsFor(key, typed, (each) => t(`events.search.key.${each}`)), ...named]
}

/** The words that begin like this: keys, or the values of `what` and `device`. */
function wordsFor(
  key: string | null,
  typed: string,
  meaningOf: (key: (typeof searchKeys)[number]) => string,
): readonly Suggestion[] {
  const begins = (word: string) => word.startsWith(typed.toLowerCase())
  if (key === null) {
    return searchKeys.filter(begins).map((each) => ({ insert: `${each}:`, name: `${each}:`, note: meaningOf(each) }))
  }
  const words = key === 'what' ? eventWords : key === 'device' ? deviceWords : []
  return words
    .filter(begins)
    .slice(0, wordsMax)
    .map((word) => ({ insert: quoted(word), name: word, note: '' }))
}

type Named = Omit<SearchSuggestion, 'id'>

function readSuggestions(json: unknown): readonly Named[] {
  return list(record<SearchSuggestionList>(json), 'data', (each) => {
    const from = record<SearchSuggestion>(each)
    return {
      key: oneOf(from, 'key', namedKeys),
      value: text(from, 'value'),
      name: text(from, 'name'),
      gone: boolean(from, 'gone'),
    }
  })
}
