// Reads the query parameters of exports: the format, and what lists take. An unknown one is refused, lest a misspelt filter exports everything.
import type { HttpRequest } from '@azure/functions'
import { type ExportFormat, exportFormats } from '../../domain/log/export/formats.ts'
import {
  filterParameters,
  isWrong,
  type ListParameters,
  listParametersOf,
  parametersOf,
  unknownParameter,
  type Wrong,
  wrong,
} from '../http/parameters.ts'

export type ExportParameters = Omit<ListParameters, 'pageSize'> & { readonly format: ExportFormat }

const known = ['format', 'start', 'end', 'continuationToken', 'expand', ...filterParameters]
const formatNames = exportFormats.map(({ name }) => name)

/** Reads the parameters of an export, less its range and place; the first wrong one stands for all. */
export function exportParametersOf(request: HttpRequest): ExportParameters | Wrong {
  const unknown = unknownParameter(request, known)
  if (unknown) return unknown
  const parameters = parametersOf(request)
  const format = exportFormats.find(({ name }) => name === parameters('format'))
  if (!format) return wrong('format', `must be one of ${formatNames.join(', ')}`)
  const asked = listParametersOf(parameters)
  if (isWrong(asked)) return asked
  const { filters, traits, expands } = asked
  return { format, filters, traits, expands }
}
