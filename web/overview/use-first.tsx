// The first rows of a list, and the button that shows all.
import type { JSX } from 'preact'
import { useState } from 'preact/hooks'
import { useApp } from '../app/context.ts'
import { Button } from '../ui/index.ts'
import { rowsMax } from './shares.ts'

/** The rows to show, and the button; null if all are shown. */
export function useFirst<T>(rows: readonly T[]): { readonly shown: readonly T[]; readonly button: JSX.Element | null } {
  const { t } = useApp()
  const [all, setAll] = useState(false)
  const button = (
    <Button look="quiet" class="show-all" aria-expanded={all} onClick={() => setAll(!all)}>
      {all ? t('overview.showFewer', { shown: rowsMax }) : t('overview.showAll', { all: rows.length })}
    </Button>
  )
  return rows.length > rowsMax ? { shown: all ? rows : rows.slice(0, rowsMax), button } : { shown: rows, button: null }
}
