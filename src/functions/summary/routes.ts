// Where an organization is read in numbers.
import type { Route } from '../http/route.ts'
import { type ReadSummaryPorts, readSummary } from './read-summary.ts'

/** The summary of an organization. */
export const summaryRoutes = [
  {
    name: 'readSummary',
    methods: ['GET'],
    route: 'organizations/{id:guid}/summary',
    rate: 'read',
    browser: true,
    handler: readSummary,
  },
] as const satisfies readonly Route<ReadSummaryPorts>[]
